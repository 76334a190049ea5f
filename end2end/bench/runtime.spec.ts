// Swift through our worker against plain JavaScript onnxruntime-web in a worker: same graph, same files, same
// threads, one after the other by turns. Prints; asserts nothing about time.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { type BrowserContext, type Page } from "@playwright/test";

import { brushSize, inState, open, paint } from "../support/editor.ts";
import { SITE } from "../support/environment.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { discOnStripes, png } from "../support/pictures.ts";
import { median } from "./median.mjs";

const ROUNDS = 30;
const WARM_UP = 3;

/** A worker as anyone would write it: the script, one session, one run for each message. */
const PLAIN = `
let ort, session;
onmessage = async ({ data }) => {
  if (data.script) {
    ort = await import(data.script);
    ort.env.wasm.wasmPaths = data.paths;
    ort.env.wasm.numThreads = data.threads;
    session = await ort.InferenceSession.create(data.model, { executionProviders: ["wasm"] });
    return postMessage("ready");
  }
  const { side } = data;
  const start = performance.now();
  const outputs = await session.run({
    image: new ort.Tensor("float32", new Float32Array(data.image), [1, 3, side, side]),
    mask: new ort.Tensor("float32", new Float32Array(data.mask), [1, 1, side, side]),
  });
  const values = (await outputs.result.getData()).slice();
  const milliseconds = performance.now() - start;
  postMessage({ milliseconds, values }, [values.buffer]);
};
`;

interface Medians {
  plain: number;
  ours: number;
  plainTotal: number;
  oursTotal: number;
  threads: number;
  difference: number;
}

async function compare(page: Page): Promise<Medians> {
  return page.evaluate(
    async ({ rounds, warmUp }) => {
      const meta = (name: string) =>
        new URL(document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "", location.href).href;
      const folder = meta("lacuna-runtime");
      const side = 256;
      const image = new Float32Array(3 * side * side).map((_, i) => ((i * 7) % 100) / 100);
      const mask = new Float32Array(side * side).map((_, i) => {
        const [x, y] = [i % side, Math.floor(i / side)];
        return x > 90 && x < 170 && y > 90 && y < 170 ? 1 : 0;
      });

      const ours = new Worker(meta("lacuna-runtime-worker"), { type: "module", name: "lacuna-runtime" });
      const { port1, port2 } = new MessageChannel();
      const at = (file: string) => new URL(file, location.href).href;
      const settings = { manifest: at("model-manifest.json"), files: folder, known_answers: at("known-answers/"), set: "wasm", compile: true, capture: true };
      await new Promise((resolve) => (ours.onmessage = resolve));
      ours.postMessage({ body: { connect: { port: 0, settings } }, parts: [port1] }, [port1]);
      let next = 0;
      const ask = (name: string, words: object, parts: ArrayBuffer[] = []) => {
        const run = ++next;
        return new Promise<{ body: any; parts: ArrayBuffer[] }>((resolve, reject) => {
          port2.onmessage = ({ data }) => {
            const [[said, body]] = Object.entries<any>(data.body) as [[string, any]];
            if (said === "failed") reject(new Error(JSON.stringify(body)));
            else if (body.run === run && said !== "progress") resolve({ body, parts: data.parts });
          };
          port2.postMessage({ body: { [name]: { ...words, run } }, parts }, parts);
        });
      };
      const prepared = await ask("prepare", { model: "swift" });
      const threads: number = prepared.body.threads;

      const plain = new Worker("/plain-worker.js", { type: "module" });
      const tell = (message: object, moved: ArrayBuffer[] = []) =>
        new Promise<any>((resolve) => {
          plain.onmessage = ({ data }) => resolve(data);
          plain.postMessage(message, moved);
        });
      await tell({
        script: `${folder}ort.wasm.min.mjs`,
        paths: { mjs: `${folder}ort-wasm-simd-threaded.mjs`, wasm: `${folder}ort-wasm-simd-threaded.wasm` },
        threads,
        model: at("models/swift.onnx"),
      });

      const times = { plain: [] as number[], ours: [] as number[], plainTotal: [] as number[], oursTotal: [] as number[] };
      let difference = 0;
      for (let round = -warmUp; round < rounds; round++) {
        const buffers = () => [image.slice().buffer, mask.slice().buffer] as [ArrayBuffer, ArrayBuffer];
        const [a, b] = buffers();
        let start = performance.now();
        const theirs = await tell({ side, image: a, mask: b }, [a, b]);
        const plainTotal = performance.now() - start;
        start = performance.now();
        const tensor = (name: string, channels: number, values: number) => ({
          name, shape: [1, channels, side, side], element: "f32", values,
        });
        const mine = await ask(
          "run",
          { model: "swift", role: "generator", inputs: [tensor("image", 3, 0), tensor("mask", 1, 1)] },
          buffers(),
        );
        const oursTotal = performance.now() - start;
        if (round < 0) {
          const values = new Float32Array(mine.parts[0] as ArrayBuffer);
          theirs.values.forEach((value: number, i: number) => {
            difference = Math.max(difference, Math.abs(value - (values[i] ?? NaN)));
          });
          continue;
        }
        times.plain.push(theirs.milliseconds);
        times.ours.push(mine.body.milliseconds);
        times.plainTotal.push(plainTotal);
        times.oursTotal.push(oursTotal);
      }
      ours.terminate();
      plain.terminate();
      // In the page, where nothing of ours can be imported.
      const median = (values: number[]) => values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? NaN;
      return {
        plain: median(times.plain),
        ours: median(times.ours),
        plainTotal: median(times.plainTotal),
        oursTotal: median(times.oursTotal),
        threads,
        difference,
      };
    },
    { rounds: ROUNDS, warmUp: WARM_UP },
  );
}

async function plainWorker(context: BrowserContext): Promise<void> {
  await context.route("**/plain-worker.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-resource-policy": "same-origin" },
      body: PLAIN,
    }),
  );
}

test("swift: our worker against plain JavaScript", async ({ page, context }) => {
  await plainWorker(context);
  await page.goto("/");
  await hydrated(page);
  const times = await compare(page);
  const row = (name: string, ours: number, plain: number) =>
    console.log(`${name}: ours ${ours.toFixed(1)} ms, plain ${plain.toFixed(1)} ms, ratio ${(ours / plain).toFixed(3)}`);
  console.log(`wasm, ${times.threads} threads, medians of ${ROUNDS}; largest difference ${times.difference.toExponential(1)}`);
  row("the run", times.ours, times.plain);
  row("there and back", times.oursTotal, times.plainTotal);
});

/** Paints over the disc and erases it; milliseconds from the press to the first picture and until the last is decoded. */
async function timedErase(page: Page): Promise<{ first: number; last: number }> {
  await paint(page, DISC);
  // A press that comes before would be lost.
  await expect(page.getByTestId("erase")).toBeEnabled();
  const times = await page.evaluate(async () => {
    performance.clearMarks();
    const state = () => document.querySelector("[data-testid=app]")?.getAttribute("data-state");
    const start = performance.now();
    document.querySelector<HTMLButtonElement>("[data-testid=erase]")?.click();
    for (const wanted of ["running", "done"]) {
      while (state() !== wanted) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await Promise.all([...document.querySelectorAll<HTMLImageElement>(".layer img")].map((image) => image.decode()));
    const last = performance.now() - start;
    return { first: (performance.getEntriesByName("lacuna:painted")[0]?.startTime ?? NaN) - start, last };
  });
  await page.getByTestId("undo").click();
  await page.getByTestId("clear").click();
  return times;
}

/**
 * The same erase as anyone would write it with a canvas and the plain worker: the photo made as small as the network
 * takes it, one run, its picture made large under the mask, a PNG. Milliseconds from the start until the browser has
 * decoded the picture.
 */
async function plainErase(page: Page, photo: string): Promise<number> {
  return page.evaluate(
    async ({ photo, points }) => {
      const meta = (name: string) =>
        new URL(document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "", location.href).href;
      const folder = meta("lacuna-runtime");
      const here = window as unknown as { plain?: Worker; photo?: ImageBitmap };
      const tell = (message: object, moved: ArrayBuffer[] = []) =>
        new Promise<any>((resolve) => {
          if (!here.plain) throw new Error("no worker");
          here.plain.onmessage = ({ data }) => resolve(data);
          here.plain.postMessage(message, moved);
        });
      if (!here.plain) {
        here.plain = new Worker("/plain-worker.js", { type: "module" });
        here.photo = await createImageBitmap(new Blob([Uint8Array.from(atob(photo), (c) => c.charCodeAt(0))]));
        await tell({
          script: `${folder}ort.wasm.min.mjs`,
          paths: { mjs: `${folder}ort-wasm-simd-threaded.mjs`, wasm: `${folder}ort-wasm-simd-threaded.wasm` },
          threads: Math.min(4, navigator.hardwareConcurrency),
          model: new URL("models/swift.onnx", location.href).href,
        });
      }
      const start = performance.now();
      const [side, best] = [512, 256];
      const canvas = (size: number) => {
        const context = new OffscreenCanvas(size, size).getContext("2d");
        if (!context) throw new Error("no canvas");
        return context;
      };
      const mask = canvas(side);
      mask.lineWidth = 120;
      mask.lineCap = mask.lineJoin = "round";
      for (const [index, [x, y]] of points.entries()) {
        if (index === 0) mask.moveTo(x, y);
        else mask.lineTo(x, y);
      }
      mask.stroke();
      const [small, smallMask] = [canvas(best), canvas(best)];
      small.drawImage(here.photo as ImageBitmap, 0, 0, best, best);
      smallMask.drawImage(mask.canvas, 0, 0, best, best);
      const [from, under] = [small, smallMask].map((context) => context.getImageData(0, 0, best, best).data);
      const image = new Float32Array(3 * best * best);
      const hole = new Float32Array(best * best);
      for (let i = 0; i < best * best; i++) {
        for (let channel = 0; channel < 3; channel++) image[channel * best * best + i] = (from?.[i * 4 + channel] ?? 0) / 255;
        hole[i] = (under?.[i * 4 + 3] ?? 0) > 127 ? 1 : 0;
      }
      const { values } = await tell({ side: best, image: image.buffer, mask: hole.buffer }, [image.buffer, hole.buffer]);
      const made = small.createImageData(best, best);
      for (let i = 0; i < best * best; i++) {
        for (let channel = 0; channel < 3; channel++) made.data[i * 4 + channel] = values[channel * best * best + i] * 255;
        made.data[i * 4 + 3] = 255;
      }
      small.putImageData(made, 0, 0);
      mask.globalCompositeOperation = "source-in";
      mask.drawImage(small.canvas, 0, 0, side, side);
      const whole = canvas(side);
      whole.drawImage(here.photo as ImageBitmap, 0, 0);
      whole.drawImage(mask.canvas, 0, 0);
      await createImageBitmap(await whole.canvas.convertToBlob({ type: "image/png" }));
      return performance.now() - start;
    },
    { photo, points: DISC },
  );
}

const DISC: [number, number][] = [[210, 220], [300, 220], [300, 290], [210, 290]];

test("a 512x512 photo erased", async ({ page, context }) => {
  await plainWorker(context);
  const photo = png(discOnStripes(512, 512, [256, 256], 60));
  await page.goto("/");
  await hydrated(page);
  await open(page, { name: "square.png", mimeType: "image/png", buffer: photo });
  await brushSize(page, 120);
  await page.getByTestId("model-select").selectOption("swift");
  const times = { ours: [] as number[], plain: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const { last } = await timedErase(page);
    const plain = await plainErase(page, photo.toString("base64"));
    if (round >= 0) {
      times.ours.push(last);
      times.plain.push(plain);
    }
  }
  const [ours, plain] = [median(times.ours), median(times.plain)];
  console.log(`by swift alone: ours ${ours.toFixed(0)} ms, plain ${plain.toFixed(0)} ms, ratio ${(ours / plain).toFixed(3)}, medians of ${ROUNDS}`);
  for (const model of ["auto", "patch"]) {
    await page.getByTestId("model-select").selectOption(model);
    const erases = [];
    await timedErase(page);
    for (let round = 0; round < 5; round++) {
      erases.push(await timedErase(page));
    }
    const of = (part: "first" | "last") => median(erases.map((it) => it[part])).toFixed(0);
    console.log(`by ${model}: first picture ${of("first")} ms, last ${of("last")} ms`);
  }
});

// What each build of the runtime consists of; a file that is cut for hosts with a limit comes in pieces.
const SETS = {
  wasm: { script: "ort.wasm.min.mjs", stem: "ort-wasm-simd-threaded" },
  jspi: { script: "ort.jspi.min.mjs", stem: "ort-wasm-simd-threaded.jspi" },
  asyncify: { script: "ort.webgpu.min.mjs", stem: "ort-wasm-simd-threaded.asyncify" },
};

/** Bytes of a file of the site as a browser gets them: compressed where there is a compressed copy. */
function travelling(...path: string[]): number {
  const file = join(SITE, ...path);
  return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
}

test("bytes that travel for runtime and model", async () => {
  const folder = (stem: string) => readdirSync(join(SITE, "pkg")).find((name) => name.startsWith(`${stem}.`)) ?? "";
  const of = (name: string) => readdirSync(join(SITE, "pkg", name), { recursive: true, encoding: "utf8" });
  const sum = (name: string, wanted: (file: string) => boolean) =>
    of(name)
      .filter((file) => /\.(m?js|wasm|json)$/.test(file) && wanted(file))
      .reduce((total, file) => total + travelling("pkg", name, file), 0);
  const [worker, runtime] = [folder("runtime-worker"), folder("runtime")];
  const ours = sum(worker, () => true);
  const model = travelling("models", "swift.onnx");
  const known = ["answers.json", "channels-3.onnx", "channels-4.onnx", "channels-9.onnx"];
  const questions = known.reduce((total, file) => total + travelling("known-answers", file), 0);
  const mega = (bytes: number) => (bytes / 1e6).toFixed(2);
  for (const [set, { script, stem }] of Object.entries(SETS)) {
    const parts = new RegExp(`^${stem.replaceAll(".", "\\.")}(\\.\\d+)?\\.(mjs|wasm)$`);
    const theirs = sum(runtime, (file) => file === script || file === "pieces.json" || parts.test(file));
    const asked = set === "wasm" ? 0 : questions;
    const total = ours + theirs + model + asked;
    console.log(`${set}: ${mega(total)} MB (runtime ${mega(theirs)}, our worker ${mega(ours)}, swift ${mega(model)})`);
  }
});
