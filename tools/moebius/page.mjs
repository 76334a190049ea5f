// The page's side of the measuring: sessions, steps and renders with plain ONNX Runtime Web.

/* global GPUBufferUsage */

import { pipelines, profile } from "./profile.mjs";

const TOKENS = 10;
const state = { ort: undefined, sessions: {}, resident: {} };


/** Loads a set of the runtime: `jspi` or `webgpu`. */
export async function runtime(set) {
  const ort = await import(`/ort/ort.${set}.min.mjs`);
  ort.env.logLevel = "error";
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = 1;
  state.ort = ort;
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const info = adapter.info ?? {};
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description,
    f16: adapter.features.has("shader-f16"),
    subgroups: adapter.features.has("subgroups"),
  };
}

/** Keeps a file as the store does. */
export async function keep(name) {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(name, { create: true });
  const sink = await handle.createWritable();
  const started = performance.now();
  await (await fetch(`/graphs/${name}`)).body.pipeTo(sink);
  return performance.now() - started;
}

const layouts = {
  default: "webgpu",
  nchw: { name: "webgpu", preferredLayout: "NCHW" },
  nhwc: { name: "webgpu", preferredLayout: "NHWC" },
};

/** Makes a session. `bytes` is the plain way: the whole file in memory; else a header and the kept file. */
export async function open(key, { bytes, header, file, layout = "default", capture = false, overrides, graph, provider }) {
  const started = performance.now();
  const options = { executionProviders: [layouts[layout]] };
  if (state.severity !== undefined) {
    options.logSeverityLevel = state.severity;
    options.logVerbosityLevel = 1;
  }
  if (capture) {
    options.enableGraphCapture = true;
    options.preferredOutputLocation = "gpu-buffer";
  }
  if (provider) {
    options.extra = { ep: { webgpuexecutionprovider: provider } };
  }
  if (overrides) {
    options.freeDimensionOverrides = overrides;
  }
  if (graph) {
    options.graphOptimizationLevel = graph;
  }
  let model;
  if (bytes) {
    model = new Uint8Array(await (await fetch(`/graphs/${bytes}`)).arrayBuffer());
  } else {
    model = new Uint8Array(await (await fetch(`/graphs/${header}`)).arrayBuffer());
    if (file) {
      const root = await navigator.storage.getDirectory();
      const data = await (await root.getFileHandle(file)).getFile();
      options.externalData = [{ path: file, data }];
    }
  }
  state.sessions[key] = await state.ort.InferenceSession.create(model, options);
  return performance.now() - started;
}

/** From now on the runtime says where it puts nodes. */
export function verbose() {
  state.ort.env.logLevel = "verbose";
  state.severity = 0;
}

/** Frees a session. */
export async function close(key) {
  await state.sessions[key].release();
  delete state.sessions[key];
}

// Numbers that look random, the same in every browser.
function noise(count, seed) {
  let word = seed >>> 0 || 1;
  return Float32Array.from({ length: count }, () => {
    word ^= word << 13;
    word >>>= 0;
    word ^= word >>> 17;
    word ^= word << 5;
    word >>>= 0;
    return (word / 2 ** 31 - 1) * 1.7;
  });
}

const tensor = (type, data, dims) => new state.ort.Tensor(type, data, dims);

function stepInputs(side, seed, time) {
  return {
    latent: tensor("float32", noise(2 * 9 * side * side, seed), [2, 9, side, side]),
    timesteps: tensor("int64", BigInt64Array.from([time, time], BigInt), [2]),
    input_ids: tensor("int64", BigInt64Array.from({ length: 2 * TOKENS }, (_, index) => BigInt(index)), [2, TOKENS]),
  };
}

/** Times steps of several sessions in turn; gives the times and how far each answer is from the first session's. */
export async function steps(keys, side, rounds) {
  const times = Object.fromEntries(keys.map((key) => [key, []]));
  const answers = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const key of keys) {
      const started = performance.now();
      const outputs = await ask(key, stepInputs(side, 7, 900));
      const answer = await outputs.noise.getData();
      times[key].push(performance.now() - started);
      answers[key] ??= answer.slice();
    }
  }
  const first = answers[keys[0]];
  const off = {};
  for (const key of keys) {
    let most = 0;
    for (let index = 0; index < first.length; index += 1) {
      const gap = Math.abs(first[index] - answers[key][index]);
      most = gap <= most ? most : gap;
    }
    off[key] = most;
  }
  return { times, off };
}

/** Lets the inputs of a session's steps stay on the graphics card, as a session whose commands are captured wants. */
export async function reside(key, side) {
  const device = await state.ort.env.webgpu.device;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const held = { buffers: {}, feeds: {} };
  for (const [name, { type, data, dims }] of Object.entries(stepInputs(side, 7, 900))) {
    const buffer = device.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage });
    held.buffers[name] = buffer;
    held.feeds[name] = state.ort.Tensor.fromGpuBuffer(buffer, { dataType: type, dims });
  }
  state.resident[key] = held;
}

/** Runs a session on inputs in the page's memory, wherever the session wants them. */
async function ask(key, inputs) {
  const held = state.resident[key];
  if (held === undefined) {
    return state.sessions[key].run(inputs);
  }
  const device = await state.ort.env.webgpu.device;
  for (const [name, { data }] of Object.entries(inputs)) {
    device.queue.writeBuffer(held.buffers[name], 0, data);
  }
  return state.sessions[key].run(held.feeds);
}

/** Where the time of one step goes on the card: kernels, slowest first. */
export async function kernels(key, side) {
  await ask(key, stepInputs(side, 7, 900));
  const device = await state.ort.env.webgpu.device;
  return profile(device, async () => {
    const outputs = await ask(key, stepInputs(side, 7, 900));
    await outputs.noise.getData();
  });
}

/** One whole render: encode twice, the steps, decode. */
export async function render(keys, side, count) {
  const started = performance.now();
  const compiled = pipelines();
  const runs = [];
  const run = async (key, feeds, name) => {
    const from = performance.now();
    const outputs = await ask(key, feeds);
    const data = await outputs[name].getData();
    runs.push(performance.now() - from);
    return data;
  };
  const area = side * side;
  const picture = (seed) => ({
    image: tensor("float32", noise(3 * 64 * area, seed), [1, 3, 8 * side, 8 * side]),
  });
  const image = await run(keys.encoder, picture(3), "moments");
  const masked = await run(keys.encoder, picture(4), "moments");
  let latent = image.slice(0, 4 * area);
  const feeds = stepInputs(side, 1, 0);
  for (let step = 0; step < count; step += 1) {
    const input = new Float32Array(2 * 9 * area);
    for (const at of [0, 9 * area]) {
      input.set(latent, at);
      input.set(masked.subarray(0, 4 * area), at + 5 * area);
    }
    feeds.timesteps = tensor("int64", new BigInt64Array(2).fill(BigInt(Math.max(900 - 50 * step, 0))), [2]);
    feeds.latent = tensor("float32", input, [2, 9, side, side]);
    const guess = await run(keys.unet, feeds, "noise");
    // Guidance 2 and something like a step; the arithmetic of DDIM costs the same.
    latent = latent.map((value, index) => 0.9 * value + 0.1 * (2 * guess[index] - guess[4 * area + index]));
  }
  const decoded = await run(keys.decoder, { latent: tensor("float32", latent, [1, 4, side, side]) }, "image");
  return {
    whole: performance.now() - started,
    sessions: runs.reduce((sum, time) => sum + time, 0),
    encode: runs[0] + runs[1],
    first: runs[2],
    step: runs.slice(2, -1).sort((a, b) => a - b)[Math.floor(count / 2)],
    decode: runs[runs.length - 1],
    pipelines: pipelines() - compiled,
    finite: decoded.every(Number.isFinite),
  };
}
