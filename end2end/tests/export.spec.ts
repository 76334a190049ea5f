// A site of one's own: exported with another list of models, for another host of models, below a path.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { SITE, XTASK } from "../support/environment.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { held, serveModel } from "../support/model-host.ts";
import { serveFolder } from "../support/static-host.ts";
import { committed, entry, inState, noise, row } from "../support/store.ts";

// On a busy machine the command looks for a while whether anything is to be compiled.
test.describe.configure({ timeout: 400_000 });

const BASE = "/my/eraser/";

test("an export takes a list of models, their host and a path, and the page goes by all three", async ({ page, watch }) => {
  const file = noise(300_000);
  const host = await serveModel(held(file));
  const folder = mkdtempSync(join(tmpdir(), "lacuna-export-"));
  try {
    const { id, bytes, sha256 } = entry("mine", file, []);
    const mine = {
      id,
      title: "Mine",
      summary: "A model of one's own.",
      licence: "MIT",
      provenance: "Made by a test.",
      graphs: [{ role: "generator", artifact: { urls: ["weights/mine.onnx"], bytes, sha256 } }],
      contract: committed.models[0].contract,
    };
    const list = join(folder, "mine.json");
    writeFileSync(list, JSON.stringify({ version: 1, models: [committed.models[0], mine] }));
    const out = join(folder, "site");
    const words = ["export", "--manifest", list, "--base-url", `${host.origin}/`, "--base", BASE, "--out", out];
    const { stdout } = await promisify(execFile)(XTASK, words, { cwd: join(import.meta.dirname, "..", "..") });
    expect(stdout).toContain(`to be served at ${BASE}`);
    // Nothing was compiled for it: both sites carry the same program.
    const program = (site: string) => /[\w.-]+\/[\w.-]+\.wasm/.exec(readFileSync(join(site, "index.html"), "utf8"))?.[0];
    expect(program(out)).toBeDefined();
    expect(program(out)).toBe(program(SITE));

    const headers = readFileSync(join(out, "_headers"), "utf8");
    expect(headers).toContain(`connect-src 'self' blob: ${host.origin};`);
    expect(headers).not.toContain("huggingface");
    expect(headers.split("\n").filter((line) => line.startsWith("/")).every((line) => line.startsWith(BASE))).toBe(true);
    const served = JSON.parse(readFileSync(join(out, "model-manifest.json"), "utf8"));
    expect(served.models[1].graphs[0].artifact.urls).toEqual([`${host.origin}/weights/mine.onnx`]);
    expect(served.models[0].graphs[0].artifact.urls).toEqual(["models/swift.onnx"]);

    const site = await serveFolder(out, BASE);
    [site, host].forEach(({ origin }) => watch.allow(origin));
    await page.goto(`${site.origin}${BASE}`);
    await hydrated(page);
    for (const link of await page.locator("a[href^='/']").all()) {
      expect(await link.getAttribute("href")).toMatch(new RegExp(`^${BASE}`));
    }
    await page.goto(`${site.origin}${BASE}models/`);
    await hydrated(page);
    await row(page, "mine").getByTestId("model-download").click();
    await inState(page, "mine", "stored");
    expect(host.asked.map(({ path }) => path)).toEqual(["/weights/mine.onnx"]);
    await page.getByRole("link", { name: "Back" }).first().click();
    await expect(page).toHaveURL(`${site.origin}${BASE}`);
    await Promise.all([site.close(), host.close()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
