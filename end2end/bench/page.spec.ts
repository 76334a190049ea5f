// How long a large photo takes to open and to save, and how soon the page answers each control. Prints; asserts nothing
// about time.

import { type Page } from "@playwright/test";

import { brushSize, inState, paint } from "../support/editor.ts";
import { test } from "../support/fixtures.ts";
import { openLarge, prepare } from "./large.ts";
import { median } from "./median.mjs";

const ROUNDS = 5;

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

/** The longest part of one interaction, in milliseconds: until it was heard, its own work, and until it was seen. */
interface Answer {
  delay: number;
  work: number;
  paint: number;
  duration: number;
}

/** What of the browser's own measurements came since the last call; durations are in steps of eight milliseconds. */
function slowest(page: Page): Promise<Answer> {
  return page.evaluate(() => {
    const seen = (window as unknown as { seen: PerformanceEventTiming[] }).seen.splice(0);
    const worst = seen.toSorted((one, other) => other.duration - one.duration)[0];
    return {
      delay: worst ? worst.processingStart - worst.startTime : 0,
      work: worst ? worst.processingEnd - worst.processingStart : 0,
      paint: worst ? worst.startTime + worst.duration - worst.processingEnd : 0,
      duration: worst?.duration ?? 0,
    };
  });
}

test("the page answers every control", async ({ app }) => {
  await prepare(app);
  await openLarge(app);
  await brushSize(app, 40);
  for (let stroke = 0; stroke < 20; stroke++) {
    await paint(app, [[500 + stroke * 200, 800], [700 + stroke * 200, 3000]]);
  }
  await app.evaluate(() => {
    const seen: PerformanceEntry[] = [];
    Object.assign(window, { seen });
    new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({
      type: "event",
      durationThreshold: 16,
    } as PerformanceObserverInit);
  });
  const click = (id: string) => app.getByTestId(id).click();
  const key = (name: string) => app.keyboard.press(name);
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
    ["run-on-release", () => app.getByTestId("run-on-release").check()],
    ["run-on-release, off", () => app.getByTestId("run-on-release").uncheck()],
    ["brush-size by keys", () => app.getByTestId("brush-size").press("ArrowRight")],
    ["the menu opens", () => app.locator(".menu-button").click()],
    ["the menu closes", () => key("Escape")],
    ["the keys open", () => key("?")],
    ["the keys close", () => key("Escape")],
    ["the crosshair", () => app.getByTestId("stage").press("ArrowRight")],
    ["a stroke begins by key", () => key("Space")],
    ["and goes on", () => key("ArrowRight")],
    ["and ends", () => key("Space")],
    ["erase", () => click("erase")],
    ["cancel", () => click("cancel")],
    ["download", () => click("download")],
  ];
  const answers = new Map<string, Answer[]>(steps.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, step] of steps) {
      await slowest(app);
      await step();
      // What the browser has measured is told a moment after the frame, and nothing on the page tells that it was.
      await app.waitForTimeout(500);
      answers.get(name)?.push(await slowest(app));
    }
    await inState(app, "ready");
    await app.getByTestId("download").and(app.locator(":enabled")).waitFor();
  }
  for (const [name, times] of answers) {
    const of = (part: keyof Answer) => median(times.map((it) => it[part])).toFixed(0);
    const all = times.map((it) => it.duration).join(" ");
    console.log(`${name}: ${of("duration")} ms (heard ${of("delay")}, worked ${of("work")}, seen ${of("paint")}) of ${all}`);
  }
});
