// A run that is stopped, and a worker that dies or hears nothing.

import type { Page } from "@playwright/test";

import { brushSize, download, erase, inState, onPage, opacityAt, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { discOnStripes, pixelsOf, png } from "../support/pictures.ts";
import { kept } from "../support/sessions.ts";

// Large enough that an erase takes seconds.
const photo = discOnStripes(1200, 900, [600, 450], 150);
const file = { name: "large.png", mimeType: "image/png", buffer: png(photo) };

async function paintMuch(page: Page): Promise<void> {
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

/** Ends the worker by an exception outside of any handler, as a trap in wasm is. */
async function kill(page: Page): Promise<void> {
  const [worker] = page.workers();
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    }, 0);
  });
}

/** Waits until what has happened is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/**
 * How opaque each pixel of the canvas of masks is; the outline's dashes march, but all of them are opaque. It comes as
 * one string, since a list of a million numbers takes seconds from the page to here.
 */
async function opacity(page: Page): Promise<Buffer> {
  await drawn(page);
  const alphas = await page.locator("canvas.overlay").evaluate((canvas: HTMLCanvasElement) => {
    const { data = [] } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    let alphas = "";
    for (let at = 3; at < data.length; at += 4) {
      alphas += String.fromCharCode(data[at] ?? 0);
    }
    return alphas;
  });
  return Buffer.from(alphas, "latin1");
}

test("a mask whose erase is given up looks as it did", async ({ app }) => {
  await open(app, file);
  await paintMuch(app);
  const before = await opacity(app);
  const painted = await opacityAt(app, 450, 340);
  expect(painted).toBeGreaterThan(0);
  await app.getByTestId("erase").click();
  // The rose has begun to make room for the first picture.
  await expect.poll(() => opacityAt(app, 450, 340), { intervals: [50] }).toBeLessThan(painted);
  await inState(app, "running");
  await app.getByTestId("cancel").click();
  await inState(app, "ready");
  const after = await opacity(app);
  const worst = after.reduce((most, alpha, index) => Math.max(most, Math.abs(alpha - (before[index] ?? 0))), 0);
  // Edges are put together of two canvases of eight bits.
  expect(worst).toBeLessThanOrEqual(3);
});

test("what an eraser takes away while an erase is given up is gone from the screen, too", async ({ app, watch }) => {
  await open(app, file);
  await paintMuch(app);
  await app.getByTestId("erase").click();
  await inState(app, "running");
  await app.getByTestId("tool-eraser").click();
  const [from, to] = [await onPage(app, 450, 340), await onPage(app, 750, 340)];
  await app.mouse.move(from.x, from.y);
  await app.mouse.down();
  await app.mouse.move((from.x + to.x) / 2, from.y, { steps: 4 });
  // Whoever cancels takes the stroke back first; a worker that dies does not wait for it.
  await kill(app);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "worker-lost");
  watch.forgive(/killed by the test/);
  // At once, not only when the stroke is ended and the mask drawn anew.
  await drawn(app);
  expect(await opacityAt(app, 550, 340)).toBe(0);
  await app.mouse.move(to.x, to.y, { steps: 4 });
  await app.mouse.up();
  await drawn(app);
  expect(await opacityAt(app, 700, 340)).toBe(0);
  expect(await opacityAt(app, 600, 560)).toBeGreaterThan(0);
});

test("a mask dissolves though the next erase begins at once", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("model-select").selectOption("patch");
  await app.getByTestId("run-on-release").check();
  await paintMuch(app);
  await inState(app, "running");
  await paint(app, [[1000, 800], [1100, 800]]);
  await inState(app, "running");
  await inState(app, "done", 90_000);
  await expect.poll(async () => (await opacity(app)).some((alpha) => alpha > 0)).toBe(false);
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
  await kill(app);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "worker-lost");
  await expect(app.getByTestId("erase")).toBeEnabled();
  expect(watch.complaints.splice(0).every((text) => text.includes("killed by the test"))).toBe(true);

  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(first.data);
  await erase(app, 90_000);
  await app.getByTestId("undo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(first.data);
});

/**
 * Has the studio's workers begin with these lines, in the order in which they start; those after the last one begin as
 * they are.
 */
async function studiosBegin(page: Page, ...lines: string[]): Promise<void> {
  const url = await page.locator("meta[name=lacuna-studio]").getAttribute("content");
  if (url === null) {
    throw new Error("the page names no studio");
  }
  await page.context().route(`**${url}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${lines.shift() ?? ""}\n${await response.text()}` });
  });
  // The page has started one already.
  await page.reload();
  await hydrated(page);
}

/** Hears of nothing for a long while once it was asked for this. */
const deafTo = (request: string) => `addEventListener("message", ({ data }) => {
  const until = performance.now() + ("${request}" in data.body ? 20_000 : 0);
  while (performance.now() < until);
});`;

test("a file that takes too long gives way to the next one", async ({ app }) => {
  await studiosBegin(app, deafTo("open"));
  await app.getByTestId("file-input").setInputFiles(file);
  const small = discOnStripes(100, 80, [50, 40], 5);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "100");
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(small.data);
});

test("a file is saved although the worker that made it was given up", async ({ app }) => {
  await studiosBegin(app, deafTo("export"));
  const small = discOnStripes(100, 80, [50, 40], 5);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await paint(app, [[45, 40], [55, 40]]);
  const saved = download(app, "png");
  await expect(app.getByTestId("download")).toBeDisabled();
  await app.getByTestId("erase").click();
  await inState(app, "running");
  await app.getByTestId("cancel").click();
  await inState(app, "ready");
  expect(pixelsOf((await saved).bytes).data).toEqual(small.data);
  await erase(app);
});

test("a copy that comes to nothing does not leave the clipboard waiting", async ({ app }) => {
  await app.addInitScript(() => {
    navigator.clipboard.write = async ([item]) => {
      await item?.getType("image/png").catch(() => document.documentElement.toggleAttribute("data-refused", true));
    };
  });
  await studiosBegin(app, deafTo("export"));
  const small = discOnStripes(100, 80, [50, 40], 5);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await app.getByTestId("copy-image").click();
  await app.getByTestId("file-input").setInputFiles(file);
  await expect(app.locator("html[data-refused]")).toBeAttached();
});

test("a photo that cannot be read once more stays with all that was done to it", async ({ app, watch }) => {
  await studiosBegin(
    app,
    "",
    `const read = Blob.prototype.arrayBuffer;
     Blob.prototype.arrayBuffer = function () {
       Blob.prototype.arrayBuffer = read;
       return Promise.reject(new DOMException("moved", "NotReadableError"));
     };`,
  );
  const small = discOnStripes(400, 260, [200, 120], 18);
  await open(app, { name: "small.png", mimeType: "image/png", buffer: png(small) });
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  const before = (await download(app, "png")).bytes;
  const [worker] = app.workers();
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    }, 0);
  });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-damaged");
  expect(watch.complaints.splice(0).every((text) => text.includes("killed by the test"))).toBe(true);
  // The next step tries again.
  expect((await download(app, "png")).bytes.equals(before)).toBe(true);
  await paint(app, [[60, 200]]);
  await erase(app);
  // Nothing of it is missing on the device.
  await kept(app, 4);
  await app.reload();
  await hydrated(app);
  await app.getByTestId("resume-session").click();
  await inState(app, "done");
  await app.getByTestId("undo").click();
  await app.getByTestId("undo").click();
  expect((await download(app, "png")).bytes.equals(before)).toBe(true);
});
