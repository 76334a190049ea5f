// Measures graphs of Moebius's shape in Chromium: plain ONNX Runtime Web against headers, kept files and compiled
// graphs. Graphs and headers are made by prepare.sh before.
//
// Every way of loading gets a browser of its own with an empty profile, so that none profits from shaders that another
// one compiled. What was found so far is written after each part: a run that is cut off still says something.

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { launch, median, serve } from "./browser.mjs";

const { values: given } = parseArgs({
  options: {
    graphs: { type: "string" },
    ort: { type: "string" },
    playwright: { type: "string" },
    chromium: { type: "string" },
    out: { type: "string" },
    side: { type: "string", default: "64" },
    steps: { type: "string", default: "19" },
    rounds: { type: "string", default: "10" },
    seconds: { type: "string", default: "230" },
    only: { type: "string", default: "plain,compiled nchw,steps,captured nchw,captured half nchw,compiled nhwc,captured nhwc,captured half nhwc,one at a time,placement,kernels" },
    flags: { type: "string", default: "--enable-unsafe-webgpu" },
  },
});
const here = import.meta.dirname;
const side = Number(given.side);
const count = Number(given.steps);
const rounds = Number(given.rounds);
const begun = Date.now();
const results = { machine: {}, parts: {}, memory: {}, errors: {} };

const folders = { graphs: given.graphs, ort: given.ort, page: here };
const find = (path) => {
  if (path === "/") {
    return { text: "<!doctype html><title>measure</title>", type: "text/html" };
  }
  const [, root, name] = /^\/(graphs|ort|page)\/([\w.-]+)$/.exec(path) ?? [];
  return name && join(folders[root], name);
};

// Memory: resident bytes of the browser's processes by their kind, and what the card says.

let peaks = {};

function look(profile) {
  const now = { renderer: 0, gpu: 0, browser: 0 };
  const all = new Map();
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const [, state] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${id}/stat`, "utf8"));
      const pages = Number(readFileSync(`/proc/${id}/statm`, "utf8").split(" ")[1]);
      all.set(id, { parent: state.split(" ")[1], pages, line: readFileSync(`/proc/${id}/cmdline`, "utf8") });
    } catch {
      // It ended meanwhile.
    }
  }
  // Only the browser names its profile: the others are known by whom they come from.
  const ours = (id) => {
    const process = all.get(id);
    return process !== undefined && (process.line.includes(profile) || ours(process.parent));
  };
  for (const [id, { pages, line }] of all) {
    const kind = /--type=(renderer|gpu)/.exec(line)?.[1] ?? (line.includes("--type=") ? undefined : "browser");
    if (kind !== undefined && ours(id)) {
      now[kind] += (pages * 4096) / 2 ** 20;
    }
  }
  for (const [kind, megabytes] of Object.entries(now)) {
    peaks[kind] = Math.max(peaks[kind] ?? 0, Math.round(megabytes));
  }
}

function lookAtCard() {
  execFile("nvidia-smi", ["--query-gpu=memory.used,name", "--format=csv,noheader,nounits"], (error, text) => {
    if (!error) {
      const [used, name] = text.split("\n")[0].split(", ");
      peaks.card = Math.max(peaks.card ?? 0, Number(used));
      results.machine.card = name;
    }
  });
}

function save() {
  results.seconds = (Date.now() - begun) / 1000;
  writeFileSync(join(given.out, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
}

async function inBrowser(title, set, origin, work) {
  if (!given.only.split(",").includes(title)) {
    return;
  }
  if ((Date.now() - begun) / 1000 > Number(given.seconds)) {
    results.errors[title] = "no time was left";
    save();
    return;
  }
  const { context, profile, close } = await launch(given);
  peaks = {};
  const watch = setInterval(() => look(profile), 100);
  const watchCard = setInterval(lookAtCard, 500);
  const said = [];
  const found = {};
  results.parts[title] = found;
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      const text = message.text();
      said.push(text.slice(0, 300));
      // What the runtime says of where it put the nodes.
      const [, where] = /[Nn]ode\(?s?\)? placed on (.*)/.exec(text) ?? [];
      if (where !== undefined) {
        (found.placed ??= []).push(where.slice(0, 120));
      }
    });
    await page.goto(`${origin}/`);
    const call = (name, ...inputs) =>
      page.evaluate(
        async ([name, inputs]) => (await import("/page/page.mjs"))[name](...inputs),
        [name, inputs],
      );
    const attempt = async (what, task) => {
      try {
        const late = new Promise((_, reject) => {
          const left = Number(given.seconds) * 1000 - (Date.now() - begun);
          setTimeout(() => reject(new Error("no time was left")), Math.max(left, 0)).unref();
        });
        found[what] = await Promise.race([task(), late]);
      } catch (error) {
        results.errors[`${title}: ${what}`] = String(error).slice(0, 500);
      }
      results.memory[`${title}: ${what}`] = { ...peaks };
      save();
      console.log(`${((Date.now() - begun) / 1000).toFixed(1)} s  ${title}: ${what}`, JSON.stringify(found[what] ?? results.errors[`${title}: ${what}`]).slice(0, 300));
      return found[what];
    };
    await attempt("adapter", () => call("runtime", set));
    await work(call, attempt);
  } catch (error) {
    results.errors[title] = String(error).slice(0, 500);
  }
  if (said.length > 0) {
    results.errors[`${title}: console`] = said.slice(0, 5);
  }
  clearInterval(watch);
  clearInterval(watchCard);
  await close();
  save();
}

const NAMES = { encoder: "vae_encoder", unet: "unet", decoder: "vae_decoder" };
const keep = (call) => async () => {
  let total = 0;
  for (const name of Object.values(NAMES)) {
    total += await call("keep", `${name}.onnx`);
  }
  return total;
};
const openAll = (call, source) => async () => {
  let total = 0;
  for (const [key, name] of Object.entries(NAMES)) {
    total += await call("open", key, source(name));
  }
  return total;
};
const keys = { encoder: "encoder", unet: "unet", decoder: "decoder" };

async function main() {
  mkdirSync(given.out, { recursive: true });
  const origin = await serve(find);
  const renders = async (call, attempt) => {
    await attempt("first render", () => call("render", keys, side, count));
    await attempt("warm render", () => call("render", keys, side, count));
  };
  const compiled = (layout) => (name) => ({ header: `${name}.${layout}.onnx`, file: `${name}.onnx`, layout });

  await inBrowser("plain", "webgpu", origin, async (call, attempt) => {
    await attempt("load", openAll(call, (name) => ({ bytes: `${name}.onnx` })));
    await renders(call, attempt);
  });
  await inBrowser("compiled nchw", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    await attempt("load", openAll(call, compiled("nchw")));
    await renders(call, attempt);
  });
  await inBrowser("steps", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    const nchw = compiled("nchw")("unet");
    const nhwc = compiled("nhwc")("unet");
    const variants = {
      "raw": { bytes: "unet.onnx" },
      "raw nchw": { header: "unet.header.onnx", file: "unet.onnx", layout: "nchw" },
      "raw fixed": { header: "unet.header.onnx", file: "unet.onnx", overrides: { batch: 2 } },
      "compiled nchw": nchw,
      "compiled nchw, unchecked": { ...nchw, provider: { validationMode: "disabled" } },
      "compiled nchw, 128 pending": { ...nchw, provider: { maxNumPendingDispatches: "128" } },
      "compiled nhwc": nhwc,
      "captured nchw": { ...nchw, capture: true },
      "captured nhwc": { ...nhwc, capture: true },
      "half nchw": { bytes: "unet.half.onnx", layout: "nchw" },
      "half nhwc": { bytes: "unet.half-nhwc.onnx", layout: "nhwc" },
      "captured half nchw": { bytes: "unet.half.onnx", layout: "nchw", capture: true },
      "captured half nhwc": { bytes: "unet.half-nhwc.onnx", layout: "nhwc", capture: true },
    };
    const f16 = results.parts.steps.adapter?.f16;
    const there = [];
    for (const [key, source] of Object.entries(variants)) {
      if (source.bytes?.includes("half") && !f16) {
        continue;
      }
      if ((await attempt(`open ${key}`, () => call("open", key, source))) !== undefined) {
        if (source.capture) {
          await call("reside", key, side);
        }
        // The first runs compile shaders and record commands; a variant that does not run is left out.
        if ((await attempt(`first ${key}`, () => call("steps", [key], side, 2))) !== undefined) {
          there.push(key);
        }
      }
    }
    // Against the layout that is known to be right.
    there.sort((left, right) => (right === "raw nchw") - (left === "raw nchw"));
    const timed = await attempt("interleaved", () => call("steps", there, side, rounds));
    if (timed !== undefined) {
      results.parts.steps.medians = Object.fromEntries(there.map((key) => [key, median(timed.times[key])]));
    }
  });
  // All that helps: the U-Net's commands captured, in either layout, whole or half.
  for (const layout of ["nchw", "nhwc"]) {
    for (const half of [false, true]) {
      await inBrowser(`captured ${half ? "half " : ""}${layout}`, "jspi", origin, async (call, attempt) => {
        await attempt("keep", keep(call));
        const name = `unet.half${layout === "nhwc" ? "-nhwc" : ""}.onnx`;
        const unet = half ? { bytes: name, layout } : compiled(layout)("unet");
        await attempt("load", async () => {
          let total = await call("open", "encoder", compiled(layout)(NAMES.encoder));
          total += await call("open", "unet", { ...unet, capture: true });
          return total + (await call("open", "decoder", compiled(layout)(NAMES.decoder)));
        });
        await call("reside", "unet", side);
        await renders(call, attempt);
      });
    }
  }
  await inBrowser("compiled nhwc", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    await attempt("load", openAll(call, compiled("nhwc")));
    await renders(call, attempt);
  });
  await inBrowser("one at a time", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    for (const [key, name] of Object.entries(NAMES)) {
      await attempt(`load ${key}`, () => call("open", key, compiled("nchw")(name)));
      await call("close", key);
    }
  });
  await inBrowser("kernels", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    for (const layout of ["nchw", "nhwc"]) {
      await attempt(`open ${layout}`, () => call("open", layout, compiled(layout)("unet")));
      const profile = await attempt(layout, () => call("kernels", layout, side));
      // The texts are long; they have a file of their own.
      writeFileSync(join(given.out, `kernels-${layout}.json`), `${JSON.stringify(profile, null, 1)}\n`);
      delete results.parts.kernels[layout];
    }
  });
  await inBrowser("placement", "jspi", origin, async (call, attempt) => {
    await attempt("keep", keep(call));
    await call("verbose");
    const raw = { header: "unet.header.onnx", file: "unet.onnx" };
    for (const [key, source] of Object.entries({ raw, "compiled nchw": compiled("nchw")("unet"), "compiled nhwc": compiled("nhwc")("unet") })) {
      await attempt(`place ${key}`, () => call("open", key, source));
      results.parts.placement[`of ${key}`] = results.parts.placement.placed;
      delete results.parts.placement.placed;
      await call("close", key);
    }
  });
  table();
}

function table() {
  const { parts } = results;
  const titles = Object.keys(parts).filter((title) => parts[title]["warm render"] !== undefined);
  const rows = [`| | ${titles.join(" | ")} |`, `|---|${"---:|".repeat(titles.length)}`];
  const row = (name, pick) => {
    const cells = titles.map((title) => {
      const value = pick(parts[title] ?? {});
      return value === undefined ? "" : value.toFixed(0);
    });
    rows.push(`| ${name} | ${cells.join(" | ")} |`);
  };
  row("load, ms", (part) => part.load);
  row("first render, ms", (part) => part["first render"]?.whole);
  row("warm render, ms", (part) => part["warm render"]?.whole);
  row("of it sessions, ms", (part) => part["warm render"]?.sessions);
  row("encode twice, ms", (part) => part["warm render"]?.encode);
  row("a step in it, ms", (part) => part["warm render"]?.step);
  row("decode, ms", (part) => part["warm render"]?.decode);
  row("pipelines made in the first", (part) => part["first render"]?.pipelines);
  row("pipelines made in the warm", (part) => part["warm render"]?.pipelines);
  rows.push("", "| step, interleaved | ms | off by |", "|---|---:|---:|");
  for (const [key, time] of Object.entries(parts.steps?.medians ?? {})) {
    rows.push(`| ${key} | ${time.toFixed(1)} | ${parts.steps.interleaved?.off[key] ?? ""} |`);
  }
  rows.push("", "| peak, MB | renderer | GPU process | card |", "|---|---:|---:|---:|");
  for (const [key, peak] of Object.entries(results.memory)) {
    if (/load|render|interleaved/.test(key)) {
      rows.push(`| ${key} | ${peak.renderer ?? ""} | ${peak.gpu ?? ""} | ${peak.card ?? ""} |`);
    }
  }
  writeFileSync(join(given.out, "table.md"), `${rows.join("\n")}\n`);
  console.log(rows.join("\n"));
  save();
}

await main();
process.exit(0);
