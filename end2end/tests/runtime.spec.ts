// Models on the processor, in a browser without a graphics adapter: what fills, and what happens when it cannot.

import { type Page, type Worker } from "@playwright/test";

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { GREEN, isOfRuntime, ranOn, requested, runtimeWorker, standIn } from "../support/models.ts";
import { differing, discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";

// Loading ONNX Runtime takes seconds on a busy machine.
test.describe.configure({ timeout: 180_000 });
const LONG = 120_000;

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

async function choose(page: Page, model: "auto" | "patch" | "swift"): Promise<void> {
  await page.getByTestId("model-select").selectOption(model);
}

async function paintDisc(page: Page): Promise<void> {
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
}

/** How many red pixels of the disc are left. */
async function redLeft(page: Page): Promise<number> {
  const after = pixelsOf((await download(page, "png")).bytes);
  let red = 0;
  for (let y = 100; y < 140; y++) {
    for (let x = 180; x < 220; x++) {
      const [r = 0, g = 0] = pixel(after, x, y);
      red += r > g + 90 ? 1 : 0;
    }
  }
  return red;
}

function untouched(page: Page, after: ReturnType<typeof pixelsOf>): Promise<number> {
  return page
    .getByTestId("stage")
    .getAttribute("data-view")
    .then((view) => {
      const reach = 30 / Number(view?.split(" ")[0]) + 5;
      const outside = (x: number, y: number) => Math.abs(y - 120) > reach || x < 185 - reach || x > 215 + reach;
      return differing(photo, after, outside);
    });
}

for (const model of ["auto", "swift"] as const) {
  test(`erases with ${model} on the processor`, async ({ app }) => {
    await open(app, file);
    await choose(app, model);
    await paintDisc(app);
    await erase(app, LONG);
    await expect(app.getByTestId("notice")).not.toHaveAttribute("data-code");
    expect(await ranOn(app)).toBe("wasm");
    expect(await redLeft(app)).toBe(0);
    expect(await untouched(app, pixelsOf((await download(app, "png")).bytes))).toBe(0);
  });
}

test("nothing of the runtime is fetched before a photo is open, nor ever for texture alone", async ({ app, context }) => {
  const paths = requested(context);
  await app.reload();
  await hydrated(app);
  await app.waitForTimeout(500);
  expect(paths.filter(isOfRuntime)).toEqual([]);
  // The choice is kept, so it holds for the next visit from the start.
  await open(app, file);
  await choose(app, "patch");
  await app.reload();
  await hydrated(app);
  paths.length = 0;
  await open(app, file);
  await paintDisc(app);
  await erase(app);
  expect(await ranOn(app)).toBe("none");
  expect(paths.filter(isOfRuntime)).toEqual([]);
  await choose(app, "auto");
  await app.getByTestId("undo").click();
  await erase(app, LONG);
  expect(await ranOn(app)).toBe("wasm");
  // Only the smallest build.
  const binaries = paths.filter((path) => isOfRuntime(path) && path.endsWith(".wasm"));
  const names = [...new Set(binaries.map((path) => path.split("/").at(-1)))].sort();
  expect(names).toEqual(["ort-wasm-simd-threaded.wasm", "runtime-worker_bg.wasm"]);
});

test("the model is loaded while the person paints", async ({ app, context }) => {
  const paths = requested(context);
  await open(app, file);
  await expect.poll(() => paths.some((path) => path.endsWith("/models/swift.onnx")), { timeout: LONG }).toBe(true);
});

test("the graph sees the hole and its picture comes out of it", async ({ app, context }) => {
  await standIn(context, "swift-like");
  await open(app, file);
  await choose(app, "swift");
  await paintDisc(app);
  await erase(app, LONG);
  const after = pixelsOf((await download(app, "png")).bytes);
  const middle = pixel(after, 200, 120);
  GREEN.forEach((value, channel) => expect(Math.abs((middle[channel] ?? 0) - value)).toBeLessThanOrEqual(1));
  expect(await untouched(app, after)).toBe(0);
});

for (const [set, binary] of [
  ["jspi", "ort-wasm-simd-threaded.jspi.wasm"],
  ["asyncify", "ort-wasm-simd-threaded.asyncify.0.wasm"],
  ["wasm", "ort-wasm-simd-threaded.wasm"],
] as const) {
  test(`the ${set} build erases when it is asked for`, async ({ page, context }) => {
    const paths = requested(context);
    await standIn(context, "swift-like");
    await page.goto(`/?runtime=${set}`);
    await hydrated(page);
    await open(page, file);
    await paintDisc(page);
    await erase(page, LONG);
    expect(await ranOn(page)).toBe("wasm");
    expect(paths.some((path) => path.endsWith(`/${binary}`))).toBe(true);
    const others = paths.filter((path) => path.includes("/runtime.") && path.endsWith(".mjs") && path.includes("simd"));
    expect(others).toHaveLength(1);
    // A graph and its picture: the green that the stand-in paints steers what auto makes, and texture stays texture.
    expect(await untouched(page, pixelsOf((await download(page, "png")).bytes))).toBe(0);
  });
}

test("auto does without a runtime whose files are missing, and says so", async ({ app, context, watch }) => {
  await context.route("**/runtime.*/**", (route) => route.fulfill({ status: 404, body: "" }));
  await open(app, file);
  await paintDisc(app);
  await erase(app, LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "runtime-load");
  await expect(app.getByTestId("notice")).toContainText("texture alone");
  expect(await redLeft(app)).toBe(0);
  watch.complaints.length = 0;

  await app.getByTestId("undo").click();
  await choose(app, "swift");
  await app.getByTestId("erase").click();
  await inState(app, "failed", LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "runtime-load");
  watch.complaints.length = 0;
});

test("a model whose bytes are not those of the manifest is never loaded", async ({ app, context }) => {
  await standIn(context, "swift-like", (bytes) => {
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    return bytes;
  });
  await open(app, file);
  await paintDisc(app);
  await erase(app, LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "digest-mismatch");
  expect(await redLeft(app)).toBe(0);
});

test("a graph with other inputs than its contract is refused", async ({ app, context }) => {
  const warnings: string[] = [];
  app.on("console", (message) => warnings.push(message.text()));
  await standIn(context, "other-contract");
  await open(app, file);
  await paintDisc(app);
  await erase(app, LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "model-contract");
  const said = warnings.find((text) => text.includes("model-contract"));
  expect(said).toContain("input: f32 [1, 4, ?, ?]");
  expect(said).toContain("image: f32 [1, 3, ?, ?], mask: f32 [1, 1, ?, ?]");
});

test("a runtime that dies while it is needed costs the guide and not the erase", async ({ app, context, watch }) => {
  await standIn(context, "swift-like");
  // The file hangs, so the erase waits for the runtime when that dies.
  await context.route("**/models/swift-like.onnx", () => undefined);
  await open(app, file);
  await paintDisc(app);
  const worker = await runtimeWorker(app);
  await app.getByTestId("erase").click();
  await inState(app, "running");
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    }, 0);
  });
  await inState(app, "done", LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "runtime-lost");
  expect(watch.complaints.splice(0).every((text) => text.includes("killed by the test"))).toBe(true);
  expect(await redLeft(app)).toBe(0);
  // The next one gets a new instance.
  await context.unrouteAll();
  await standIn(context, "swift-like");
  await app.getByTestId("undo").click();
  await erase(app, LONG);
  expect(await ranOn(app)).toBe("wasm");
});

/** When memory runs out: before there is a session, or as soon as there is one. */
type Shortage = "at once" | "after loading";

/**
 * Opens the photo and paints, and takes care that the browser has no more memory for the worker that runs graphs: as
 * when the device is out of it, what asks for more hears a `RangeError`.
 */
async function starved(page: Page, model: string, when: Shortage): Promise<Worker> {
  let release: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (release = resolve));
  const asked = page.context().waitForEvent("request", (request) => request.url().endsWith(`/models/${model}.onnx`));
  await page.context().route(`**/models/${model}.onnx`, async (route) => {
    await ready;
    await route.fallback();
  });
  await open(page, file);
  await asked;
  const worker = await runtimeWorker(page);
  await worker.evaluate((shortage) => {
    const starve = () => {
      WebAssembly.Memory.prototype.grow = () => {
        throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
      };
    };
    if (shortage === "at once") {
      return starve();
    }
    type Sessions = { create: (...words: unknown[]) => Promise<unknown> };
    const sessions = (globalThis as never as { ort: { InferenceSession: Sessions } }).ort.InferenceSession;
    const create = sessions.create;
    sessions.create = async (...words) => {
      const session = await create(...words);
      starve();
      return session;
    };
  }, when);
  release();
  await paintDisc(page);
  return worker;
}

test("a model that there is no memory for costs the guide and not the erase", async ({ app }) => {
  await starved(app, "swift", "at once");
  await erase(app, LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "out-of-memory");
  await expect(app.getByTestId("notice")).toContainText("texture alone");
  expect(await ranOn(app)).toBe("none");
  expect(await redLeft(app)).toBe(0);
  expect(await untouched(app, pixelsOf((await download(app, "png")).bytes))).toBe(0);
});

test("memory that runs out during a run loses nothing, and the next erase starts afresh", async ({ app, context }) => {
  // Its session is small, and what its run holds is not.
  await standIn(context, "slow");
  const worker = await starved(app, "slow", "after loading");
  const closed = new Promise((resolve) => worker.once("close", resolve));
  await choose(app, "swift");
  await app.getByTestId("erase").click();
  await inState(app, "failed", LONG);
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "out-of-memory");
  expect(differing(photo, pixelsOf((await download(app, "png")).bytes), () => true)).toBe(0);
  await closed;
  await context.unrouteAll();
  await standIn(context, "swift-like");
  await erase(app, LONG);
  expect(await ranOn(app)).toBe("wasm");
  expect(await redLeft(app)).toBe(0);
});

test("cancel during a run frees the page at once, and the instance that hears nothing is replaced", async ({ app, context }) => {
  await standIn(context, "slow");
  await open(app, file);
  await choose(app, "swift");
  await paintDisc(app);
  const before = await runtimeWorker(app);
  const closed = new Promise((resolve) => before.once("close", resolve));
  // What comes first, as the page sees it: being free, or the end of the instance that is deep in its graph.
  await app.evaluate(() => {
    const seen: string[] = ((globalThis as never as { seen: string[] }).seen = []);
    const root = document.querySelector("[data-testid=app]");
    new MutationObserver(() => seen.push(root?.getAttribute("data-state") ?? "")).observe(root as Node, {
      attributeFilter: ["data-state"],
    });
    const end = Worker.prototype.terminate;
    Worker.prototype.terminate = function () {
      seen.push("ended");
      end.call(this);
    };
  });
  await app.getByTestId("erase").click();
  await expect(app.locator(".status")).toContainText("Working out", { timeout: LONG });
  // Deep in the graph.
  await app.waitForTimeout(1_000);
  await app.getByTestId("cancel").click();
  await inState(app, "ready");
  await context.unrouteAll();
  await standIn(context, "swift-like");
  await closed;
  expect(await app.evaluate(() => (globalThis as never as { seen: string[] }).seen)).toEqual(["running", "ready", "ended"]);
  await erase(app, LONG);
  expect(await ranOn(app)).toBe("wasm");
  const after = pixelsOf((await download(app, "png")).bytes);
  expect(Math.abs((pixel(after, 200, 120)[1] ?? 0) - (GREEN[1] ?? 0))).toBeLessThanOrEqual(1);
});
