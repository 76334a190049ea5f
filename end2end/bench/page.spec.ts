// How long a large photo takes to open and to save, and how soon the page answers each control. Prints; asserts nothing
// about time.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Page } from "@playwright/test";

import { brushSize, inState, onPage, paint } from "../support/editor.ts";
import { test } from "../support/fixtures.ts";

const SAMPLE = join(import.meta.dirname, "..", "..", "public", "samples", "boat.jpg");
const ROUNDS = 5;

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Makes a JPEG of 24 megapixels of one of our scenes, enlarged and with the grain that a sensor has; its bytes. */
async function prepare(page: Page): Promise<number> {
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
function openLarge(page: Page): Promise<{ ready: number; seen: number }> {
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

/** Saves it; milliseconds until the browser has the file. */
function save(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const start = performance.now();
    const handed = new Promise<number>((resolve) => {
      HTMLAnchorElement.prototype.click = () => resolve(performance.now() - start);
    });
    document.querySelector<HTMLButtonElement>("[data-testid=download]")?.click();
    return handed;
  });
}

test("a JPEG of 24 megapixels opens and is saved", async ({ app }) => {
  const bytes = await prepare(app);
  const opened: { ready: number; seen: number }[] = [];
  const saved: Record<string, number[]> = { same: [], png: [], webp: [] };
  for (let round = 0; round < ROUNDS; round++) {
    opened.push(await openLarge(app));
    for (const [format, times] of Object.entries(saved)) {
      if (format === "same" || round === 0) {
        await app.getByTestId("format-select").selectOption(format);
        times.push(await save(app));
      }
    }
  }
  const ready = median(opened.map((it) => it.ready)).toFixed(0);
  const seen = median(opened.map((it) => it.seen)).toFixed(0);
  console.log(`24 MP, ${(bytes / 1e6).toFixed(1)} MB of JPEG: ready after ${ready} ms, seen after ${seen} ms`);
  for (const [format, times] of Object.entries(saved)) {
    console.log(`saved as ${format}: ${median(times).toFixed(0)} ms`);
  }
});

test("the page answers every control", async ({ app }) => {
  await prepare(app);
  await openLarge(app);
  await brushSize(app, 40);
  for (let stroke = 0; stroke < 20; stroke++) {
    await paint(app, [[500 + stroke * 200, 800], [700 + stroke * 200, 3000]]);
  }
  await app.evaluate(() => {
    const seen: { name: string; duration: number; target: string }[] = [];
    (window as unknown as { seen: typeof seen }).seen = seen;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        const target = entry.target instanceof Element ? entry.target.closest("[data-testid]") : null;
        seen.push({ name: entry.name, duration: entry.duration, target: target?.getAttribute("data-testid") ?? "" });
      }
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  const click = (id: string) => app.getByTestId(id).click();
  const steps: [string, () => Promise<unknown>][] = [
    ["a stroke", () => paint(app, [[1000, 500], [4000, 3500]])],
    ["tool-eraser", () => click("tool-eraser")],
    ["tool-brush", () => click("tool-brush")],
    ["undo", () => click("undo")],
    ["redo", () => click("redo")],
    ["clear", () => click("clear")],
    ["undo the clear", () => click("undo")],
    ["zoom-in", () => click("zoom-in")],
    ["zoom-out", () => click("zoom-out")],
    ["zoom-fit", () => click("zoom-fit")],
    ["compare", () => click("compare")],
    ["run-on-release", async () => {
      await app.getByTestId("run-on-release").check();
      await app.getByTestId("run-on-release").uncheck();
    }],
    ["brush-size by keys", async () => {
      await app.getByTestId("brush-size").focus();
      await app.keyboard.press("ArrowRight");
    }],
    ["the menu", async () => {
      await app.locator(".menu-button").click();
      await app.keyboard.press("Escape");
    }],
    ["the keys", async () => {
      await app.keyboard.press("?");
      await app.keyboard.press("Escape");
    }],
    ["the crosshair", async () => {
      await app.getByTestId("stage").focus();
      await app.keyboard.press("ArrowRight");
      await app.keyboard.press("Space");
      await app.keyboard.press("ArrowRight");
      await app.keyboard.press("Space");
    }],
    ["erase", () => click("erase")],
    ["cancel", () => click("cancel")],
    ["download", () => click("download")],
  ];
  for (const [name, step] of steps) {
    await app.evaluate(() => ((window as unknown as { seen: unknown[] }).seen.length = 0));
    await step();
    // What the browser has measured is told a moment after the frame.
    await app.waitForTimeout(600);
    const worst = await app.evaluate(() => {
      const seen = (window as unknown as { seen: { name: string; duration: number }[] }).seen;
      return Math.max(0, ...seen.map((it) => it.duration));
    });
    console.log(`${name}: ${worst === 0 ? "under 16" : worst} ms to the next paint`);
  }
  await inState(app, "ready");
  await onPage(app, 0, 0);
});
