// What goes out: formats by choice, the clipboard, and the place only where it was asked for.

import { download, open } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { discOnStripes, pixelsOf, png } from "../support/pictures.ts";
import type { Page } from "@playwright/test";

const photo = discOnStripes(240, 160, [120, 80], 12);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

/** The photo as a JPEG that says where it was taken: 52 degrees north and 13 east, in an EXIF block. */
async function placed(page: Page): Promise<Buffer> {
  const source = [...png(photo)];
  const bytes = await page.evaluate(async (source) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(source)], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer())];
  }, source);
  const jpeg = Buffer.from(bytes);
  const directory = (entries: number[][]) => {
    const out = Buffer.alloc(2 + entries.length * 12 + 4);
    out.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag = 0, type = 0, count = 0, value = 0], index) => {
      out.writeUInt16LE(tag, 2 + index * 12);
      out.writeUInt16LE(type, 4 + index * 12);
      out.writeUInt32LE(count, 6 + index * 12);
      out.writeUInt32LE(value, 10 + index * 12);
    });
    return out;
  };
  // Of the first directory the place alone; of the place north and east with three fractions each.
  const first = directory([[0x8825, 4, 1, 26]]);
  const place = directory([[1, 2, 2, 0x4e], [2, 5, 3, 80], [3, 2, 2, 0x45], [4, 5, 3, 104]]);
  const fractions = Buffer.alloc(48);
  [52, 1, 31, 1, 1234, 100, 13, 1, 24, 1, 567, 100].forEach((value, index) => fractions.writeUInt32LE(value, index * 4));
  const exif = Buffer.concat([Buffer.from("Exif\0\0II*\0\x08\0\0\0", "latin1"), first, place, fractions]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

/** The three fractions of north, as they stand in a file. */
const NORTH = Buffer.from(new Uint32Array([52, 1, 31, 1, 1234, 100]).buffer);

test("the place is saved only where it was asked for, and asked anew for each photo", async ({ app }) => {
  await open(app, file);
  await expect(app.getByTestId("keep-gps")).toBeHidden();

  const buffer = await placed(app);
  expect(buffer.includes(NORTH)).toBe(true);
  await open(app, { name: "there.jpg", mimeType: "image/jpeg", buffer });
  const keep = app.getByTestId("keep-gps");
  await expect(keep).not.toBeChecked();
  for (const format of ["same", "png", "jpeg"] as const) {
    expect((await download(app, format)).bytes.includes(NORTH), format).toBe(false);
  }
  await keep.check();
  for (const format of ["same", "png", "jpeg"] as const) {
    expect((await download(app, format)).bytes.includes(NORTH), format).toBe(true);
  }
  await open(app, { name: "there.jpg", mimeType: "image/jpeg", buffer });
  await expect(keep).not.toBeChecked();
  expect((await download(app, "same")).bytes.includes(NORTH)).toBe(false);
});

test("a JPEG is as large as its quality", async ({ app }) => {
  await open(app, file);
  const sizes: number[] = [];
  for (const format of ["jpeg-small", "jpeg", "jpeg-fine"] as const) {
    const { name, bytes } = await download(app, format);
    expect(name).toBe("floor-lacuna.jpg");
    sizes.push(bytes.length);
  }
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(sizes[2]).toBeGreaterThan((sizes[0] ?? 0) * 1.5);
});

test("WebP is written without loss", async ({ app }) => {
  await open(app, file);
  const { name, bytes } = await download(app, "webp");
  expect(name).toBe("floor-lacuna.webp");
  const back = await app.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/webp" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    return [...(context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [])];
  }, [...bytes]);
  const rgb = back.filter((_, index) => index % 4 !== 3);
  expect(new Uint8Array(rgb)).toEqual(photo.data);
});

for (const way of ["the button", "the keys"] as const) {
  test(`the photo is copied by ${way}`, async ({ app, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(app, file);
    if (way === "the button") {
      await app.getByTestId("copy-image").click();
    } else {
      await app.keyboard.press("Control+c");
    }
    await expect(app.getByTestId("notice")).toContainText("Copied");
    const bytes = await app.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return [...new Uint8Array(await ((await item?.getType("image/png")) ?? new Blob()).arrayBuffer())];
    });
    const pixels = pixelsOf(Buffer.from(bytes));
    expect([pixels.width, pixels.height]).toEqual([240, 160]);
    const rgb = pixels.data.filter((_, index) => pixels.channels === 3 || index % 4 !== 3);
    expect(new Uint8Array(rgb)).toEqual(photo.data);
  });
}

test("a clipboard that refuses is told in words", async ({ app }) => {
  await app.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await open(app, file);
  await app.getByTestId("copy-image").click();
  await expect(app.getByTestId("notice")).toContainText("Download it instead");
  await download(app, "png");
});

test("news that is the same again is new", async ({ page }) => {
  await page.clock.install();
  await page.goto("/");
  await hydrated(page);
  await open(page, file);
  const words = page.locator(".notice .words");
  await download(page, "png");
  await expect(words).toContainText("Saved");
  await page.clock.fastForward(5_000);
  await download(page, "png");
  await page.clock.fastForward(4_000);
  await expect(words).toContainText("Saved");
  await page.clock.fastForward(6_000);
  await expect(words).toHaveText("");
});
