// The main job in the other browsers: a photo comes in, an object goes, the photo comes out.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { differing, discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";
import { expect, test } from "./fixtures.ts";

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

for (const model of ["patch", "swift"] as const) {
  test(`opens, erases with ${model} and downloads`, async ({ tab }) => {
    await tab.open(file);
    expect(await tab.attribute("stage", "data-photo-width")).toBe("400");
    await tab.set("model-select", model);
    await tab.set("brush-size", "60");
    await tab.paint([[185, 120], [215, 120]]);
    await tab.erase();
    const scale = Number((await tab.attribute("stage", "data-view"))?.split(" ")[0]);
    const { name, bytes } = await tab.download("same");
    expect(name).toBe("floor-lacuna.png");
    const after = pixelsOf(bytes);
    const reach = 30 / scale + 6;
    const outside = (x: number, y: number) => Math.abs(y - 120) > reach || x < 185 - reach || x > 215 + reach;
    expect(differing(photo, after, outside)).toBe(0);
    const [r = 0, g = 0] = pixel(after, 200, 120);
    expect(r).toBeLessThan(g + 90);
    expect(await tab.text("provider")).toBe(model === "swift" ? "wasm" : "none");
  });
}

test("undo brings back the photo as it came", async ({ tab }) => {
  await tab.open(file);
  await tab.set("model-select", "patch");
  await tab.paint([[185, 120], [215, 120]]);
  await tab.erase();
  await tab.press("undo");
  expect(pixelsOf((await tab.download("png")).bytes).data).toEqual(photo.data);
});

test("a photo survives a reload", async ({ tab }) => {
  await tab.open(file);
  await tab.set("model-select", "patch");
  await tab.set("brush-size", "60");
  await tab.paint([[185, 120], [215, 120]]);
  await tab.erase();
  const before = await tab.download("same");
  // Written a moment after the last change.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await tab.goto("/");
  await tab.press("resume-session");
  await tab.inState("done");
  expect((await tab.download("same")).bytes.equals(before.bytes)).toBe(true);
});

test("AVIF opens as the browser shows it", async ({ tab }) => {
  const folder = join(import.meta.dirname, "..", "..", "tests", "data", "foreign");
  const picture = (name: string) => ({ name, mimeType: "image/avif", buffer: readFileSync(join(folder, name)) });
  await tab.open(picture("plain.avif"));
  const [r = 0, g = 0] = pixel(pixelsOf((await tab.download("same")).bytes), 20, 15);
  expect(r).toBeGreaterThan(g + 100);

  // Firefox turns it, WebKitGTK does not know how; either way nobody turns it again.
  const turned = picture("turned.avif");
  const shown = await tab.run(async (base64) => {
    const image = new Image();
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    image.src = URL.createObjectURL(new Blob([bytes], { type: "image/avif" }));
    await image.decode();
    return image.naturalWidth;
  }, turned.buffer.toString("base64"));
  await tab.open(turned);
  await expect.poll(() => tab.attribute("stage", "data-photo-width")).toBe(String(shown));
});
