// A site whose list of models is the test's own, and the page of models as one drives it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page } from "@playwright/test";

import { SITE } from "./environment.ts";
import { hydrated } from "./fixtures.ts";
import { type ModelHost } from "./model-host.ts";
import { serveFolder, type StaticHost } from "./static-host.ts";

export const LONG = 60_000;

/** What the browser writes to the console when a request fails, whatever the page makes of that. */
export const FAILED_REQUEST = /Failed to load resource/;

export const FOLDER = join(import.meta.dirname, "..", "models");
export const green = readFileSync(join(FOLDER, "swift-like.onnx"));
export const committed = JSON.parse(readFileSync(join(SITE, "model-manifest.json"), "utf8"));

/** Bytes that no compression and no luck shortens. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export interface Entry {
  id: string;
  urls: string[];
  bytes: number;
  sha256: string;
  contract?: object;
  parts?: Part[];
  needs?: object;
}

interface Part {
  urls: string[];
  bytes: number;
  sha256: string;
}

/** The pieces of a file, each at these addresses. */
export function parts(pieces: Buffer[], urls: string[][]): Part[] {
  return pieces.map((bytes, index) => ({ urls: urls[index] ?? [], bytes: bytes.length, sha256: sha256(bytes) }));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function entry(id: string, bytes: Buffer, urls: string[]): Entry {
  return { id, urls, bytes: bytes.length, sha256: sha256(bytes) };
}

/** The list's Moebius with the three tiny graphs of the same contract, each from a host of its own. */
export async function stepsFrom(serve: (bytes: Buffer) => Promise<ModelHost>): Promise<{ hosts: ModelHost[]; model: object }> {
  const files: Record<string, string> = { "vae-encoder": "encoder", unet: "unet", "vae-decoder": "decoder" };
  const model = structuredClone(committed.models.find(({ id }: { id: string }) => id === "moebius"));
  const hosts: ModelHost[] = [];
  for (const graph of model.graphs) {
    const bytes = readFileSync(join(FOLDER, `latent-${files[graph.role]}.onnx`));
    const host = await serve(bytes);
    hosts.push(host);
    graph.artifact = { urls: [`${host.origin}/${graph.role}.onnx`], bytes: bytes.length, sha256: sha256(bytes) };
  }
  model.connect_hosts = hosts.map(({ origin }) => origin);
  return { hosts, model };
}

function manifest(entries: Entry[], more: object[]): Buffer {
  const swift = structuredClone(committed.models[0]);
  if (more.length > 0) {
    // On a software adapter the real one would take minutes.
    swift.graphs[0].artifact = { urls: ["models/swift.onnx"], bytes: green.length, sha256: sha256(green) };
  }
  const models = entries.map(({ id, urls, bytes, sha256, contract, parts, needs }) => ({
    id,
    title: id,
    summary: "A model of a test.",
    licence: "MIT",
    provenance: "Made by a test.",
    graphs: [{ role: "generator", artifact: { urls, bytes, sha256, ...(parts === undefined ? {} : { parts }) } }],
    contract: contract ?? swift.contract,
    connect_hosts: [...urls, ...(parts ?? []).flatMap((part) => part.urls)].map((url) => new URL(url).origin),
    ...(needs === undefined ? {} : { needs }),
  }));
  return Buffer.from(JSON.stringify({ version: 1, models: [swift, ...models, ...more] }));
}

export interface World {
  site: StaticHost;
  hosts: ModelHost[];
}

/** A site with these models, whose policy allows the hosts that the test allows. */
export async function world(
  hosts: ModelHost[],
  entries: Entry[],
  options: { allowed?: ModelHost[]; edit?: (path: string, bytes: Buffer) => Buffer; models?: object[] } = {},
): Promise<World> {
  const { models = [] } = options;
  const list = manifest(entries, models);
  const instead = (path: string) => (path === "models/swift.onnx" && models.length > 0 ? green : undefined);
  const site = await serveFolder(SITE, "/", {
    connect: (options.allowed ?? hosts).map((host) => host.origin),
    edit: (path, bytes) =>
      path === "model-manifest.json" ? list : (instead(path) ?? options.edit?.(path, bytes) ?? bytes),
  });
  return { site, hosts };
}

export async function end({ site, hosts }: World): Promise<void> {
  await Promise.all([site.close(), ...hosts.map((host) => host.close())]);
}

export async function models(page: Page, { site }: World): Promise<void> {
  await page.goto(`${site.origin}/models/`);
  await hydrated(page);
  await expect(page.getByTestId("model-row-swift")).toBeVisible({ timeout: LONG });
}

export const row = (page: Page, id: string) => page.getByTestId(`model-row-${id}`);

export async function inState(page: Page, id: string, state: string): Promise<void> {
  await expect(row(page, id)).toHaveAttribute("data-state", state, { timeout: LONG });
}

export async function more(page: Page, id: string, act: string): Promise<void> {
  const menu = row(page, id).locator(".more");
  if ((await menu.getAttribute("open")) === null) {
    await menu.locator("summary").click();
  }
  await row(page, id).getByTestId(act).click();
}

/** Names of all files in the store. */
export function stored(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    try {
      const dir = (await root.getDirectoryHandle("models")) as never as { keys(): AsyncIterable<string> };
      for await (const name of dir.keys()) {
        names.push(name);
      }
    } catch {
      // Nothing was ever stored.
    }
    return names;
  });
}
