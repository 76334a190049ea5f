// How long an erase takes, from the press to the first and to the last picture. Prints; asserts nothing about time.

import { brushSize, inState, onPage, paint } from "../support/editor.ts";
import { hydrated, test } from "../support/fixtures.ts";
import { type Page } from "@playwright/test";
import { median } from "./median.mjs";

const ROUNDS = 5;

// Once a photo is open the runtime is fetched and compiled, which takes both processors of a small machine for some
// seconds. A person paints meanwhile; a bench has to wait, and nothing on the page tells when it is over. Milliseconds.
const COMPILED = 15_000;

/** Draws a photo of grain and slopes in the page and opens it as a JPEG there, so that no bytes cross to the test. */
async function openDrawn(page: Page, width: number, height: number): Promise<void> {
  await page.evaluate(
    async ([width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      if (context === null) throw new Error("no canvas");
      const tile = new OffscreenCanvas(512, 512);
      const small = tile.getContext("2d");
      const image = small?.createImageData(512, 512);
      if (!small || !image) throw new Error("no tile");
      let noise = 1;
      for (let i = 0; i < image.data.length; i += 4) {
        noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
        const grain = (noise >>> 24) % 48;
        image.data.set([90 + grain, 110 + grain, 70 + grain, 255], i);
      }
      small.putImageData(image, 0, 0);
      context.fillStyle = context.createPattern(tile, "repeat") ?? "grey";
      context.fillRect(0, 0, width, height);
      const light = context.createLinearGradient(0, 0, width, height);
      light.addColorStop(0, "rgb(255 240 200 / 0.5)");
      light.addColorStop(1, "rgb(0 20 60 / 0.5)");
      context.fillStyle = light;
      context.fillRect(0, 0, width, height);
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const input = document.querySelector<HTMLInputElement>("[data-testid=file-input]");
      if (input === null) throw new Error("no input");
      const files = new DataTransfer();
      files.items.add(new File([blob], "drawn.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [width, height] as const,
  );
  await page.locator(`[data-testid=stage][data-photo-width="${width}"]`).waitFor();
  await inState(page, "ready", 120_000);
}

interface Times {
  first: number;
  last: number;
}

async function timedErase(page: Page, paintIt: () => Promise<void>): Promise<Times> {
  await paintIt();
  await page.evaluate(() => performance.clearMarks());
  await page.getByTestId("erase").click();
  await inState(page, "done", 300_000);
  const times = await page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name).map((mark) => mark.startTime);
    const [start = 0] = at("lacuna:erase");
    const [first = 0] = at("lacuna:painted");
    const [last = 0] = at("lacuna:erased");
    return { first: first - start, last: last - start };
  });
  await page.getByTestId("undo").click();
  await page.getByTestId("clear").click();
  return times;
}

/** A square of paint with `side` photo pixels, about the middle. */
async function square(page: Page, side: number, width: number, height: number): Promise<void> {
  const scale = Number((await page.getByTestId("stage").getAttribute("data-view"))?.split(" ")[0]);
  const brush = Math.min(side * scale, 60);
  await brushSize(page, Math.round(brush));
  const radius = brush / scale / 2;
  const [left, right] = [width / 2 - side / 2 + radius, width / 2 + side / 2 - radius];
  const points: [number, number][] = [];
  for (let y = height / 2 - side / 2 + radius; y <= height / 2 + side / 2 - radius + 0.5; y += radius) {
    points.push([left, y], [right, y], [left, y]);
  }
  await onPage(page, 0, 0);
  await paint(page, points);
}

const PHOTOS = [[6000, 4000], [1600, 1250]] as const;

for (const fill of ["patch", "auto"]) {
  test(`a 200x200 object in 24 and in 2 megapixels by ${fill}`, async ({ browser }) => {
    const pages: Page[] = [];
    for (const [width, height] of PHOTOS) {
      const page = await browser.newPage();
      await page.goto("/");
      await hydrated(page);
      await openDrawn(page, width, height);
      await page.getByTestId("model-select").selectOption(fill);
      await page.waitForTimeout(COMPILED);
      pages.push(page);
    }
    const times: Times[][] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, page] of pages.entries()) {
        const [width, height] = PHOTOS[index] ?? [0, 0];
        await page.bringToFront();
        const time = await timedErase(page, () => square(page, 200, width, height));
        // The first round warms the compiler up.
        if (round > 0) times[index]?.push(time);
      }
    }
    const [large, small] = times.map((of) => ({ first: median(of.map((t) => t.first)), last: median(of.map((t) => t.last)) }));
    console.log(`24 MP by ${fill}: first ${large?.first.toFixed(0)} ms, last ${large?.last.toFixed(0)} ms`);
    console.log(` 2 MP by ${fill}: first ${small?.first.toFixed(0)} ms, last ${small?.last.toFixed(0)} ms`);
    console.log(`ratio of last: ${((large?.last ?? NaN) / (small?.last ?? NaN)).toFixed(2)}`);
  });
}

test("a 1500x1500 hole in 24 megapixels", async ({ browser }) => {
  const page = await browser.newPage();
  await page.goto("/");
  await hydrated(page);
  await openDrawn(page, 6000, 4000);
  await page.getByTestId("model-select").selectOption("patch");
  await page.waitForTimeout(COMPILED);
  const time = await timedErase(page, () => square(page, 1500, 6000, 4000));
  console.log(`first ${time.first.toFixed(0)} ms, last ${time.last.toFixed(0)} ms`);
});

test("a frame of brushing on 48 megapixels", async ({ browser }) => {
  const page = await browser.newPage();
  await page.goto("/");
  await hydrated(page);
  await openDrawn(page, 8000, 6000);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const script = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find((metric) => metric.name === "ScriptDuration")?.value ?? 0) * 1000;
  };
  const start = await onPage(page, 2000, 2000);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  const [before, frame] = [await script(), await page.evaluate(() => document.timeline.currentTime as number)];
  for (let step = 0; step < 200; step++) {
    await page.mouse.move(start.x + step * 2, start.y + 60 * Math.sin(step / 9));
  }
  const [after, end] = [await script(), await page.evaluate(() => document.timeline.currentTime as number)];
  await page.mouse.up();
  const frames = (end - frame) / (1000 / 60);
  console.log(`script ${((after - before) / frames).toFixed(2)} ms a frame over ${frames.toFixed(0)} frames`);
});
