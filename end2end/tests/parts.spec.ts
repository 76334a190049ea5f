// What of the page and of the studio is fetched on demand: when it does not come, and when the network has gone.

import type { BrowserContext, Page } from "@playwright/test";

import { brushSize, download, erase, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { discOnStripes, png } from "../support/pictures.ts";
import { kept } from "../support/sessions.ts";

const file = { name: "floor.png", mimeType: "image/png", buffer: png(discOnStripes(400, 260, [200, 120], 18)) };

/** Two pixels in the rarer of the formats that are decoded here. */
const qoi = {
  name: "two.qoi",
  mimeType: "image/qoi",
  buffer: Buffer.from([
    ...[..."qoif"].map((letter) => letter.charCodeAt(0)),
    ...[0, 0, 0, 2, 0, 0, 0, 1, 3, 0],
    ...[0xfe, 200, 100, 50, 0xfe, 10, 20, 30],
    ...[0, 0, 0, 0, 0, 0, 0, 1],
  ]),
};

/** Lets a part not come until it is told otherwise. */
async function withhold(context: BrowserContext, part: string): Promise<() => Promise<void>> {
  const pattern = `**/split_${part}.wasm`;
  await context.route(pattern, (route) => route.abort());
  return () => context.unroute(pattern);
}

/** Waits until a part has come. */
async function come(page: Page, part: string): Promise<void> {
  const came = (part: string) =>
    performance.getEntriesByType("resource").some(({ name }) => name.endsWith(`/split_${part}.wasm`));
  await expect.poll(() => page.evaluate(came, part)).toBe(true);
}

/** What the browser writes of a part that does not come, and of anything when there is no network. */
const UNFETCHED = /split_\w+\.wasm|Failed to fetch|ERR_INTERNET_DISCONNECTED/;

/** Expects to be told that a part did not come, and takes note, so that the next one is told anew. */
async function missing(page: Page): Promise<void> {
  const notice = page.getByTestId("notice");
  await expect(notice).toHaveAttribute("data-code", "part-unfetched");
  await expect(notice).toContainText("could not be fetched");
  await notice.locator(".dismiss").click();
  await expect(notice).not.toHaveAttribute("data-code", "part-unfetched");
}

test("a page whose part does not come is said, and comes the next time", async ({ app, context, watch }) => {
  const give = await withhold(context, "rest");
  const link = app.getByRole("link", { name: "How it works" }).first();
  await link.click();
  await missing(app);
  await link.click();
  await missing(app);
  expect(new URL(app.url()).pathname).toBe("/");
  await give();
  await link.click();
  await expect(app.getByRole("heading", { level: 1 })).toHaveText("How it works");
  expect(new URL(app.url()).pathname).toBe("/about/");
  await app.goBack();
  await expect(app.getByTestId("file-input")).toBeAttached();
  watch.forgive(UNFETCHED);
});

test("sharing and later tools that do not come cost nothing, and come the next time", async ({ app, context, watch }) => {
  const give = [await withhold(context, "rest"), await withhold(context, "sharing")];
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await app.getByTestId("model-select").selectOption("patch");
  await erase(app);
  await app.getByTestId("share-open").click();
  await missing(app);
  await expect(app.getByRole("dialog")).toHaveCount(0);
  // The choice that leads to another page leaves the choice of a model as it is.
  await app.getByTestId("model-select").selectOption("+");
  await missing(app);
  await expect(app.getByTestId("model-select")).toHaveValue("patch");
  await expect(app.getByTestId("again")).toHaveCount(0);
  await Promise.all(give.map((give) => give()));
  await app.getByTestId("share-open").click();
  await expect(app.getByTestId("share-copy")).toBeEnabled();
  await app.keyboard.press("Escape");
  await app.keyboard.press("?");
  await expect(app.getByRole("dialog")).toHaveCount(1);
  await app.keyboard.press("Escape");
  await expect(app.getByTestId("again")).toBeVisible();
  watch.forgive(UNFETCHED);
});

test("a decoder that does not come is said, and comes the next time", async ({ app, context, watch }) => {
  const give = await withhold(context, "formats");
  await app.getByTestId("file-input").setInputFiles(qoi);
  await missing(app);
  await give();
  await open(app, qoi);
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "2");
  watch.forgive(UNFETCHED);
});

test("without a network an open photo is erased in, saved and followed by another", async ({ app, context, watch }) => {
  // What a worker fetches the context hears of, not the page.
  const decoders = context.waitForEvent("requestfinished", (request) => request.url().endsWith("/split_formats.wasm"));
  await open(app, file);
  await app.getByTestId("model-select").selectOption("patch");
  for (const part of ["rest", "sharing"]) {
    await come(app, part);
  }
  await decoders;
  await context.setOffline(true);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await download(app, "jpeg");
  await app.keyboard.press("?");
  await expect(app.getByRole("dialog")).toHaveCount(1);
  await app.keyboard.press("Escape");
  await open(app, qoi);
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "2");
  watch.forgive(UNFETCHED);
});

test("a page that cannot come to life says so", async ({ page, context, watch }) => {
  await withhold(context, "rest");
  await page.goto("/about/");
  await expect(page.getByRole("alert")).toContainText("could not be fetched");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("How it works");
  watch.forgive(UNFETCHED);
});

test("a kept photo whose reader does not come is not lost", async ({ app, context, watch }) => {
  await open(app, file);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  const give = await withhold(context, "rest");
  await app.reload();
  await hydrated(app);
  await expect(app.getByTestId("notice")).toContainText("still on this device");
  await expect(app.getByTestId("resume-session")).toBeHidden();
  await give();
  await app.reload();
  await hydrated(app);
  await expect(app.getByTestId("resume-session")).toBeVisible();
  watch.forgive(UNFETCHED);
});

test("a host that does not know wasm files serves all parts", async ({ context, page }) => {
  await context.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-type": "application/octet-stream" } });
  });
  await page.goto("/about/");
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("How it works");
});
