// Takes a picture of every state of every page, on a phone, a laptop and a large screen, light and dark.
//
// `cargo xtask looks` writes them to target/looks. A person looks at them; what can be asserted without one is.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page } from "@playwright/test";

import { brushSize, inState, paint } from "../support/editor.ts";
import { hydrated, test } from "../support/fixtures.ts";
import { standIn, stepsModel } from "../support/models.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const OUT = process.env["LACUNA_LOOKS"] ?? join(ROOT, "target", "looks");
const SAMPLES = join(ROOT, "public", "samples");
// Waits for time, and not for a state: a picture of something half faded is of no use, and an end of motion is no state.
/** Longer than anything on the page moves, in milliseconds. */
const MOTION = 500;
/** Longer than good news stays, in milliseconds. */
const NEWS = 7_000;

interface Sample {
  id: string;
  file: string;
  strokes: { radius: number; points: [number, number][] }[];
}

const samples: Sample[] = JSON.parse(readFileSync(join(SAMPLES, "samples.json"), "utf8"));
const sample = samples.find(({ id }) => id === "ball") ?? samples[0];

const screens = {
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  laptop: { viewport: { width: 1280, height: 800 } },
  large: { viewport: { width: 2560, height: 1440 } },
};

/** Waits for what moves to its end, except what never ends. */
async function still(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every((it) => {
      const { iterations = 1 } = it.effect?.getTiming() ?? {};
      return it.playState !== "running" || iterations === Infinity;
    }),
  );
}

async function openSample(page: Page): Promise<void> {
  await page.getByTestId("file-input").setInputFiles(join(SAMPLES, sample?.file ?? ""));
  await inState(page, "ready");
}

/** Paints what the sample says is to go. */
async function paintSample(page: Page): Promise<void> {
  for (const { radius, points } of sample?.strokes ?? []) {
    const view = await page.getByTestId("stage").getAttribute("data-view");
    await brushSize(page, Math.round(2 * radius * Number(view?.split(" ")[0])));
    await paint(page, points);
  }
  await expect(page.getByTestId("erase")).toBeEnabled();
}

for (const [name, screen] of Object.entries(screens)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ ...screen, colorScheme });

      const shoot = async (page: Page, state: string) => {
        await page.mouse.move(1, 1);
        await still(page);
        // Nothing is wider than its screen.
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${state} can be scrolled sideways`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: join(OUT, `${name}-${colorScheme}-${state}.png`) });
      };

      test("the way of an erase", async ({ app, context }) => {
        await expect(app.locator(".card img").first()).toBeVisible();
        await shoot(app, "01-empty");
        await openSample(app);
        await shoot(app, "02-open");
        await paintSample(app);
        await shoot(app, "03-painted");
        await app.locator(".menu-button").click();
        await shoot(app, "04-menu");
        await app.keyboard.press("Escape");
        await app.keyboard.press("?");
        await shoot(app, "05-help");
        await app.keyboard.press("Escape");
        await app.getByTestId("erase").click();
        await inState(app, "done", 120_000);
        await shoot(app, "06-done");
        const handle = app.locator(".wipe");
        await handle.focus();
        for (let step = 0; step < 25; step++) {
          await handle.press("ArrowLeft");
        }
        await shoot(app, "07-wipe");
        await app.getByTestId("again").click();
        await inState(app, "done", 120_000);
        await expect(app.getByTestId("variant-count")).toHaveText("2 of 2");
        await app.waitForTimeout(MOTION);
        await shoot(app, "08-variants");
        await app.waitForTimeout(NEWS);
        await shoot(app, "09-variants-quiet");
        await app.getByTestId("file-input").setInputFiles({
          name: "notes.txt",
          mimeType: "image/png",
          buffer: Buffer.from("no picture"),
        });
        await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
        await shoot(app, "10-refused");

        await standIn(context, "slow");
        await app.waitForTimeout(MOTION);
        await app.reload();
        await hydrated(app);
        await expect(app.getByTestId("resume-session")).toBeVisible();
        await shoot(app, "11-offered");
        await openSample(app);
        await app.getByTestId("model-select").selectOption("swift");
        await paintSample(app);
        await app.getByTestId("erase").click();
        await inState(app, "running");
        await expect.poll(async () => Number(await app.getByTestId("progress").getAttribute("aria-valuenow"))).toBeGreaterThanOrEqual(15);
        await app.mouse.move(1, 1);
        await app.waitForTimeout(MOTION);
        await app.screenshot({ path: join(OUT, `${name}-${colorScheme}-12-running.png`) });
        await app.getByTestId("cancel").click();
        await inState(app, "ready");
        await shoot(app, "13-stopped");
      });

      test("a model that works in steps", async ({ page, context }) => {
        await stepsModel(context);
        await page.goto("/");
        await hydrated(page);
        await openSample(page);
        await page.getByTestId("model-select").selectOption("moebius");
        await paintSample(page);
        await shoot(page, "20-steps-button");
        await page.getByTestId("steps-settings").click();
        await shoot(page, "21-steps-panel");
        await page.getByTestId("param-steps").fill("60");
        await page.keyboard.press("Escape");
        await page.getByTestId("erase").click();
        await expect(page.getByTestId("stop-here")).toBeVisible({ timeout: 180_000 });
        await page.mouse.move(1, 1);
        await page.waitForTimeout(MOTION);
        await page.screenshot({ path: join(OUT, `${name}-${colorScheme}-22-steps-running.png`) });
        await page.getByTestId("stop-here").click();
        await inState(page, "done", 180_000);
      });

      test("pages of text", async ({ page, watch }) => {
        await page.goto("/models/");
        await hydrated(page);
        await expect(page.getByTestId("model-row-swift")).toBeVisible();
        await shoot(page, "30-models");
        await page.goto("/about/");
        await hydrated(page);
        await shoot(page, "31-about");
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await shoot(page, "32-about-end");
        await page.goto("/nowhere");
        await hydrated(page);
        await shoot(page, "33-missing");
        // The browser counts the page that is not there as an error.
        watch.complaints.splice(0);

        await page.goto("/");
        await hydrated(page);
        await page.getByTestId("file-input").setInputFiles({
          name: "notes.txt",
          mimeType: "image/png",
          buffer: Buffer.from("no picture"),
        });
        await expect(page.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
        await shoot(page, "34-refused-empty");
      });
    });
  }
}
