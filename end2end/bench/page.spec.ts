// How long a large photo takes to open and to save, and how soon the page answers each control. Prints; asserts nothing
// about time.

import { type Page } from "@playwright/test";

import { brushSize, inState, onPage, paint } from "../support/editor.ts";
import { test } from "../support/fixtures.ts";
import { openLarge, prepare } from "./large.ts";

const ROUNDS = 5;

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
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
