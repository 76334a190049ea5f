// Times of single dispatches on the card, and a count of the pipelines that were made. The runtime's release builds name
// neither kernels nor nodes, so a kernel is known by its shader's text.

/* global GPUAdapter, GPUBufferUsage, GPUCommandEncoder, GPUDevice, GPUMapMode */

const MOST = 2048;
const texts = new WeakMap();
const shaders = new WeakMap();
let made = 0;
let watch;

function wrap(kind, name, around) {
  const call = kind.prototype[name];
  kind.prototype[name] = function (...inputs) {
    return around(this, inputs, (...changed) => call.apply(this, changed));
  };
}

wrap(GPUAdapter, "requestDevice", (adapter, [words = {}], call) =>
  call(adapter.features.has("timestamp-query")
    ? { ...words, requiredFeatures: [...new Set([...(words.requiredFeatures ?? []), "timestamp-query"])] }
    : words),
);
wrap(GPUDevice, "createShaderModule", (_, [words], call) => {
  const shader = call(words);
  texts.set(shader, words.code);
  return shader;
});
wrap(GPUDevice, "createComputePipeline", (_, [words], call) => {
  made += 1;
  const pipeline = call(words);
  shaders.set(pipeline, texts.get(words.compute.module));
  return pipeline;
});
wrap(GPUDevice, "createComputePipelineAsync", async (_, [words], call) => {
  made += 1;
  const pipeline = await call(words);
  shaders.set(pipeline, texts.get(words.compute.module));
  return pipeline;
});
// The runtime puts several dispatches into a pass; while it is watched each gets a pass of its own.
wrap(GPUCommandEncoder, "beginComputePass", (_, [words = {}], call) => {
  if (watch === undefined) {
    return call(words);
  }
  let pipeline;
  const groups = new Map();
  return {
    setPipeline: (next) => (pipeline = next),
    setBindGroup: (at, ...more) => groups.set(at, more),
    dispatchWorkgroups: (...grid) => {
      const at = 2 * watch.dispatches.length;
      const timestampWrites = { querySet: watch.queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
      if (at < 2 * MOST) {
        watch.dispatches.push({ text: shaders.get(pipeline) ?? "", grid });
      }
      const pass = call(at < 2 * MOST ? { timestampWrites } : {});
      pass.setPipeline(pipeline);
      for (const [index, more] of groups) {
        pass.setBindGroup(index, ...more);
      }
      pass.dispatchWorkgroups(...grid);
      pass.end();
    },
    end: () => undefined,
  };
});

/** How many pipelines have been made so far. */
export const pipelines = () => made;

/** Runs a task and gives the kernels it dispatched, slowest first: milliseconds, how often, the largest grid, the text. */
export async function profile(device, task) {
  const queries = device.createQuerySet({ type: "timestamp", count: 2 * MOST });
  watch = { queries, dispatches: [] };
  await task();
  const { dispatches } = watch;
  watch = undefined;
  const size = 16 * dispatches.length;
  const there = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const here = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(queries, 0, 2 * dispatches.length, there, 0);
  encoder.copyBufferToBuffer(there, 0, here, 0, size);
  device.queue.submit([encoder.finish()]);
  await here.mapAsync(GPUMapMode.READ);
  const ticks = new BigUint64Array(here.getMappedRange());
  const found = new Map();
  dispatches.forEach(({ text, grid }, index) => {
    const ms = Number(ticks[2 * index + 1] - ticks[2 * index]) / 1e6;
    const kernel = found.get(text) ?? { ms: 0, count: 0, grids: {}, text };
    kernel.ms += ms;
    kernel.count += 1;
    const alike = (kernel.grids[grid.join("x")] ??= { count: 0, ms: 0 });
    alike.count += 1;
    alike.ms += ms;
    found.set(text, kernel);
  });
  const first = Number(ticks[0]);
  const last = Number(ticks[2 * dispatches.length - 1]);
  return {
    dispatches: dispatches.length,
    span: (last - first) / 1e6,
    kernels: [...found.values()].sort((left, right) => right.ms - left.ms),
  };
}
