// A floor with a red disc on it, and the disc erased: what the tests of links share.

import { type Page } from "@playwright/test";

import { brushSize, erase, type File, open, paint } from "./editor.ts";
import { discOnStripes, png, type Pixels } from "./pictures.ts";

/** The middle of the disc, in photo pixels. */
export const CENTRE: [number, number] = [200, 120];
export const photo = discOnStripes(400, 260, CENTRE, 18);

/** Pixels as the file of a floor. */
export function floor(pixels: Pixels = photo): File {
  return { name: "floor.png", mimeType: "image/png", buffer: png(pixels) };
}

/** Opens a floor and has the disc replaced by texture. */
export async function eraseDisc(page: Page, pixels: Pixels = photo): Promise<void> {
  await open(page, floor(pixels));
  await page.getByTestId("model-select").selectOption("patch");
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
  await erase(page);
}
