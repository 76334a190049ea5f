// The `test` of these cases: each gets a fresh browser of its project.

import { test as base, expect } from "@playwright/test";

import { ORIGIN } from "../support/environment.ts";
import { firefox } from "./marionette.ts";
import { Tab } from "./tab.ts";
import { webkit } from "./webdriver.ts";

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; start with: cargo xtask test --all-browsers`);
  }
  return value;
}

export const test = base.extend<{ tab: Tab }>({
  // The start page, hydrated.
  tab: async ({}, use, { project }) => {
    const driver =
      project.name === "firefox"
        ? await firefox(need("LACUNA_FIREFOX"))
        : await webkit(need("LACUNA_WEBKIT_DRIVER"), need("LACUNA_WEBKIT"));
    try {
      const tab = new Tab(driver, ORIGIN);
      await tab.goto("/");
      await use(tab);
    } finally {
      await driver.close();
    }
  },
});

export { expect };
