// What somebody hears who cannot see the page: the words of its live regions, while all is done by keyboard.

import type { Page } from "@playwright/test";

import { inState, open } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { discOnStripes, png } from "../support/pictures.ts";

// The crosshair begins in the middle, where the disc is; large enough that an erase goes through all of its quarters.
const photo = discOnStripes(900, 700, [450, 350], 60);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

/** Notes from now on what live regions say, in order. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const near = target instanceof Element ? target : target.parentElement;
        const region = near?.closest("[aria-live]");
        // Nobody hears what is not there to be seen either.
        const words = region?.checkVisibility() ? region.textContent?.trim() : undefined;
        if (words && heard.at(-1) !== words) {
          heard.push(words);
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

function heard(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

/** Presses a key and gives what is said then. */
async function hear(page: Page, key: string): Promise<string> {
  const before = (await heard(page)).length;
  await page.keyboard.press(key);
  await expect.poll(async () => (await heard(page)).length, { message: `something is said of ${key}` }).toBeGreaterThan(before);
  return (await heard(page)).slice(before).join("; ");
}

test("tools, sizes and the crosshair are spoken of", async ({ app }) => {
  await open(app, file);
  await listen(app);
  expect(await hear(app, "u")).toContain("Unpaint");
  expect(await hear(app, "b")).toContain("Brush");
  const larger = Number.parseInt(await hear(app, "]"), 10);
  const smaller = Number.parseInt(await hear(app, "["), 10);
  expect(larger).toBeGreaterThan(smaller);
  expect(await hear(app, "ArrowRight")).toMatch(/^5\d percent across, 50 percent down$/);
  expect(await hear(app, "Space")).toContain("Stroke begins");
  expect(await hear(app, "Shift+ArrowRight")).toMatch(/percent across/);
  expect(await hear(app, "Space")).toContain("Stroke ends");
  expect(await hear(app, "Control+z")).toContain("Undone");
  expect(await hear(app, "Control+y")).toContain("Redone");
  expect(await hear(app, "Delete")).toContain("Nothing is painted");
});

test("an erase is heard from its beginning to its end, and what is refused, too", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("model-select").selectOption("patch");
  await app.getByTestId("stage").focus();
  for (let press = 0; press < 8; press++) {
    await app.keyboard.press("]");
  }
  await app.keyboard.press("Space");
  await app.keyboard.press("Shift+ArrowRight");
  await app.keyboard.press("Space");
  await listen(app);
  await app.keyboard.press("Enter");
  await inState(app, "done", 90_000);
  await expect.poll(async () => (await heard(app)).some((words) => words.startsWith("Gone."))).toBe(true);
  const all = await heard(app);
  expect(all.some((words) => /Filling|Sharpening|Blending/.test(words)), all.join("; ")).toBe(true);
  const quarters = all.filter((words) => /^\d+ percent$/.test(words)).map((words) => Number.parseInt(words, 10));
  expect(quarters.length, all.join("; ")).toBeGreaterThan(0);
  expect(quarters).toEqual([...new Set(quarters)].toSorted((one, other) => one - other));
  // What was done is the last that is said of it.
  expect(all.findLastIndex((words) => words.startsWith("Gone."))).toBeGreaterThan(
    all.findLastIndex((words) => /^\d+ percent$/.test(words)),
  );

  await app.getByTestId("file-input").setInputFiles({ ...file, buffer: Buffer.from("no picture") });
  await expect(app.getByTestId("notice")).toHaveAttribute("role", "alert");
  expect((await heard(app)).at(-1)).toContain("not a picture");
});
