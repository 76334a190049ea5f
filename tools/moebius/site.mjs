// Measures the site itself with graphs of Moebius's shape on a real card: sessions, the first render and later ones, and
// how much our code adds to the runs. The graphs are made by prepare.sh, the site by `cargo xtask build`:
//
//     node tools/moebius/site.mjs --site target/site --graphs FOLDER --playwright FOLDER --chromium BINARY --out FOLDER
//
// Each way of running gets a browser of its own with an empty profile, into which the files are downloaded first.

import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { launch, median, serve } from "./browser.mjs";

const { values: given } = parseArgs({
  options: {
    site: { type: "string" },
    graphs: { type: "string" },
    playwright: { type: "string" },
    chromium: { type: "string" },
    out: { type: "string" },
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "all that helps,nothing recorded,nothing compiled" },
    flags: { type: "string", default: "--enable-unsafe-webgpu" },
  },
});
const WAYS = { "all that helps": "", "nothing recorded": "?capture=off", "nothing compiled": "?compile=off" };
const FILES = { "vae-encoder": "vae_encoder", unet: "unet", "vae-decoder": "vae_decoder" };
const LONG = 180_000;

async function sha256(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

/** The site's list of models with our graphs in the place of the published ones. */
async function list() {
  const manifest = JSON.parse(readFileSync(join(given.site, "model-manifest.json"), "utf8"));
  const model = manifest.models.find(({ id }) => id === "moebius");
  delete model.connect_hosts;
  for (const graph of model.graphs) {
    const name = `${FILES[graph.role]}.onnx`;
    const path = join(given.graphs, name);
    graph.artifact = { urls: [`graphs/${name}`], bytes: statSync(path).size, sha256: await sha256(path) };
  }
  return JSON.stringify(manifest);
}

const seconds = async (task) => {
  const started = Date.now();
  await task();
  return (Date.now() - started) / 1000;
};

async function measure(context, origin, query) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  const found = {};
  const at = (id) => page.getByTestId(id);
  await page.goto(`${origin}/models/`);
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  const row = at("model-row-moebius");
  found.download = await seconds(async () => {
    await row.getByTestId("model-download").click();
    await page.locator("[data-testid=model-row-moebius][data-state=stored]").waitFor({ timeout: LONG });
  });
  await page.goto(`${origin}/${query}`);
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  const is = (state) => page.locator(`[data-testid=app][data-state=${state}]`).waitFor({ state: "attached", timeout: LONG });
  await at("file-input").setInputFiles(join(given.site, "samples", "boat.jpg"));
  await is("ready");
  await at("model-select").selectOption("moebius");
  await at("brush-size").fill("90");
  const box = await at("stage").boundingBox();
  await page.mouse.move(box.x + box.width / 2 - 30, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 30, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const timings = async () => JSON.parse(await at("debug-timings").textContent());
  found.pressed = await seconds(async () => {
    await at("erase").click();
    await is("done");
  });
  found.provider = await at("provider").textContent();
  found.first = await timings();
  let variants = 1;
  const again = async () => {
    const times = [];
    for (let round = 0; round < Number(given.rounds); round += 1) {
      variants += 1;
      const pressed = await seconds(async () => {
        await at("again").click();
        const count = `${variants} of ${variants}`;
        await page.locator("[data-testid=variant-count]", { hasText: count }).waitFor({ timeout: LONG });
      });
      times.push({ pressed, ...(await timings()) });
    }
    return times;
  };
  found.again = await again();
  await at("steps-settings").click();
  await at("param-preset").selectOption("fast");
  await page.keyboard.press("Escape");
  found.fast = await again();
  // Guidance in half of the steps: the others ask for one prediction, not two. Then in none, with the preset's steps.
  for (const [name, until] of [["half guided", "0.5"], ["unguided", "0"]]) {
    await at("steps-settings").click();
    await at("param-guidance-until").fill(until);
    await page.keyboard.press("Escape");
    found[name] = await again();
  }
  await page.screenshot({ path: join(given.out, `site-${Object.keys(WAYS).find((way) => WAYS[way] === query).replaceAll(" ", "-")}.png`) });
  return found;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** What a render took in all, and of it the steps, the runs, and what is ours. */
function line(times) {
  const host = times.encode + sum(times.steps) + times.decode;
  return { total: times.total, host, runs: times.runs - (times.run ?? 0), step: median(times.steps), decode: times.decode, encode: times.encode };
}

mkdirSync(given.out, { recursive: true });
const manifest = await list();
const origin = await serve((path) => {
  if (path === "/model-manifest.json") {
    return { text: manifest, type: "application/json" };
  }
  const graph = /^\/graphs\/([\w.]+)$/.exec(path)?.[1];
  return graph ? join(given.graphs, graph) : join(given.site, path.endsWith("/") ? `${path}index.html` : path);
});
const results = {};
for (const way of given.only.split(",")) {
  const { context, close } = await launch(given);
  try {
    const found = await measure(context, origin, WAYS[way]);
    results[way] = found;
    const middle = (times) =>
      Object.fromEntries(Object.keys(line(times[0])).map((key) => [key, Math.round(median(times.map((one) => line(one)[key])))]));
    const then = middle(found.again);
    const { sessions, compiledSessions, capturedSessions, header, session } = found.first;
    console.log(way, `on ${found.provider}: ${sessions} sessions, ${compiledSessions} compiled, ${capturedSessions} recorded;`, `headers ${header} ms, sessions ${session} ms`);
    console.log("  first", JSON.stringify(line(found.first)));
    console.log("  then ", JSON.stringify(then), `all/runs ${(then.host / then.runs).toFixed(3)}`, `sessions made ${sum(found.again.map((one) => one.sessions))}`);
    for (const name of ["fast", "half guided", "unguided"]) {
      const made = sum(found[name].map((one) => one.sessions));
      console.log(`  ${name}`, JSON.stringify(middle(found[name])), `${found[name][0].steps.length} steps, sessions made ${made}`);
    }
  } catch (error) {
    results[way] = String(error).slice(0, 1000);
    console.log(way, results[way]);
  }
  writeFileSync(join(given.out, "site.json"), `${JSON.stringify(results, null, 1)}\n`);
  await close();
}
process.exit(0);
