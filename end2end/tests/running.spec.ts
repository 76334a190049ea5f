// A run that is stopped, and a worker that dies.

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { discOnStripes, pixelsOf, png } from "../support/pictures.ts";

// Large enough that an erase takes seconds.
const photo = discOnStripes(1200, 900, [600, 450], 150);
const file = { name: "large.png", mimeType: "image/png", buffer: png(photo) };

async function paintMuch(page: Parameters<typeof paint>[0]): Promise<void> {
  await brushSize(page, 120);
  await paint(page, [[450, 340], [750, 340], [750, 450], [450, 450], [450, 560], [750, 560]]);
}

test("progress shows a fraction and cancel goes back to the strokes at once", async ({ app }) => {
  await open(app, file);
  await paintMuch(app);
  await app.getByTestId("erase").click();
  await inState(app, "running");
  const bar = app.getByTestId("progress");
  await expect(bar).toHaveAttribute("role", "progressbar");
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  const before = Number(await bar.getAttribute("aria-valuenow"));
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(before);
  await app.getByTestId("cancel").click();
  await inState(app, "ready");
  await expect(app.getByTestId("erase")).toBeEnabled();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(photo.data);
  // The strokes are there still, and the same erase runs to its end.
  await erase(app, 90_000);
});

test("the next photo can be opened while one is being erased", async ({ app }) => {
  await open(app, file);
  await paintMuch(app);
  await app.getByTestId("erase").click();
  await inState(app, "running");
  const small = discOnStripes(100, 80, [50, 40], 5);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "100");
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(small.data);
});

test("a worker that dies is replaced; photo, strokes and results are still there", async ({ app, watch }) => {
  const small = discOnStripes(600, 400, [300, 200], 20);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await brushSize(app, 60);
  await paint(app, [[100, 100], [140, 100]]);
  await erase(app);
  const first = pixelsOf((await download(app, "png")).bytes);
  await brushSize(app, 120);
  await paint(app, [[200, 150], [400, 150], [400, 250], [200, 250]]);
  await app.getByTestId("erase").click();
  await inState(app, "running");
  const [worker] = app.workers();
  // An exception outside of any handler, as a trap in wasm is.
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    }, 0);
  });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "worker-lost");
  await expect(app.getByTestId("erase")).toBeEnabled();
  expect(watch.complaints.splice(0).every((text) => text.includes("killed by the test"))).toBe(true);

  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(first.data);
  await erase(app, 90_000);
  await app.getByTestId("undo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(first.data);
});
