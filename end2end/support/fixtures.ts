// The `test` of this project: every page is watched, and a test fails when the page asks a foreign
// host for anything, breaks the content security policy or writes an error to the console.

import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";

import { ORIGIN } from "./environment.ts";

/** What a test hears of a page that misbehaves, and what it excuses. */
export interface Watch {
  /** What went wrong so far. A test that provokes an error takes it out again. */
  readonly complaints: string[];
  /** Lets the page talk to one more origin, such as a second server of the test's own. */
  allow(origin: string): void;
  /** Takes out what a test provoked and the browser wrote to the console. */
  forgive(provoked: RegExp): void;
}

export const test = base.extend<{ watch: Watch; app: Page }>({
  watch: [
    async ({ context }, use) => {
      const origins = new Set([ORIGIN]);
      const complaints: string[] = [];
      watchContext(context, origins, complaints);
      const forgive = (provoked: RegExp) => {
        const rest = complaints.filter((text) => !provoked.test(text));
        complaints.splice(0, complaints.length, ...rest);
      };
      await use({ complaints, allow: (origin) => origins.add(origin), forgive });
      expect(complaints, "foreign requests, policy violations and console errors").toEqual([]);
    },
    { auto: true },
  ],
  // The start page, hydrated: before that a click goes nowhere.
  app: async ({ page }, use) => {
    await page.goto("/");
    await hydrated(page);
    await use(page);
  },
});

export { expect };

/** Waits until the page has come to life. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

function watchContext(context: BrowserContext, origins: Set<string>, complaints: string[]): void {
  // Requests of workers belong to the context, not to a page.
  context.on("request", (request) => {
    const url = new URL(request.url());
    const local = url.protocol === "blob:" || url.protocol === "data:";
    if (!local && !origins.has(url.origin)) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  context.on("console", (message) => {
    // Chromium reports violations of the policy here as errors, too.
    if (message.type() === "error") {
      complaints.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => {
    complaints.push(`uncaught: ${error.error().message}`);
  });
}
