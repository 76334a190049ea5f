// A model that works in steps, on WebGPU with a software adapter.

import { expect, test } from "../support/fixtures.ts";
import { ranOn, stepsModel } from "../support/models.ts";
import { followReference } from "../support/steps.ts";

// A software adapter compiles its first shaders slowly.
test.describe.configure({ timeout: 600_000 });

test("every step is the reference's: noise", async ({ page, context }) => {
  await stepsModel(context);
  await followReference(page, "noise", 1e-3, 560_000);
  expect(await ranOn(page)).toBe("webgpu");
  // The way that is exact is the fast one: a small model stays, so the UNet's commands are recorded and played again.
  const times = JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "");
  expect(times).toMatchObject({ sessions: 3, compiledSessions: 3, capturedSessions: 1 });
});
