// How soon a link is ready, how soon a shared picture is seen, and how much it looks like the result. Prints; asserts
// nothing about time.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type Page } from "@playwright/test";

import { brushSize, download, erase, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { pixelsOf, type Pixels } from "../support/pictures.ts";
import { openLarge, prepare } from "./large.ts";
import { small, ssim } from "./likeness.mjs";
import { median } from "./median.mjs";

const SAMPLES = join(import.meta.dirname, "..", "..", "public", "samples");
const ROUNDS = 5;

/** Opens the dialog; milliseconds until the link can be copied. */
function linkReady(page: Page): Promise<number> {
  return page.evaluate(async () => {
    // The dialog is there once it has been asked for.
    const copy = () => document.querySelector<HTMLButtonElement>("[data-testid=share-copy]");
    const start = performance.now();
    document.querySelector<HTMLButtonElement>("[data-testid=share-open]")?.click();
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (copy()?.disabled ?? true) {
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    return performance.now() - start;
  });
}

async function url(page: Page): Promise<string> {
  await expect(page.getByTestId("share-copy")).toBeEnabled();
  return (await page.getByTestId("share-url").textContent()) ?? "";
}

test("a link of a result of 24 megapixels", async ({ app }) => {
  await prepare(app);
  await openLarge(app);
  // By `auto`, as people do who choose nothing: then the runtime has been compiled before the first link is asked for.
  await brushSize(app, 30);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Another result each time, so that nothing of the last link is of use.
    await paint(app, [[1000 + round * 900, 1500], [1200 + round * 900, 1500]]);
    await erase(app);
    times.push(await linkReady(app));
    await app.keyboard.press("Escape");
  }
  const said = times.map((time) => time.toFixed(0)).join(", ");
  console.log(`24 MP: link ready after ${median(times).toFixed(0)} ms (${said}; the first also loads the codec)`);
});

test("a shared picture with nothing in the cache", async ({ app, browser, baseURL }) => {
  await open(app, sample("boat.jpg"));
  await app.getByTestId("share-open").click();
  const link = await url(app);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext({ baseURL });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const look = () => {
        const image = document.querySelector<HTMLImageElement>("[data-testid=shared-result]");
        if (document.querySelector("[data-testid=shared]")?.getAttribute("data-state") === "shown" && image) {
          void image.decode().then(() => requestAnimationFrame(() => performance.mark("seen")));
        } else {
          requestAnimationFrame(look);
        }
      };
      requestAnimationFrame(look);
    });
    await page.goto(link);
    await page.waitForFunction(() => performance.getEntriesByName("seen").length > 0);
    times.push(await page.evaluate(() => performance.getEntriesByName("seen")[0]?.startTime ?? NaN));
    await context.close();
  }
  console.log(`/s/ with a cold cache: seen after ${median(times).toFixed(0)} ms (${times.map((time) => time.toFixed(0)).join(", ")})`);
});

test("how much previews look like the result", async ({ app, context }) => {
  const names = readdirSync(SAMPLES).filter((name) => name.endsWith(".jpg") && !name.includes("-after"));
  const shared = await context.newPage();
  for (const budget of ["chat", "anywhere", "big"]) {
    const likenesses: number[] = [];
    for (const name of names) {
      await app.goto("/");
      await hydrated(app);
      await open(app, sample(name));
      const result = rgba(pixelsOf((await download(app, "png")).bytes));
      await app.getByTestId("share-open").click();
      await app.getByTestId("share-budget").locator(`input[value="${budget}"]`).check({ force: true });
      await shared.goto("about:blank");
      await shared.goto(await url(app));
      await expect(shared.getByTestId("shared")).toHaveAttribute("data-state", "shown");
      const preview = await shared.getByTestId("shared-result").evaluate((image: HTMLImageElement) => {
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext("2d");
        context?.drawImage(image, 0, 0);
        const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return { width: canvas.width, height: canvas.height, data: [...data] };
      });
      const likeness = ssim(small(result, preview.width, preview.height), preview);
      likenesses.push(likeness);
      console.log(`${budget}, ${name}: ${preview.width} x ${preview.height}, ${likeness.toFixed(3)}`);
    }
    console.log(`${budget}: median SSIM ${median(likenesses).toFixed(3)} against the result made as small`);
  }
});

function sample(name: string) {
  return { name, mimeType: "image/jpeg", buffer: readFileSync(join(SAMPLES, name)) };
}

function rgba({ width, height, channels, data }: Pixels): Pixels {
  const out = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    out.set(data.subarray(pixel * channels, pixel * channels + 3), pixel * 4);
  }
  return { width, height, channels: 4, data: out };
}
