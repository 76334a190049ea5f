// The whole way of a model that works in steps, on the processor.

import { test } from "../support/fixtures.ts";
import { wholeWay } from "../support/whole-way.ts";

test.describe.configure({ timeout: 300_000 });

test("a model of steps goes from the page of models into the photo", async ({ page, watch }) => {
  await wholeWay(page, watch.allow, { provider: "wasm", steps: 20, timeout: 200_000 });
});
