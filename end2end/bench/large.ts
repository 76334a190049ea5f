// A photo of 24 megapixels in the page, for benches.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Page } from "@playwright/test";

const SAMPLE = join(import.meta.dirname, "..", "..", "public", "samples", "boat.jpg");

/** Makes a JPEG of 24 megapixels of one of our scenes, enlarged and with the grain that a sensor has; its bytes. */
export async function prepare(page: Page): Promise<number> {
  return page.evaluate(async (sample) => {
    const scene = await createImageBitmap(new Blob([Uint8Array.from(atob(sample), (c) => c.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(6000, 4000);
    const context = canvas.getContext("2d");
    const tile = new OffscreenCanvas(512, 512);
    const small = tile.getContext("2d");
    const image = small?.createImageData(512, 512);
    if (!context || !small || !image) throw new Error("no canvas");
    context.drawImage(scene, 0, 0, 6000, 4000);
    let noise = 1;
    for (let i = 0; i < image.data.length; i += 4) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      image.data.fill(noise >>> 24, i, i + 3);
      image.data[i + 3] = 12;
    }
    small.putImageData(image, 0, 0);
    context.fillStyle = context.createPattern(tile, "repeat") ?? "grey";
    context.fillRect(0, 0, 6000, 4000);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
    (window as unknown as { large: File }).large = new File([blob], "large.jpg", { type: "image/jpeg" });
    return blob.size;
  }, readFileSync(SAMPLE).toString("base64"));
}

/** Opens it; milliseconds until the app is ready and until the photo is on the screen. */
export function openLarge(page: Page): Promise<{ ready: number; seen: number }> {
  return page.evaluate(async () => {
    const app = document.querySelector("[data-testid=app]");
    const input = document.querySelector<HTMLInputElement>("[data-testid=file-input]");
    if (!app || !input) throw new Error("no page");
    const files = new DataTransfer();
    files.items.add((window as unknown as { large: File }).large);
    input.files = files.files;
    const before = document.querySelector(".layer img");
    const start = performance.now();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await new Promise<void>((resolve) => {
      const look = () => {
        const photo = document.querySelector(".layer img");
        const there = photo !== null && photo !== before && app.getAttribute("data-state") === "ready";
        if (there) {
          resolve();
        } else {
          setTimeout(look, 4);
        }
      };
      look();
    });
    const ready = performance.now() - start;
    await document.querySelector<HTMLImageElement>(".layer img")?.decode();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return { ready, seen: performance.now() - start };
  });
}
