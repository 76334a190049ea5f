import base from "./playwright.config.ts";

// One after the other and alone: two at once would measure each other. Nor is anything recorded, for a recording takes
// pictures of the page and copies of what it fetches all the while.
export default {
  ...base,
  testDir: "bench",
  workers: 1,
  fullyParallel: false,
  timeout: 600_000,
  use: { ...base.use, trace: "off" },
};
