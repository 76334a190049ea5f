import base from "./playwright.config.ts";

// Playwright runs the cases; the browsers are driven by their own means.
export default {
  ...base,
  testDir: "browsers",
  workers: 1,
  timeout: 300_000,
  projects: [{ name: "firefox" }, { name: "webkit" }],
};
