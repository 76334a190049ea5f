import base from "./playwright.config.ts";

// Pictures of every state for people to look at; nothing is asserted about how they look.
export default { ...base, testDir: "looks", timeout: 300_000 };
