// Sessions of graphs as large as Moebius's, made of kept files: how long, and how much memory at its worst. The graphs
// have random weights and come from a script: LACUNA_LARGE=FOLDER, filled by tools/moebius/shape.py. Nothing is run.
// Prints; asserts nothing about time.

import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { type Browser, chromium, type Page } from "@playwright/test";

import { CHROMIUM } from "../support/environment.ts";
import { expect, test } from "../support/fixtures.ts";
import { committed, end, models, stored, world } from "../support/store.ts";

const FOLDER = process.env.LACUNA_LARGE ?? "";
const FILES: Record<string, string> = { "vae-encoder": "vae_encoder", unet: "unet", "vae-decoder": "vae_decoder" };

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

/** The list's Moebius with the files of the folder. */
async function large(): Promise<object> {
  const model = structuredClone(committed.models.find(({ id }: { id: string }) => id === "moebius"));
  for (const graph of model.graphs) {
    const path = join(FOLDER, `${FILES[graph.role]}.onnx`);
    graph.artifact = { urls: graph.artifact.urls, bytes: statSync(path).size, sha256: await sha256(path) };
  }
  return model;
}

/** Makes a session of each graph in turn, in the site's own worker, spoken to as the studio does. */
async function sessions(page: Page, compile: boolean): Promise<{ role: string; provider: string; heap: number; made: Record<string, number> }[]> {
  return page.evaluate(async (compile) => {
    const meta = (name: string) =>
      new URL(document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "", location.href).href;
    const worker = new Worker(meta("lacuna-runtime-worker"), { type: "module", name: "lacuna-runtime" });
    const { port1, port2 } = new MessageChannel();
    const at = (file: string) => new URL(file, `${location.origin}/`).href;
    const settings = { manifest: at("model-manifest.json"), files: meta("lacuna-runtime"), known_answers: at("known-answers/"), compile, capture: false };
    await new Promise((resolve) => (worker.onmessage = resolve));
    worker.postMessage({ body: { connect: { port: 0, settings } }, parts: [port1] }, [port1]);
    let next = 0;
    const ask = (name: string, words: object) => {
      const run = ++next;
      return new Promise<any>((resolve, reject) => {
        port2.onmessage = ({ data }) => {
          const [[said, body]] = Object.entries<any>(data.body) as [[string, any]];
          if (said === "failed") reject(new Error(JSON.stringify(body)));
          else if (body.run === run && said !== "progress") resolve(body);
        };
        port2.postMessage({ body: { [name]: { ...words, model: "moebius", run } }, parts: [] });
      });
    };
    await ask("prepare", {});
    const found = [];
    for (const role of ["vae-encoder", "unet", "vae-decoder"]) {
      const { provider, heap, made } = await ask("hold", { roles: [role], batch: 2 });
      // It comes as a whole number of 64 bits.
      found.push({ role, provider, heap: Number(heap), made });
    }
    worker.terminate();
    return found;
  }, compile);
}

/** The most memory that each process of the browser has had, in MB. */
async function peaks(browser: Browser): Promise<string> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const said = processInfo.map(({ type, id }) => {
    const [, peak = "0"] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8")) ?? [];
    return `${type} ${Math.round(Number(peak) / 1_000)}`;
  });
  return said.filter((text) => /renderer|GPU/.test(text)).join(", ");
}

for (const [name, flags] of [["the processor", []], ["WebGPU", ["--enable-unsafe-webgpu"]]] as const) {
  for (const compile of [false, true]) {
    test(`sessions of large graphs, one at a time, on ${name}, compiled: ${compile}`, async () => {
      // They take 1.2 GB, which neither the tree nor a run of all benches should.
      test.skip(!existsSync(join(FOLDER, "unet.onnx")), "LACUNA_LARGE names no folder with graphs");
      test.setTimeout(1_800_000);
      // A browser of its own: peaks of memory are a process's, and the flags differ.
      const browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: ["--no-first-run", ...flags] });
      const page = await browser.newPage();
      const here = await world([], [], { models: [await large()] });
      await models(page, here);
      // One after the other: while a file is read the row says so.
      let have = 0;
      for (const file of Object.values(FILES)) {
        await page.getByTestId("model-import").setInputFiles(join(FOLDER, `${file}.onnx`));
        have += 1;
        await expect.poll(async () => (await stored(page)).filter((name) => !name.includes(".")).length, { timeout: 900_000 }).toBe(have);
      }
      await expect(page.getByTestId("model-row-moebius")).toHaveAttribute("data-state", "stored", { timeout: 900_000 });
      console.log(`after the import: peaks in MB: ${await peaks(browser)}`);
      for (const { role, provider, heap, made } of await sessions(page, compile)) {
        const { header = NaN, session = NaN } = made;
        console.log(
          `${role} on ${provider}: header ${header.toFixed(0)} ms, session ${session.toFixed(0)} ms, heaps at their worst ${(heap / 1e6).toFixed(0)} MB`,
        );
      }
      console.log(`peaks in MB: ${await peaks(browser)}`);
      await browser.close();
      await end(here);
    });
  }
}
