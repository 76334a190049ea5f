// Lets a page find other models than the site's: the manifest and the files that it names are answered by the test.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type BrowserContext, type Page, type Worker } from "@playwright/test";

const FOLDER = join(import.meta.dirname, "..", "models");
const MANIFEST = join(import.meta.dirname, "..", "..", "model-manifest.json");

/** The colour that the stand-in for swift paints into every hole. */
export const GREEN = [26, 204, 51];

/** Serves one of the small graphs of `end2end/models` in swift's place; `damage` changes its bytes on the way. */
export async function standIn(
  context: BrowserContext,
  name: "swift-like" | "slow" | "other-contract",
  damage: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<void> {
  const bytes = readFileSync(join(FOLDER, `${name}.onnx`));
  const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
  const swift = manifest.models.find((model: { id: string }) => model.id === "swift");
  swift.graphs[0].artifact = {
    urls: [`models/${name}.onnx`],
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
  await context.route("**/model-manifest.json", (route) => route.fulfill({ json: manifest }));
  await context.route(`**/models/${name}.onnx`, (route) => route.fulfill({ body: damage(Buffer.from(bytes)) }));
}

/** What the page says the last graph ran on. */
export async function ranOn(page: Page): Promise<string> {
  return (await page.getByTestId("provider").textContent()) ?? "";
}

/** The worker that runs graphs, once it is there: the one that has loaded ONNX Runtime. */
export async function runtimeWorker(page: Page): Promise<Worker> {
  let found: Worker | undefined;
  await expect
    .poll(async () => {
      for (const worker of page.workers()) {
        // A thread of the runtime that waits for work never answers.
        const late = new Promise<string>((resolve) => setTimeout(resolve, 1_000, ""));
        const name = await Promise.race([worker.evaluate(() => self.name).catch(() => ""), late]);
        if (name === "lacuna-runtime") {
          found = worker;
        }
      }
      return found !== undefined;
    }, { timeout: 30_000 })
    .toBe(true);
  if (found === undefined) {
    throw new Error("there is no runtime worker");
  }
  return found;
}

/** Paths of everything that the page and its workers ask for from now on. */
export function requested(context: BrowserContext): string[] {
  const paths: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http")) {
      paths.push(url.pathname);
    }
  });
  return paths;
}

/** Whether a path belongs to ONNX Runtime or to a model; the list of models is the page's own. */
export function isOfRuntime(path: string): boolean {
  return /\/runtime(-worker)?\.[0-9a-f]+\/|\/models\/|\/known-answers\//.test(path);
}

/**
 * Serves the three tiny graphs of the latent diffusion contract in the place of the model that the site lists, and a
 * tiny one in the place of swift, which the quick way asks: on a software adapter the real one would take minutes.
 */
export async function stepsModel(context: BrowserContext): Promise<void> {
  // The keeper is asked which models are here when there were some the last time.
  await context.addInitScript(() => {
    if (location.protocol.startsWith("http")) {
      localStorage.setItem("lacuna.models.1", "here");
    }
  });
  const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
  const files: Record<string, string> = {
    generator: "swift-like.onnx",
    "vae-encoder": "latent-encoder.onnx",
    unet: "latent-unet.onnx",
    "vae-decoder": "latent-decoder.onnx",
  };
  for (const id of ["swift", "moebius"]) {
    for (const graph of manifest.models.find((it: { id: string }) => it.id === id).graphs) {
      const file = files[graph.role] ?? "";
      const bytes = readFileSync(join(FOLDER, file));
      graph.artifact = {
        urls: [`models/${file}`],
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
      await context.route(`**/models/${file}`, (route) => route.fulfill({ body: bytes }));
    }
  }
  await context.route("**/model-manifest.json", (route) => route.fulfill({ json: manifest }));
}
