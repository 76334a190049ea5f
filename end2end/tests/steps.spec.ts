// A model that works in steps, on the processor: exact to the reference, watched, stopped, cancelled, tried again.

import { type Page } from "@playwright/test";

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { ranOn, stepsModel } from "../support/models.ts";
import { discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";
import { followReference } from "../support/steps.ts";

// Loading ONNX Runtime takes seconds on a busy machine.
test.describe.configure({ timeout: 240_000 });
const LONG = 180_000;

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

test.beforeEach(async ({ context }) => {
  await stepsModel(context);
});

/** Opens the photo, chooses the model and paints the disc over. */
async function ready(page: Page): Promise<void> {
  await open(page, file);
  await page.getByTestId("model-select").selectOption("moebius");
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
}

async function set(page: Page, id: string, value: string): Promise<void> {
  await page.getByTestId("steps-settings").click();
  await page.getByTestId(id).fill(value);
  await page.keyboard.press("Escape");
}

async function middle(page: Page): Promise<number[]> {
  return pixel(pixelsOf((await download(page, "png")).bytes), 200, 120);
}

for (const name of ["photo", "noise"]) {
  test(`every step is the reference's: ${name}`, async ({ page }) => {
    await followReference(page, name, 1e-4, LONG);
    expect(await ranOn(page)).toBe("wasm");
  });
}

test("the quick result comes first, then the steps, and all of it is timed", async ({ app }) => {
  await ready(app);
  const [red = 0, green = 0] = pixel(photo, 200, 120);
  expect(red).toBeGreaterThan(green + 90);
  await app.getByTestId("erase").click();
  await expect(app.getByTestId("preview")).toBeAttached({ timeout: LONG });
  await expect(app.getByTestId("stop-here")).toBeVisible();
  await inState(app, "done", LONG);
  await expect(app.getByTestId("preview")).toHaveAttribute("data-step", "19");
  await expect(app.getByTestId("stop-here")).toBeHidden();
  expect(await ranOn(app)).toBe("wasm");
  const after = await middle(app);
  expect(after[0]).toBeLessThan((after[1] ?? 0) + 60);
  const times = JSON.parse((await app.getByTestId("debug-timings").textContent()) ?? "");
  for (const stage of ["quick", "fetch", "header", "session", "encode", "decode", "composite", "runs", "total"]) {
    expect(times[stage], stage).toBeGreaterThanOrEqual(0);
  }
  expect(times.steps).toHaveLength(19);
  expect(times.runtimeHeapBytes).toBeGreaterThan(1_000_000);
});

test("graphs are compiled unless that is turned off, and the picture is the same", async ({ app }) => {
  const pictures: Buffer[] = [];
  for (const [address, compiled] of [["/", 3], ["/?compile=off", 0]] as const) {
    await app.goto(address);
    await hydrated(app);
    await ready(app);
    await set(app, "param-seed", "77");
    await erase(app, LONG);
    expect(await timings(app)).toMatchObject({ sessions: 3, compiledSessions: compiled });
    pictures.push((await download(app, "png")).bytes);
    await app.getByTestId("close-photo").evaluate((button) => (button as HTMLElement).click());
  }
  const [one, other] = pictures.map((bytes) => pixelsOf(bytes).data);
  const differ = (one ?? []).filter((value, index) => !(Math.abs(value - (other?.[index] ?? NaN)) <= 1));
  expect(differ).toHaveLength(0);
});

test("a second run makes no session where there is room, and no header where there is none", async ({ app }) => {
  await ready(app);
  await erase(app, LONG);
  expect(await timings(app)).toMatchObject({ sessions: 3, compiledSessions: 3 });
  let count = 1;
  const again = async (memory: string) => {
    await app.getByTestId("steps-settings").click();
    await app.getByTestId("param-memory").selectOption(memory);
    await app.keyboard.press("Escape");
    await app.getByTestId("again").click();
    count += 1;
    await expect(app.getByTestId("variant-count")).toHaveText(`${count} of ${count}`, { timeout: LONG });
    return timings(app);
  };
  expect(await again("turns")).toMatchObject({ sessions: 0, compiledSessions: 0 });
  // In as little memory as can be, each part takes its turn: its session is made anew of the header that is kept.
  // The first of them is there still.
  expect(await again("least")).toMatchObject({ sessions: 2, compiledSessions: 2 });
  const kept = await headers(app);
  expect(kept).toHaveLength(4);
  expect(await again("least")).toMatchObject({ sessions: 3, compiledSessions: 3 });
  expect(await headers(app)).toEqual(kept);
});

/** What the debug panel says of the last erase. */
async function timings(page: Page): Promise<Record<string, number>> {
  return JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "");
}

/** Addresses of the kept headers of graphs that were compiled for sizes. */
async function headers(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const cache = await caches.open("lacuna-headers");
    return (await cache.keys()).map(({ url }) => url).filter((url) => url.includes("%3D"));
  });
}

test("stop here takes the picture of that step", async ({ app }) => {
  await ready(app);
  await set(app, "param-steps", "60");
  await app.getByTestId("erase").click();
  await app.getByTestId("stop-here").click({ timeout: LONG });
  await inState(app, "done", LONG);
  const times = JSON.parse((await app.getByTestId("debug-timings").textContent()) ?? "");
  expect(times.steps.length).toBeGreaterThan(0);
  expect(times.steps.length).toBeLessThan(59);
  expect(times.decode).toBeGreaterThan(0);
});

test("cancel between two steps leaves the photo as it was and the paint where it is", async ({ app }) => {
  await ready(app);
  await set(app, "param-steps", "60");
  await app.getByTestId("erase").click();
  await expect(app.getByTestId("preview")).toBeAttached({ timeout: LONG });
  await app.getByTestId("cancel").click();
  await inState(app, "ready");
  await expect(app.getByTestId("preview")).not.toBeAttached();
  expect(await middle(app)).toEqual(pixel(photo, 200, 120));
  await expect(app.getByTestId("erase")).toBeEnabled();
});

test("settings are for models that have steps, and a seed that is kept gives the same picture", async ({ app }) => {
  await open(app, file);
  await expect(app.getByTestId("steps-settings")).toBeHidden();
  await app.getByTestId("model-select").selectOption("moebius");
  await app.getByTestId("steps-settings").click();
  await expect(app.getByTestId("param-preset")).toHaveValue("balanced");
  await app.getByTestId("param-preset").selectOption("fast");
  await expect(app.getByTestId("param-scheduler")).toHaveValue("dpm-solver");
  await expect(app.getByTestId("param-steps")).toHaveValue("10");
  await app.getByTestId("param-guidance").fill("1.5");
  await expect(app.getByTestId("param-preset")).toHaveValue("own");
  await app.getByTestId("param-guidance-from").fill("0.3");
  await app.getByTestId("param-guidance-until").fill("0.2");
  await expect(app.getByTestId("param-guidance-from")).toHaveValue("0.2");
  await app.getByTestId("param-guidance-until").fill("0.7");
  await app.getByTestId("param-strength").fill("0.8");
  await expect(app.getByTestId("param-strength")).toHaveValue("0.8");
  await app.getByTestId("param-seed").fill("77");
  await app.getByTestId("param-seed").press("Tab");
  await expect(app.getByTestId("seed-lock")).toHaveAttribute("aria-pressed", "true");
  await app.keyboard.press("Escape");
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app, LONG);
  // Guidance in a part of the steps: the UNet is asked about one or two at a time, so it is not compiled for either.
  expect(await timings(app)).toMatchObject({ sessions: 3, compiledSessions: 2 });
  const first = (await download(app, "png")).bytes;
  await app.getByTestId("again").click();
  await expect(app.getByTestId("variant-count")).toHaveText("2 of 2", { timeout: LONG });
  expect((await download(app, "png")).bytes.equals(first)).toBe(true);
  await app.getByTestId("steps-settings").click();
  await app.getByTestId("seed-dice").click();
  await expect(app.getByTestId("param-seed")).not.toHaveValue("77");
  await app.keyboard.press("Escape");
  await app.getByTestId("again").click();
  await expect(app.getByTestId("variant-count")).toHaveText("3 of 3", { timeout: LONG });
  expect((await download(app, "png")).bytes.equals(first)).toBe(false);
});

test("results of one paint are leafed through, and one is kept", async ({ app }) => {
  await open(app, file);
  await app.getByTestId("model-select").selectOption("patch");
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await expect(app.getByTestId("variant-count")).toBeHidden();
  const first = (await download(app, "png")).bytes;
  await app.getByTestId("again").click();
  await expect(app.getByTestId("variant-count")).toHaveText("2 of 2");
  const second = (await download(app, "png")).bytes;
  expect(second.equals(first)).toBe(false);
  await app.getByTestId("variant-previous").click();
  await expect(app.getByTestId("variant-count")).toHaveText("1 of 2");
  expect((await download(app, "png")).bytes.equals(first)).toBe(true);
  await app.getByTestId("variant-next").click();
  expect((await download(app, "png")).bytes.equals(second)).toBe(true);
  // After a look at another page each of them is shown still.
  await app.getByTestId("model-select").selectOption("+");
  await expect(app.locator(".models")).toBeVisible();
  await app.goBack();
  await app.getByTestId("variant-previous").click();
  await expect(app.locator(".results img:not([hidden])")).toHaveCount(1);
  await app.getByTestId("variant-next").click();
  await app.getByTestId("variant-keep").click();
  await expect(app.getByTestId("variant-count")).toBeHidden();
  expect((await download(app, "png")).bytes.equals(second)).toBe(true);
  // One erase, however often it was tried: one undo brings the paint back.
  await app.getByTestId("undo").click();
  expect(await middle(app)).toEqual(pixel(photo, 200, 120));
  await expect(app.getByTestId("erase")).toBeEnabled();
});
