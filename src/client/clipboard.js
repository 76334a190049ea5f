// Puts a picture on the clipboard. Browsers take one only from within a click or a key, and the picture is not made yet
// then: so it is promised.

/** Promises a PNG; `{ give, written }`: the one takes the picture, the other tells whether the clipboard has it. */
export function promise() {
  let give;
  const picture = new Promise((resolve) => (give = resolve));
  // Browsers without the interface, and pages that may not use it, throw.
  const written = (async () => {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    return true;
  })().catch(() => false);
  return { give, written };
}

/** Whether words are selected on the page. */
export function wordsSelected() {
  return getSelection()?.isCollapsed === false;
}
