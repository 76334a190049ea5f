// The exported pages come to life, at the root and under another path.

import { SUB_PATH, SUB_SITE } from "../support/environment.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { serveFolder } from "../support/static-host.ts";

test("the page says something before any script has run", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("body")).not.toBeEmpty();
  await expect(page).toHaveTitle(/Lacuna/);
  await context.close();
});

test("the start page comes to life and is isolated", async ({ app }) => {
  expect(await app.evaluate(() => crossOriginIsolated)).toBe(true);
});

test("a deep link and a page that does not exist come to life", async ({ page, watch }) => {
  await page.goto("/about/");
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  const response = await page.goto("/nowhere/at/all");
  expect(response?.status()).toBe(404);
  await hydrated(page);
  // The browser itself reports the status of the page as an error.
  const expected = watch.complaints.splice(0).filter((text) => !text.includes("404"));
  expect(expected).toEqual([]);
});

test("the worker's script is where the page says", async ({ app }) => {
  const answer = await app.evaluate(async () => {
    const url = document.querySelector<HTMLMetaElement>("meta[name=lacuna-studio]")?.content;
    const response = await fetch(url ?? "");
    return [response.status, response.headers.get("content-type")];
  });
  expect(answer).toEqual([200, "text/javascript"]);
});

test("the site works under a sub-path of a plain static host", async ({ page, watch }) => {
  const host = await serveFolder(SUB_SITE, SUB_PATH);
  watch.allow(host.origin);
  try {
    for (const path of ["", "about/"]) {
      await page.goto(`${host.origin}${SUB_PATH}${path}`);
      await hydrated(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    }
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const outside = await page.evaluate(
      (base) =>
        performance
          .getEntriesByType("resource")
          .map((entry) => new URL(entry.name).pathname)
          .filter((path) => !path.startsWith(base)),
      SUB_PATH,
    );
    expect(outside).toEqual([]);
  } finally {
    await host.close();
  }
});
