import { defineConfig } from "@playwright/test";

import { CHROMIUM, ORIGIN, PORT, SERVER, SITE } from "./support/environment.ts";

// Nothing that a browser does on its own may look like a request of the page.
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

function launch(...flags: string[]) {
  return {
    executablePath: CHROMIUM,
    // Test machines often run as root in a container, where the sandbox cannot start.
    chromiumSandbox: false,
    args: [...QUIET, ...flags],
  };
}

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // A failure is a failure: a test that passes on the second try hides something.
  retries: 0,
  forbidOnly: true,
  workers: 2,
  fullyParallel: true,
  // An erase of a large hole on a busy machine with two cores takes most of a minute.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: ORIGIN,
    trace: "retain-on-failure",
    viewport: { width: 1280, height: 800 },
  },
  projects: [
    // Without the flag below there is no adapter: the plain path, which every browser has.
    { name: "chromium", testIgnore: "**/*.webgpu.spec.ts", use: { launchOptions: launch() } },
    // A software adapter, for what runs on WebGPU.
    {
      name: "webgpu",
      testMatch: "**/*.webgpu.spec.ts",
      use: { launchOptions: launch("--enable-unsafe-webgpu") },
    },
  ],
  webServer: {
    command: `"${SERVER}" serve "${SITE}" 127.0.0.1:${PORT}`,
    url: ORIGIN,
    reuseExistingServer: false,
  },
});
