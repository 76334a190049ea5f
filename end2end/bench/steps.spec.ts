// A latent diffusion run through our worker against plain JavaScript onnxruntime-web with the same graphs and as many
// threads: what our code adds to the runs themselves. Prints; asserts nothing about time.

import { expect, type Page } from "@playwright/test";

import { brushSize, inState, open, paint } from "../support/editor.ts";
import { hydrated, test } from "../support/fixtures.ts";
import { requested, stepsModel } from "../support/models.ts";
import { discOnStripes, png } from "../support/pictures.ts";
import { median } from "./median.mjs";

const ROUNDS = 7;

/** A worker as anyone would write it: encode twice, 19 steps with a batch of 2, decode; all sessions are kept. */
const PLAIN = `
onmessage = async ({ data: { folder, models, rounds } }) => {
  const ort = await import(folder + "ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = folder;
  ort.env.wasm.numThreads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 4) : 1;
  const load = (name) => ort.InferenceSession.create(models + "latent-" + name + ".onnx", { executionProviders: ["wasm"] });
  const [encoder, unet, decoder] = [await load("encoder"), await load("unet"), await load("decoder")];
  const f32 = (...shape) => new ort.Tensor("float32", new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1), shape);
  const sums = [];
  for (let round = -1; round < rounds; round++) {
    let sum = 0;
    const run = async (session, inputs) => {
      const start = performance.now();
      await session.run(inputs);
      sum += performance.now() - start;
    };
    for (let i = 0; i < 2; i++) await run(encoder, { image: f32(1, 3, 512, 512) });
    for (let i = 0; i < 19; i++) {
      await run(unet, {
        latent: f32(2, 9, 64, 64),
        timesteps: new ort.Tensor("int64", BigInt64Array.from([500n, 500n]), [2]),
        input_ids: new ort.Tensor("int64", BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i)), [2, 10]),
      });
    }
    await run(decoder, { latent: f32(1, 4, 64, 64) });
    if (round >= 0) sums.push(sum);
  }
  postMessage(sums);
};
`;

/** How long all runs of a pass take there, for each pass. */
async function plain(page: Page): Promise<number[]> {
  return page.evaluate(async (rounds) => {
    const folder = new URL(document.querySelector<HTMLMetaElement>("meta[name=lacuna-runtime]")?.content ?? "", location.href).href;
    const worker = new Worker("/plain-steps.js", { type: "module" });
    const sums = await new Promise<number[]>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ folder, models: new URL("models/", location.href).href, rounds });
    });
    worker.terminate();
    return sums;
  }, ROUNDS);
}

test("steps: our worker against plain JavaScript", async ({ page, context }) => {
  test.setTimeout(600_000);
  await stepsModel(context);
  await context.route("**/plain-steps.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-resource-policy": "same-origin" },
      body: PLAIN,
    }),
  );
  const paths = requested(context);
  await page.goto("/");
  await hydrated(page);
  await open(page, { name: "square.png", mimeType: "image/png", buffer: png(discOnStripes(512, 512, [256, 256], 100)) });
  await page.getByTestId("model-select").selectOption("moebius");
  await brushSize(page, 200);
  await paint(page, [[200, 256], [310, 256]]);
  await page.getByTestId("erase").click();
  await inState(page, "done", 300_000);
  const before = paths.length;
  const times: { host: number; runs: number; session: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.getByTestId("again").click();
    await expect(page.getByTestId("variant-count")).toHaveText(`${round + 2} of ${round + 2}`, { timeout: 300_000 });
    const said = JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "");
    const steps = said.steps.reduce((a: number, b: number) => a + b);
    // What the quick way and its model took is not part of this.
    const runs = said.runs - (said.run ?? 0);
    times.push({ host: said.encode + steps + said.decode, runs, session: said.session });
  }
  const host = median(times.map(({ host }) => host));
  const runs = median(times.map(({ runs }) => runs));
  console.log(`encode, 19 steps, decode: ${host.toFixed(0)} ms, of which the runs ${runs.toFixed(0)} ms: ${(host / runs).toFixed(3)}`);
  console.log(`sessions ${median(times.map(({ session }) => session)).toFixed(0)} ms a render`);
  console.log(`asked for since the first render: ${paths.slice(before).join(" ") || "nothing"}`);
  const theirs = median(await plain(page));
  console.log(`plain JavaScript, the runs alone: ${theirs.toFixed(0)} ms; ours with all around them ${(host / theirs).toFixed(3)} of that`);
});
