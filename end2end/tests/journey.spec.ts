// The main job: a photo comes in, an object goes, the photo comes out, and nothing else has changed.

import { brushSize, download, erase, inState, onPage, open, paint } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { differing, discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";

const CENTRE: [number, number] = [200, 120];
const photo = discOnStripes(400, 260, CENTRE, 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

test("erases an object and leaves every other pixel as it was", async ({ app }) => {
  await expect(app.getByTestId("erase")).toBeDisabled();
  await open(app, file);
  const stage = app.getByTestId("stage");
  await expect(stage).toHaveAttribute("data-photo-width", "400");
  await expect(stage).toHaveAttribute("data-photo-height", "260");
  await expect(app.getByTestId("erase")).toBeDisabled();

  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await expect(app.getByTestId("erase")).toBeEnabled();
  await erase(app);

  const saved = await download(app, "same");
  expect(saved.name).toBe("floor-lacuna.png");
  const after = pixelsOf(saved.bytes);
  expect([after.width, after.height, after.channels]).toEqual([400, 260, 3]);

  // The red is gone.
  let red = 0;
  for (let y = 100; y < 140; y++) {
    for (let x = 180; x < 220; x++) {
      const [r = 0, g = 0] = pixel(after, x, y);
      red += r > g + 90 ? 1 : 0;
    }
  }
  expect(red).toBe(0);

  // The brush is 60 CSS pixels wide at most at scale 1, and the feather 4 pixels: 30 + 15 + 4 from the centre.
  const scale = Number((await stage.getAttribute("data-view"))?.split(" ")[0]);
  const reach = 30 / scale + 5;
  const outside = (x: number, y: number) => Math.abs(y - 120) > reach || x < 185 - reach || x > 215 + reach;
  expect(differing(photo, after, outside)).toBe(0);
  // The check can fail: inside something did change.
  expect(differing(photo, after, (x, y) => !outside(x, y))).toBeGreaterThan(500);
});

test("shows on the stage what the download holds", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  const after = pixelsOf((await download(app, "png")).bytes);
  // The middle of the erased disc on the screen, away from the wipe's handle.
  await app.mouse.move(5, 5);
  const at = await onPage(app, 196, 112);
  const shot = pixelsOf(await app.screenshot({ clip: { x: at.x - 2, y: at.y - 2, width: 5, height: 5 } }));
  const seen = pixel(shot, 2, 2);
  const held = pixel(after, 196, 112);
  // The view is scaled, so neighbours mix: near is enough to tell fill from red paint or the old disc.
  for (const channel of [0, 1, 2]) {
    expect(Math.abs((seen[channel] ?? 0) - (held[channel] ?? 0))).toBeLessThan(45);
  }
});

test("undo takes strokes and results back, redo brings them again", async ({ app }) => {
  await open(app, file);
  await expect(app.getByTestId("undo")).toBeDisabled();
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeDisabled();
  await app.getByTestId("redo").click();
  await erase(app);
  const erased = pixelsOf((await download(app, "png")).bytes);

  await app.getByTestId("undo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(photo.data);
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.getByTestId("redo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(erased.data);
});

test("a second erase builds on the first", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  const first = pixelsOf((await download(app, "png")).bytes);
  await paint(app, [[60, 200]]);
  await inState(app, "ready");
  await erase(app);
  const second = pixelsOf((await download(app, "png")).bytes);
  expect(differing(first, second, (x, y) => x > 130 || y < 140)).toBe(0);
  expect(differing(first, second, () => true)).toBeGreaterThan(50);
});

test("clear empties the mask", async ({ app }) => {
  await open(app, file);
  await paint(app, [[100, 100], [140, 120]]);
  await app.getByTestId("clear").click();
  await expect(app.getByTestId("erase")).toBeDisabled();
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeEnabled();
});

test("a dropped file opens", async ({ app }) => {
  const bytes = [...file.buffer];
  const transfer = await app.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
    return transfer;
  }, bytes);
  await app.getByTestId("app").dispatchEvent("dragover", { dataTransfer: transfer });
  await app.getByTestId("app").dispatchEvent("drop", { dataTransfer: transfer });
  await inState(app, "ready");
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "400");
});
