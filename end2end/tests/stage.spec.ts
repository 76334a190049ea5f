// The stage: zoom and pan, unpaint, keys, fingers, before and after.

import { brushSize, erase, inState, onPage, opacityAt, open, paint } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";
import { type Page } from "@playwright/test";

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

/** Scale and offset of the photo on the stage. */
async function view(page: Page): Promise<[number, number, number]> {
  const text = await page.getByTestId("stage").getAttribute("data-view");
  const [scale = 0, x = 0, y = 0] = (text ?? "").split(" ").map(Number);
  return [scale, x, y];
}

/** The colour of a photo's pixel as it is on the screen. */
async function seen(page: Page, x: number, y: number): Promise<[number, number, number]> {
  const at = await onPage(page, x + 0.5, y + 0.5);
  const shot = await page.screenshot({ clip: { x: Math.floor(at.x), y: Math.floor(at.y), width: 1, height: 1 } });
  const [r = 0, g = 0, b = 0] = pixel(pixelsOf(shot), 0, 0);
  return [r, g, b];
}

function isRed([r, g]: [number, number, number]): boolean {
  return r > g + 90;
}

test("the wheel zooms about the pointer, and fit goes back", async ({ app }) => {
  await open(app, file);
  const fitted = await view(app);
  const at = await onPage(app, 120, 200);
  await app.mouse.move(at.x, at.y);
  await app.mouse.wheel(0, -400);
  await expect.poll(async () => (await view(app))[0]).toBeGreaterThan(fitted[0] * 1.5);
  const there = await onPage(app, 120, 200);
  expect(Math.abs(there.x - at.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(there.y - at.y)).toBeLessThanOrEqual(1);
  await app.getByTestId("zoom-in").click();
  await app.getByTestId("zoom-out").click();
  await app.getByTestId("zoom-fit").click();
  await expect.poll(() => view(app)).toEqual(fitted);
});

test("space and the middle button move the photo and paint nothing", async ({ app }) => {
  await open(app, file);
  for (let times = 0; times < 4; times++) {
    await app.getByTestId("zoom-in").click();
  }
  const before = await view(app);
  const at = await onPage(app, 200, 130);
  await app.keyboard.down("Space");
  await app.mouse.move(at.x, at.y);
  await app.mouse.down();
  await app.mouse.move(at.x - 60, at.y - 30, { steps: 3 });
  await app.mouse.up();
  await app.keyboard.up("Space");
  await expect.poll(() => view(app)).toEqual([before[0], before[1] - 60, before[2] - 30]);
  await app.mouse.down({ button: "middle" });
  await app.mouse.move(at.x, at.y, { steps: 3 });
  await app.mouse.up({ button: "middle" });
  await expect.poll(() => view(app)).toEqual(before);
  await expect(app.getByTestId("erase")).toBeDisabled();
});

test("unpaint takes away what was painted", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 40);
  await paint(app, [[100, 60], [140, 60]]);
  const rose = await seen(app, 120, 60);
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.getByTestId("tool-eraser").click();
  await expect(app.getByTestId("tool-eraser")).toHaveAttribute("aria-pressed", "true");
  await brushSize(app, 120);
  await paint(app, [[90, 60], [150, 60]]);
  await expect(app.getByTestId("erase")).toBeDisabled();
  await app.mouse.move(5, 300);
  expect(await seen(app, 120, 60)).not.toEqual(rose);
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeEnabled();
});

test("the keyboard alone paints, erases and undoes", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("stage").focus();
  // The crosshair begins in the middle of the photo, which lies beside the disc.
  for (let times = 0; times < 3; times++) {
    await app.keyboard.press("ArrowUp");
  }
  await app.keyboard.press("]");
  await app.keyboard.press("Space");
  await app.keyboard.press("Shift+ArrowRight");
  await app.keyboard.press("ArrowLeft");
  await app.keyboard.press("Space");
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.keyboard.press("Enter");
  await inState(app, "done");
  await app.keyboard.press("Control+z");
  await inState(app, "ready");
  await expect(app.getByTestId("erase")).toBeEnabled();
});

test("a stroke of the keyboard that is given up is over", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("stage").focus();
  await app.keyboard.press("Space");
  await app.keyboard.press("Shift+ArrowRight");
  await app.keyboard.press("Escape");
  // The next one begins with the next Space and ends with the one after.
  await app.keyboard.press("Space");
  await app.keyboard.press("Shift+ArrowLeft");
  await app.keyboard.press("Space");
  await expect(app.getByTestId("erase")).toBeEnabled();
});

test("a stroke of the keyboard gives way to the pointer and leaves no paint", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("stage").focus();
  await app.keyboard.press("Space");
  await app.keyboard.press("ArrowRight");
  const covered = () => opacityAt(app, 200, 130);
  await expect.poll(covered).toBeGreaterThan(0);
  await paint(app, [[60, 200], [80, 200]]);
  await expect(app.getByTestId("erase")).toBeEnabled();
  await expect.poll(covered).toBe(0);
});

test("a key that is let go of elsewhere is not held for ever", async ({ app }) => {
  await open(app, file);
  const leave = () => app.evaluate(() => window.dispatchEvent(new Event("blur")));
  await app.keyboard.down("c");
  await expect(app.getByTestId("compare")).toHaveAttribute("aria-pressed", "true");
  await leave();
  await expect(app.getByTestId("compare")).toHaveAttribute("aria-pressed", "false");
  await app.getByTestId("stage").focus();
  await app.keyboard.down("Space");
  await expect(app.getByTestId("stage")).toHaveClass(/grab/);
  await leave();
  await expect(app.getByTestId("stage")).not.toHaveClass(/grab/);
});

test("compare shows the photo as it came while it is held", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await app.mouse.move(5, 300);
  await expect.poll(async () => isRed(await seen(app, 200, 120))).toBe(false);
  await app.keyboard.down("c");
  await expect.poll(async () => isRed(await seen(app, 200, 120))).toBe(true);
  await app.keyboard.up("c");
  await expect.poll(async () => isRed(await seen(app, 200, 120))).toBe(false);
  const button = await app.getByTestId("compare").boundingBox();
  await app.mouse.move((button?.x ?? 0) + 10, (button?.y ?? 0) + 10);
  await app.mouse.down();
  await expect.poll(async () => isRed(await seen(app, 200, 120))).toBe(true);
  await app.mouse.up();
  await expect.poll(async () => isRed(await seen(app, 200, 120))).toBe(false);
});

test("right of the handle lies the photo as it came", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  const handle = app.getByRole("slider", { name: "Border between before and after" });
  await expect(handle).toHaveAttribute("aria-valuenow", "100");
  await handle.focus();
  await app.keyboard.press("Home");
  await expect(handle).toHaveAttribute("aria-valuenow", "0");
  await expect.poll(async () => isRed(await seen(app, 200, 112))).toBe(true);
  await app.keyboard.press("End");
  await expect.poll(async () => isRed(await seen(app, 200, 112))).toBe(false);
});

test("run on release erases as soon as the brush is lifted", async ({ app }) => {
  await open(app, file);
  const toggle = app.getByTestId("run-on-release");
  await expect(toggle).not.toBeChecked();
  await toggle.check();
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await inState(app, "done");
});

test("what a person chose survives a reload", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 101);
  await app.getByTestId("format-select").selectOption("jpeg");
  await app.getByTestId("model-select").selectOption("patch");
  await app.reload();
  await app.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await open(app, file);
  await expect(app.getByTestId("brush-size")).toHaveValue("101");
  await expect(app.getByTestId("format-select")).toHaveValue("jpeg");
  await expect(app.getByTestId("model-select")).toHaveValue("patch");
});

test("two fingers zoom, and take back the stroke that the first began", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, hasTouch: true, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.goto("/");
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await open(page, file);
  const fitted = await view(page);
  const at = await onPage(page, 200, 130);
  const session = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: [number, number][]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch("touchStart", [[at.x, at.y]]);
  await touch("touchMove", [[at.x + 20, at.y]]);
  await touch("touchStart", [[at.x + 20, at.y], [at.x + 60, at.y]]);
  for (let spread = 5; spread <= 40; spread += 5) {
    await touch("touchMove", [[at.x + 20 - spread, at.y], [at.x + 60 + spread, at.y]]);
  }
  await touch("touchEnd", []);
  await expect.poll(async () => (await view(page))[0]).toBeGreaterThan(fitted[0] * 2);
  await expect(page.getByTestId("erase")).toBeDisabled();
  await touch("touchStart", [[at.x, at.y]]);
  await touch("touchMove", [[at.x + 30, at.y + 10]]);
  await touch("touchEnd", []);
  await expect(page.getByTestId("erase")).toBeEnabled();
  await context.close();
});
