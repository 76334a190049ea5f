// Puts a picture on the clipboard. Browsers take one only from within a click or a key, and the picture is not made yet
// then: so it is promised.

/**
 * Promises a PNG; `{ give, refuse, written }`: the first takes the picture, the second says that none comes, the third
 * tells whether the clipboard has it.
 */
export function promise() {
  let give, refuse;
  const picture = new Promise((...both) => ([give, refuse] = both));
  // Where nobody takes it, nobody is to hear of it.
  picture.catch(() => {});
  // Browsers without the interface, and pages that may not use it, throw.
  const written = (async () => {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    return true;
  })().catch(() => false);
  return { give, refuse, written };
}

/** Whether words are selected on the page. */
export function wordsSelected() {
  return getSelection()?.isCollapsed === false;
}
