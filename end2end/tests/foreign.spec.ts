// Formats that the browser decodes for us, and those that it does not show although we read them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { brushSize, download, erase, inState, onPage, open, paint } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { pixel, type Pixels, pixelsOf } from "../support/pictures.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "tests", "data", "foreign");

/** One of the small pictures: a slope of colours with a red disc about (20, 15), 48 x 32. */
function picture(name: string, mimeType: string) {
  return { name, mimeType, buffer: readFileSync(join(FOLDER, name)) };
}

function near(pixels: Pixels, x: number, y: number, colour: number[], reach: number): void {
  const found = pixel(pixels, x, y);
  colour.forEach((value, channel) => {
    expect(Math.abs((found[channel] ?? -1000) - value), `${x},${y}: ${found}`).toBeLessThanOrEqual(reach);
  });
}

test("AVIF opens, is erased in and goes out as PNG", async ({ app }) => {
  await open(app, picture("plain.avif", "image/avif"));
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "48");
  const before = pixelsOf((await download(app, "same")).bytes);
  expect([before.width, before.height, before.channels]).toEqual([48, 32, 3]);
  near(before, 20, 15, [200, 60, 40], 12);
  near(before, 40, 8, [212, 64, 48], 12);

  await brushSize(app, 240);
  await paint(app, [[20, 15]]);
  await erase(app);
  const after = await download(app, "same");
  expect(after.name).toBe("plain-lacuna.png");
  const [r = 0, g = 0] = pixel(pixelsOf(after.bytes), 20, 15);
  expect(r).toBeLessThan(g + 100);
});

test("the browser applies the orientation, and nobody does again", async ({ app }) => {
  await open(app, picture("turned.avif", "image/avif"));
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "32");
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-height", "48");
  // Turned by a quarter to the right, what was 15 from the top is 15 from the right.
  near(pixelsOf((await download(app, "png")).bytes), 16, 20, [200, 60, 40], 12);
});

test("alpha comes as it is, and colours are not multiplied by it", async ({ app }) => {
  await open(app, picture("clear.avif", "image/avif"));
  const pixels = pixelsOf((await download(app, "png")).bytes);
  expect(pixels.channels).toBe(4);
  expect(pixel(pixels, 3, 10)[3]).toBe(0);
  near(pixels, 12, 26, [63, 207, 38, 128], 6);
  near(pixels, 40, 8, [212, 64, 48, 255], 6);
});

test("of a moving AVIF the first picture opens, which is said", async ({ app }) => {
  await open(app, picture("moving.avif", "image/avif"));
  await expect(app.getByTestId("notice")).toContainText("first picture");
  near(pixelsOf((await download(app, "png")).bytes), 20, 15, [200, 60, 40], 24);
});

test("what this browser does not read is refused in words that help", async ({ app }) => {
  for (const [name, type] of [["plain.heic", "image/heic"], ["plain.jxl", "image/jxl"]] as const) {
    await app.getByTestId("file-input").setInputFiles(picture(name, type));
    const notice = app.getByTestId("notice");
    await expect(notice).toHaveAttribute("data-code", "photo-foreign");
    await expect(notice).toContainText("JPEG");
    await inState(app, "failed");
  }
});

test("a damaged AVIF is called damaged", async ({ app }) => {
  const buffer = picture("plain.avif", "image/avif").buffer.subarray(0, 400);
  await app.getByTestId("file-input").setInputFiles({ name: "x.avif", mimeType: "image/avif", buffer });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-damaged");
});

/** A plain TIFF of one colour with a red square in its middle. */
function tiff(width: number, height: number): Buffer {
  const tags: [number, number, number, number][] = [
    // Tag, type (3 short, 4 long), count, value.
    [256, 3, 1, width],
    [257, 3, 1, height],
    [258, 3, 3, 134],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 140],
    [277, 3, 1, 3],
    [278, 3, 1, height],
    [279, 4, 1, width * height * 3],
  ];
  const head = Buffer.alloc(140);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, count, value], index) => {
    head.writeUInt16LE(tag, 10 + index * 12);
    head.writeUInt16LE(type, 12 + index * 12);
    head.writeUInt32LE(count, 14 + index * 12);
    head.writeUInt32LE(value, 18 + index * 12);
  });
  head.writeUInt16LE(8, 134);
  head.writeUInt16LE(8, 136);
  head.writeUInt16LE(8, 138);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.abs(x - width / 2) < 20 && Math.abs(y - height / 2) < 20;
      pixels.set(inside ? [220, 20, 30] : [90, 140, 90], (y * width + x) * 3);
    }
  }
  return Buffer.concat([head, pixels]);
}

test("a JPEG of four inks is converted and seen as it was converted, which is said", async ({ app }) => {
  await open(app, picture("inks.jpg", "image/jpeg"));
  await expect(app.getByTestId("notice")).toHaveText(/Converted from CMYK to RGB\./);
  await app.mouse.move(5, 5);
  const at = await onPage(app, 20.5, 15.5);
  const shown = async () => {
    const shot = pixelsOf(await app.screenshot({ clip: { x: at.x - 2, y: at.y - 2, width: 5, height: 5 } }));
    return pixel(shot, 2, 2).slice(0, 3).every((value, channel) => Math.abs(value - [201, 60, 39][channel]!) < 12);
  };
  await expect.poll(shown, { message: "the picture is there and has its colours" }).toBe(true);
  near(pixelsOf((await download(app, "png")).bytes), 20, 15, [201, 60, 39], 12);
  // It goes out as a JPEG of three colours, which every program shows alike.
  const same = await download(app, "same");
  expect(same.name).toBe("inks-lacuna.jpg");
  const frame = same.bytes.findIndex((byte, at) => byte === 0xff && (same.bytes[at + 1] ?? 0) >> 1 === 0x60);
  expect(same.bytes[frame + 9], "components").toBe(3);
});

test("a TIFF is seen, although browsers do not show it", async ({ app }) => {
  await open(app, { name: "scan.tif", mimeType: "image/tiff", buffer: tiff(300, 200) });
  await app.mouse.move(5, 5);
  const at = await onPage(app, 150, 100);
  const seen = async () => {
    const shot = await app.screenshot({ clip: { x: at.x - 2, y: at.y - 2, width: 5, height: 5 } });
    return pixel(pixelsOf(shot), 2, 2).slice(0, 3);
  };
  await expect.poll(seen).toEqual([220, 20, 30]);
});
