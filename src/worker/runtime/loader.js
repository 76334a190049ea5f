// Loads ONNX Runtime Web into this worker. The loader that comes with the binding needs a document.

import { pinned } from "../kept.js";

const SETS = {
  jspi: { script: "ort.jspi.min.mjs", stem: "ort-wasm-simd-threaded.jspi" },
  asyncify: { script: "ort.webgpu.min.mjs", stem: "ort-wasm-simd-threaded.asyncify" },
  wasm: { script: "ort.wasm.min.mjs", stem: "ort-wasm-simd-threaded" },
};

// The runtime does not say how much memory it has; whoever makes a memory in this worker is noted.
const heaps = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor) {
    super(descriptor);
    heaps.push(this);
  }
};

let runtime;
let reached = "";
let mounted;
let recording = false;

/** The address of a wasm file in the browser's memory, joined of its pieces and compiled as it is read. */
async function joined(urls) {
  const pieces = await Promise.all(urls.map(async (url) => (await pinned(url)).blob()));
  return URL.createObjectURL(new Blob(pieces, { type: "application/wasm" }));
}

/**
 * A session that records its commands on the graphics card in its first runs and plays them again from then on. They
 * read and write where they did: so the inputs stay on the card and are written over, and the outputs are read back.
 */
function captured(session, { Tensor, env }) {
  const held = {};
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const hold = (device, { type, data, dims }) => {
    // A kernel may read whole vectors.
    const buffer = device.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage });
    return { buffer, dims: dims.join(), tensor: Tensor.fromGpuBuffer(buffer, { dataType: type, dims }) };
  };
  const run = async (inputs) => {
    const device = await env.webgpu.device;
    const there = {};
    for (const [name, input] of Object.entries(inputs)) {
      held[name] ??= hold(device, input);
      if (held[name].dims !== input.dims.join()) {
        throw new Error(`${name} was recorded with the shape ${held[name].dims}, not ${input.dims}`);
      }
      device.queue.writeBuffer(held[name].buffer, 0, input.data);
      there[name] = held[name].tensor;
    }
    const here = {};
    for (const [name, output] of Object.entries(await session.run(there))) {
      here[name] = new Tensor(output.type, await output.getData(), output.dims);
    }
    return here;
  };
  const release = async () => {
    await session.release();
    Object.values(held).forEach(({ buffer }) => buffer.destroy());
  };
  const own = { run, release };
  return new Proxy(session, {
    get: (target, key) => {
      const value = own[key] ?? target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Loads a set from a folder and puts it where the binding looks for it. */
export async function loadRuntime(folder, set, threads) {
  const at = (file) => new URL(file, folder).href;
  const { script, stem } = SETS[set];
  const binary = `${stem}.wasm`;
  const cut = await (await pinned(at("pieces.json"))).json();
  const [module, wasm] = await Promise.all([import(at(script)), joined((cut[binary] ?? [binary]).map(at))]);
  const { env } = module;
  env.logLevel = "error";
  env.wasm.wasmPaths = { mjs: at(`${stem}.mjs`), wasm };
  env.wasm.numThreads = threads;
  env.wasm.proxy = false;
  if (env.webgpu !== undefined) {
    env.webgpu.powerPreference = "high-performance";
  }
  const InferenceSession = {
    create: async (model, options) => {
      reached = (options?.executionProviders ?? []).map((provider) => provider.name ?? provider).join();
      const externalData = mounted;
      mounted = undefined;
      // That nodes of whole numbers run on the processor is as it should be, and no warning.
      const wanted = { ...options, logSeverityLevel: 3, ...(externalData && { externalData }) };
      if (!recording) {
        return module.InferenceSession.create(model, wanted);
      }
      recording = false;
      reached += ",recorded";
      const on = { enableGraphCapture: true, preferredOutputLocation: "gpu-buffer" };
      return captured(await module.InferenceSession.create(model, { ...wanted, ...on }), module);
    },
  };
  runtime = { ...module, InferenceSession };
  // The binding's loader leaves a runtime alone that carries its mark, a symbol of its own.
  const marked = (target, key) =>
    typeof key === "symbol" && key.description === "@ort-web.init" ? true : target[key];
  globalThis.ort = new Proxy(runtime, { get: marked });
}

/** Gives the next session a file whose bytes its graph refers to by this name; the binding has no option for it. */
export function mount(path, data) {
  mounted = [{ path, data }];
}

/** Lets the next session record its commands; the binding has no option for that either. */
export function record() {
  recording = true;
}

/** The binding looks for `window.ort`, once. */
export function withWindow(there) {
  if (there) {
    globalThis.window = globalThis;
  } else {
    delete globalThis.window;
  }
}

/** Bytes of all memories that the runtime has made. */
export function heapBytes() {
  return heaps.reduce((sum, heap) => sum + heap.buffer.byteLength, 0);
}

/** What reached the runtime with the latest session: the providers, by name, and whether it is to record its commands. */
export function reachedOptions() {
  return reached;
}

/** Whether the browser can suspend WebAssembly, and whether it is WebKit. */
export function browserTraits() {
  const agent = globalThis.navigator?.userAgent ?? "";
  const webkit = /AppleWebKit/.test(agent) && !/Chrome|Chromium|Edg/.test(agent);
  return { suspends: "Suspending" in WebAssembly, webkit };
}

/** Settles when the graphics device that the runtime uses is lost, with the reason. */
export async function deviceLost() {
  const device = await runtime.env.webgpu.device;
  const { reason, message } = await device.lost;
  return `${reason}: ${message}`;
}
