// The whole way of a model that works in steps, on WebGPU with a software adapter.

import { test } from "../support/fixtures.ts";
import { wholeWay } from "../support/whole-way.ts";

// A software adapter compiles its first shaders slowly.
test.describe.configure({ timeout: 600_000 });

test("a model of steps goes from the page of models into the photo", async ({ page, watch }) => {
  await wholeWay(page, watch.allow, { provider: "webgpu", steps: 6, timeout: 500_000 });
});
