// Drives the editor as a person would, through the automation surface alone.

import { expect, type Page } from "@playwright/test";

/** A file to open. */
export interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** The states of the root element. */
export type State = "empty" | "ready" | "running" | "done" | "failed";

/** Waits until the app is in a state. */
export async function inState(page: Page, state: State, timeout = 30_000): Promise<void> {
  await expect(page.getByTestId("app")).toHaveAttribute("data-state", state, { timeout });
}

/** Opens a file through the picker and waits for it. */
export async function open(page: Page, file: File): Promise<void> {
  await page.getByTestId("file-input").setInputFiles(file);
  await inState(page, "ready");
}

/** Where a photo's pixel is on the page, in CSS pixels. */
export async function onPage(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const stage = page.getByTestId("stage");
  const view = await stage.getAttribute("data-view");
  const box = await stage.boundingBox();
  if (view === null || box === null) {
    throw new Error("the stage is not there");
  }
  const [scale = 1, left = 0, top = 0] = view.split(" ").map(Number);
  return { x: box.x + left + x * scale, y: box.y + top + y * scale };
}

/** How opaque what lies over the photo is at one of its pixels, 0 to 255: 0 where nothing is painted. */
export async function opacityAt(page: Page, x: number, y: number): Promise<number> {
  const place = await onPage(page, x, y);
  return page.locator("canvas.overlay").evaluate((canvas: HTMLCanvasElement, { x, y }) => {
    const box = canvas.getBoundingClientRect();
    const density = canvas.width / box.width;
    const at = [(x - box.x) * density, (y - box.y) * density] as const;
    return canvas.getContext("2d")?.getImageData(...at, 1, 1).data[3] ?? NaN;
  }, place);
}

/** Paints with the mouse along points in photo pixels. */
export async function paint(page: Page, points: [number, number][]): Promise<void> {
  const [first, ...rest] = points;
  if (first === undefined) {
    throw new Error("a stroke has a point");
  }
  const start = await onPage(page, ...first);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  for (const point of rest) {
    const next = await onPage(page, ...point);
    await page.mouse.move(next.x, next.y, { steps: 4 });
  }
  await page.mouse.up();
}

/** Sets the slider of the brush. */
export async function brushSize(page: Page, size: number): Promise<void> {
  await page.getByTestId("brush-size").fill(String(size));
}

/** Presses Erase and waits for the last picture. */
export async function erase(page: Page, timeout = 60_000): Promise<void> {
  await page.getByTestId("erase").click();
  await inState(page, "done", timeout);
}

/** What a photo can be saved as. */
export type Format = "same" | "png" | "jpeg" | "jpeg-fine" | "jpeg-small" | "webp";

/** Downloads the photo and returns its name and bytes. */
export async function download(page: Page, format: Format): Promise<{ name: string; bytes: Buffer }> {
  await page.getByTestId("format-select").selectOption(format);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId("download").click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) {
    chunks.push(chunk as Buffer);
  }
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
