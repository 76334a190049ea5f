import base from "./playwright.config.ts";

// One after the other and alone: two at once would measure each other.
export default { ...base, testDir: "bench", workers: 1, fullyParallel: false, timeout: 600_000 };
