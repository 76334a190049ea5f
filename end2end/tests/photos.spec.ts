// What comes in: formats, orientation, colour profiles, and files that are not what they seem.

import { encode } from "fast-png";

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { crc32, discOnStripes, displayP3, pixel, pixelsOf, png } from "../support/pictures.ts";
import { type Page } from "@playwright/test";

const photo = discOnStripes(240, 160, [120, 80], 12);

/** The pixels as a JPEG or WebP of the browser's making. */
async function encoded(page: Page, type: "image/jpeg" | "image/webp"): Promise<Buffer> {
  const source = [...png(photo)];
  const bytes = await page.evaluate(
    async ([source, type]) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(source)], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({ type, quality: 0.9 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [source, type] as const,
  );
  return Buffer.from(bytes);
}

/** A JPEG with an EXIF block that says how to turn it. */
function turned(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.concat([
    Buffer.from("Exif\0\0II*\0", "latin1"),
    Buffer.from([8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]),
  ]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

for (const [type, extension] of [["image/jpeg", "jpg"], ["image/webp", "webp"]] as const) {
  test(`${extension} comes in and goes out as it came`, async ({ app }) => {
    const buffer = await encoded(app, type);
    await open(app, { name: `floor.${extension}`, mimeType: type, buffer });
    await brushSize(app, 40);
    await paint(app, [[115, 80], [125, 80]]);
    await erase(app);
    const same = await download(app, "same");
    expect(same.name).toBe(`floor-lacuna.${extension}`);
    expect(same.bytes.subarray(0, 4).toString("latin1")).toBe(extension === "jpg" ? "\xff\xd8\xff\xe0" : "RIFF");
    const [r = 0, g = 0] = pixel(pixelsOf((await download(app, "png")).bytes), 120, 80);
    expect(r).toBeLessThan(g + 90);
    expect((await download(app, "jpeg")).name).toBe("floor-lacuna.jpg");
  });
}

test("orientation is applied once, and what is painted is what goes", async ({ app }) => {
  const buffer = turned(await encoded(app, "image/jpeg"), 6);
  await open(app, { name: "turned.jpg", mimeType: "image/jpeg", buffer });
  const stage = app.getByTestId("stage");
  await expect(stage).toHaveAttribute("data-photo-width", "160");
  await expect(stage).toHaveAttribute("data-photo-height", "240");
  // Turned by a quarter to the right, the disc is in the middle still; a dot near a corner tells the turn apart.
  const before = pixelsOf((await download(app, "png")).bytes);
  expect([before.width, before.height]).toEqual([160, 240]);
  const [r = 0, g = 0] = pixel(before, 80, 120);
  expect(r).toBeGreaterThan(g + 90);
  await brushSize(app, 40);
  await paint(app, [[80, 115], [80, 125]]);
  await erase(app);
  const after = pixelsOf((await download(app, "png")).bytes);
  const [red = 0, green = 0] = pixel(after, 80, 120);
  expect(red).toBeLessThan(green + 90);
  // Saved again, the pixels are upright and nothing says to turn them.
  const jpeg = (await download(app, "same")).bytes;
  expect(jpeg.includes(Buffer.from("Exif"))).toBe(false);
});

test("a colour profile survives, byte for byte", async ({ app }) => {
  // A profile's size, its class, its colour space and its signature are where a reader looks for them.
  const profile = new Uint8Array(132);
  profile.set([0, 0, 0, 132], 0);
  profile.set(Buffer.from("mntrRGB XYZ "), 12);
  profile.set(Buffer.from("acsp"), 36);
  await open(app, { name: "wide.png", mimeType: "image/png", buffer: png(photo, profile) });
  await brushSize(app, 40);
  await paint(app, [[115, 80], [125, 80]]);
  await erase(app);
  for (const format of ["same", "png"] as const) {
    expect(pixelsOf((await download(app, format)).bytes).profile).toEqual(profile);
  }
  expect((await download(app, "jpeg")).bytes.includes(Buffer.from("ICC_PROFILE"))).toBe(true);
});

test("sixteen bits a channel become eight, which is said", async ({ app }) => {
  const deep = Uint16Array.from(photo.data, (value) => value * 257);
  const buffer = Buffer.from(encode({ ...photo, data: deep, depth: 16 }));
  await open(app, { name: "deep.png", mimeType: "image/png", buffer });
  await expect(app.getByTestId("notice")).toHaveText(/Opened with 8 bits a channel; the file has more\./);
  const { name, bytes } = await download(app, "same");
  expect(name).toBe("deep-lacuna.png");
  expect(pixelsOf(bytes).data).toEqual(photo.data);
});

interface Refused {
  name: string;
  bytes: Buffer;
  code: string;
  /** What the words name. */
  says?: string;
}

/** A PNG that claims a size it has not got. */
function claiming(width: number, height: number): Buffer {
  const file = Buffer.from(png(discOnStripes(8, 8, [4, 4], 2)));
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  // The header is the chunk from its name at byte 12; its checksum follows at once.
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}

const refused: Refused[] = [
  { name: "text", bytes: Buffer.from("hello"), code: "photo-unsupported" },
  { name: "nothing", bytes: Buffer.alloc(0), code: "photo-unsupported" },
  { name: "a cut file", bytes: png(photo).subarray(0, 4000), code: "photo-damaged" },
  { name: "noise behind a JPEG's first bytes", bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]), code: "photo-damaged" },
  { name: "a document", bytes: Buffer.from("%PDF-1.7\n"), code: "photo-unsupported", says: "a PDF document" },
  {
    name: "a GIF without a picture",
    bytes: Buffer.from("GIF89a\x01\0\x01\0\0\0\0;", "latin1"),
    code: "photo-damaged",
  },
];

for (const { name, bytes, code, says } of refused) {
  test(`${name} is refused in words, and a good file opens after it`, async ({ app }) => {
    await app.getByTestId("file-input").setInputFiles({ name: "file.png", mimeType: "image/png", buffer: bytes });
    await expect(app.getByTestId("notice")).toHaveAttribute("data-code", code);
    await expect(app.getByTestId("notice")).toContainText(says ?? /\w+ \w+ \w+/);
    await open(app, { name: "good.png", mimeType: "image/png", buffer: png(photo) });
  });
}

test("a photo that claims more than 100 megapixels is refused before memory is taken", async ({ app }) => {
  const buffer = claiming(60_000, 60_000);
  await app.getByTestId("file-input").setInputFiles({ name: "huge.png", mimeType: "image/png", buffer });
  const notice = app.getByTestId("notice");
  await expect(notice).toHaveAttribute("data-code", "photo-too-large");
  await expect(notice).toContainText("3600 megapixels");
});

test("a file that is refused does not cost the photo that is open", async ({ app }) => {
  await open(app, { name: "good.png", mimeType: "image/png", buffer: png(photo) });
  await paint(app, [[100, 80], [140, 80]]);
  await app.getByTestId("file-input").setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no") });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
  await inState(app, "ready");
  await erase(app);
});

test("a file that is refused brings back the photo that is shown, not one before it", async ({ app }) => {
  const second = discOnStripes(200, 100, [60, 50], 12);
  await open(app, { name: "first.png", mimeType: "image/png", buffer: png(photo) });
  await open(app, { name: "second.png", mimeType: "image/png", buffer: png(second) });
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "200");
  await app.getByTestId("file-input").setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no") });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(second.data);
});

test("an animation stands still while it is painted on", async ({ app }) => {
  // Two frames of one pixel each, red and blue (GIF89a): the browser would show them in turn.
  const frame = (colour: number) => [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, colour, 1, 0];
  const buffer = Buffer.concat([
    Buffer.from("GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff", "latin1"),
    Buffer.from([...frame(0x44), ...frame(0x4c), 0x3b]),
  ]);
  await open(app, { name: "two.gif", mimeType: "image/gif", buffer });
  await expect(app.getByTestId("notice")).toContainText("first picture");
  const shown = await app.evaluate(async () => {
    const image = document.querySelector<HTMLImageElement>("img.photo");
    return (await (await fetch(image?.src ?? "")).blob()).type;
  });
  expect(shown).toBe("image/png");
});

test("what is kept of a colour profile is what colours need", async ({ app }) => {
  const secret = Buffer.from("the serial number of a screen");
  const p3 = displayP3();
  await open(app, { name: "p3.png", mimeType: "image/png", buffer: png(photo, p3) });
  expect(pixelsOf((await download(app, "png")).bytes).profile).toEqual(p3);
  await open(app, { name: "more.png", mimeType: "image/png", buffer: png(photo, Buffer.concat([p3, secret])) });
  for (const format of ["png", "jpeg", "webp"] as const) {
    expect((await download(app, format)).bytes.includes(secret)).toBe(false);
  }
  expect(pixelsOf((await download(app, "png")).bytes).profile).toEqual(p3);
});

test("nothing is saved while the next photo comes", async ({ app }) => {
  await open(app, { name: "good.png", mimeType: "image/png", buffer: png(photo) });
  const button = app.getByTestId("download");
  await expect(button).toBeEnabled();
  await button.evaluate((button: HTMLButtonElement) => {
    const seen = () => button.disabled && button.setAttribute("data-was-disabled", "");
    new MutationObserver(seen).observe(button, { attributeFilter: ["disabled"] });
  });
  await app.getByTestId("file-input").setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no") });
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
  await expect(button).toHaveAttribute("data-was-disabled");
  await expect(button).toBeEnabled();
});

test("a photo that is pasted on another page is opened in the editor", async ({ app }) => {
  await app.goto("/about/");
  await hydrated(app);
  await app.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, [...png(photo)]);
  await inState(app, "ready");
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "240");
  expect(new URL(app.url()).pathname).toBe("/");
});
