// Models on WebGPU, with a software adapter, so with graphs that are hardly any work.

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { GREEN, ranOn, requested, runtimeWorker, standIn } from "../support/models.ts";
import { discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";

// A software adapter compiles its first shaders slowly.
test.describe.configure({ timeout: 240_000, mode: "serial" });
const LONG = 180_000;

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

async function paintDisc(page: Parameters<typeof paint>[0]): Promise<void> {
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
}

for (const set of ["jspi", "asyncify"] as const) {
  test(`erases on WebGPU with the ${set} build`, async ({ page, context }) => {
    const paths = requested(context);
    await standIn(context, "swift-like");
    // jspi is what this browser gets by itself.
    await page.goto(set === "jspi" ? "/" : `/?runtime=${set}`);
    await hydrated(page);
    await open(page, file);
    await page.getByTestId("model-select").selectOption("swift");
    await paintDisc(page);
    await erase(page, LONG);
    await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");
    expect(await ranOn(page)).toBe("webgpu");
    expect(paths.some((path) => path.includes(`/ort-wasm-simd-threaded.${set}.`))).toBe(true);
    expect(paths.filter((path) => path.includes("/known-answers/")).length).toBe(4);
    // The runtime really took a device.
    const worker = await runtimeWorker(page);
    const limits = await worker.evaluate(async () => {
      const device = await (globalThis as never as { ort: { env: { webgpu: { device: Promise<{ limits: object }> } } } })
        .ort.env.webgpu.device;
      return device.limits !== undefined;
    });
    expect(limits).toBe(true);
    const after = pixelsOf((await download(page, "png")).bytes);
    GREEN.forEach((value, channel) =>
      expect(Math.abs((pixel(after, 200, 120)[channel] ?? 0) - value)).toBeLessThanOrEqual(1),
    );
  });
}

test("wrong answers to known questions mean the processor, and the page says so", async ({ page, context }) => {
  await context.route("**/known-answers/answers.json", async (route) => {
    const response = await route.fetch();
    const known = await response.json();
    known.cases[1].answer[5] += 0.5;
    await route.fulfill({ response, json: known });
  });
  await standIn(context, "swift-like");
  await page.goto("/");
  await hydrated(page);
  await open(page, file);
  await paintDisc(page);
  await erase(page, LONG);
  await expect(page.getByTestId("notice")).toHaveAttribute("data-code", "webgpu-wrong");
  expect(await ranOn(page)).toBe("wasm");
});

/** Takes the graphics device away, as a driver does that starts anew. */
async function loseDevice(page: Parameters<typeof runtimeWorker>[0]): Promise<void> {
  const worker = await runtimeWorker(page);
  const closed = new Promise((resolve) => worker.once("close", resolve));
  await worker.evaluate(async () => {
    type Ort = { ort?: { env: { webgpu: { device?: Promise<{ destroy(): void }> } } } };
    let device: { destroy(): void } | undefined;
    while (device === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      device = await (globalThis as never as Ort).ort?.env.webgpu.device;
    }
    device.destroy();
  });
  // Sessions on that device are of no use any more, so the instance goes.
  await closed;
}

test("a lost graphics device costs the guide and not the erase, and the next one has another", async ({ page, context }) => {
  await standIn(context, "swift-like");
  // The file hangs, so the erase waits for the runtime when its device goes.
  await context.route("**/models/swift-like.onnx", () => undefined);
  const asked = context.waitForEvent("request", (request) => request.url().endsWith("/swift-like.onnx"));
  await page.goto("/");
  await hydrated(page);
  await open(page, file);
  await paintDisc(page);
  // By then the known questions are answered, on a device.
  await asked;
  await page.getByTestId("erase").click();
  await inState(page, "running");
  await loseDevice(page);
  await inState(page, "done", LONG);
  await expect(page.getByTestId("notice")).toHaveAttribute("data-code", "device-lost");
  await expect(page.getByTestId("notice")).toContainText("texture alone");
  expect(await ranOn(page)).toBe("none");
  const first = pixelsOf((await download(page, "png")).bytes);
  expect(pixel(first, 200, 120)).not.toEqual(pixel(photo, 200, 120));

  await context.unrouteAll();
  await standIn(context, "swift-like");
  await page.getByTestId("undo").click();
  await page.getByTestId("model-select").selectOption("swift");
  await erase(page, LONG);
  expect(await ranOn(page)).toBe("webgpu");

  // Between two erases nobody notices.
  await page.getByTestId("undo").click();
  await loseDevice(page);
  await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");
  await erase(page, LONG);
  expect(await ranOn(page)).toBe("webgpu");
  const middle = pixel(pixelsOf((await download(page, "png")).bytes), 200, 120);
  GREEN.forEach((value, channel) => expect(Math.abs((middle[channel] ?? 0) - value)).toBeLessThanOrEqual(1));
});
