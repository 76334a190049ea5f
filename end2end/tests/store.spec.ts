// Full-size links, with a real server as the store: what it sees, what happens when it fails.

import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

import { eraseDisc, floor } from "../support/disc.ts";
import { open } from "../support/editor.ts";
import { STORE_SITE } from "../support/environment.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { serveFolder, type StaticHost } from "../support/static-host.ts";
import { ObjectStore } from "../support/object-store.ts";

// One store at one port: its tests run one after the other.
test.describe.configure({ mode: "serial" });

let host: StaticHost;
let store: ObjectStore;

test.beforeAll(async () => {
  host = await serveFolder(STORE_SITE, "/");
  store = new ObjectStore();
});

test.afterAll(async () => {
  await store.end();
  await host.close();
});

async function dialog(page: Page): Promise<void> {
  await page.goto(`${host.origin}/`);
  await hydrated(page);
  await eraseDisc(page);
  await page.getByTestId("share-open").click();
  await expect(page.getByTestId("share-copy")).toBeEnabled();
}

async function opened(page: Page, url: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(url);
  await hydrated(page);
}

test("a full-size link: the store sees ciphertext, the page the picture", async ({ page, watch }) => {
  watch.allow(host.origin);
  watch.allow(store.origin);
  await store.start("good");
  await dialog(page);
  await expect(page.locator(".share-more").first()).toContainText("deleted after 30 days");
  await page.getByTestId("share-full").click();
  const link = page.getByTestId("share-full-url");
  await expect(link).toContainText("#s1.");
  const url = (await link.textContent()) ?? "";
  expect(url).toMatch(/\/s\/#s1\.[\w-]{22}\.[\w-]{43}$/);
  const [name] = store.objects();
  expect(store.objects()).toHaveLength(1);
  const object = readFileSync(join(store.objectFolder, name ?? ""));
  expect(object.subarray(0, 6).toString("latin1")).toBe("LACUNA");
  expect(object.includes("PNG")).toBe(false);
  expect(url).toContain(name ?? "");

  await opened(page, url);
  await expect(page.getByTestId("shared")).toHaveAttribute("data-state", "shown");
  const size = await page
    .getByTestId("shared-result")
    .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  expect(size).toEqual([400, 260]);

  // Another key, another name, a cut object, none.
  const fault = async (link: string, word: string) => {
    await opened(page, link);
    await expect(page.getByTestId("shared-words")).toHaveAttribute("data-fault", word);
  };
  const key = url.slice(-43);
  const other = (key.startsWith("A") ? "B" : "A") + key.slice(1);
  await fault(url.slice(0, -43) + other, "key");
  const path = join(store.objectFolder, name ?? "");
  writeFileSync(path, object.subarray(0, object.length - 40));
  await fault(url, "key");
  truncateSync(path, 30);
  await fault(url, "object-cut");
  writeFileSync(path, object);

  // My links: deleted from the store, and then the link opens nothing.
  await dialog(page);
  await page.getByTestId("share-mine").locator("summary").click();
  await page.getByTestId("share-delete").click();
  await expect.poll(() => store.objects()).toEqual([]);
  watch.complaints.length = 0;
  await fault(url, "gone");
  // The browser itself writes of an answer of 404.
  expect(watch.complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
  watch.complaints.length = 0;
});

for (const [mood, code] of [
  ["too-large", "store-too-large"],
  ["forbidden", "store-forbidden"],
  ["broken", "store-failed"],
  ["gone-away", "store-unreachable"],
  ["silent", "store-unreachable"],
] as const) {
  test(`a store that is ${mood} is told in words and nothing is lost`, async ({ page, watch }) => {
    watch.allow(host.origin);
    watch.allow(store.origin);
    await store.start(mood);
    await dialog(page);
    await page.getByTestId("share-full").click();
    const about = page.getByTestId("share-full-about");
    await expect(about).toHaveAttribute("data-code", code, { timeout: 40_000 });
    await expect(about).not.toBeEmpty();
    await expect(page.getByTestId("share-full")).toBeEnabled();
    await expect(page.getByTestId("share-copy")).toBeEnabled();
    expect(store.objects()).toEqual([]);
    // The browser itself writes of such answers.
    expect(watch.complaints.filter((complaint) => !complaint.includes("Failed to load resource"))).toEqual([]);
    watch.complaints.length = 0;
  });
}

for (const mood of ["closed", "ailing"] as const) {
  test(`a link to a store that is ${mood} when asked says whose fault it is, and opens later`, async ({ page, watch }) => {
    watch.allow(host.origin);
    watch.allow(store.origin);
    await store.start(mood);
    await dialog(page);
    await page.getByTestId("share-full").click();
    const link = page.getByTestId("share-full-url");
    await expect(link).toContainText("#s1.");
    const url = (await link.textContent()) ?? "";
    watch.complaints.length = 0;
    await opened(page, url);
    const words = page.getByTestId("shared-words");
    await expect(words).toHaveAttribute("data-fault", "store");
    await expect(words).toContainText("store");
    // The browser itself writes of such answers.
    expect(watch.complaints.filter((complaint) => !complaint.includes("Failed to load resource"))).toEqual([]);
    watch.complaints.length = 0;
    await store.start("good");
    await opened(page, url);
    await expect(page.getByTestId("shared")).toHaveAttribute("data-state", "shown");
  });
}

test("a link to a store that never answers is told in words", async ({ page, watch }) => {
  watch.allow(host.origin);
  watch.allow(store.origin);
  await store.start("silent");
  await opened(page, `${host.origin}/s/#s1.AAECAwQFBgcICQoLDA0ODw.AAEEECRAZKQ0ARSE_KXVwYAhyo5ZZMwpQTo-r_vIwIE`);
  await expect(page.getByTestId("shared")).toHaveAttribute("data-state", "reading");
  await expect(page.getByTestId("shared-words")).toHaveAttribute("data-fault", "unreachable", { timeout: 40_000 });
  expect(watch.complaints.filter((complaint) => !complaint.includes("Failed to load resource"))).toEqual([]);
  watch.complaints.length = 0;
});

test("without a store the page offers none", async ({ app }) => {
  await open(app, floor());
  await app.getByTestId("share-open").click();
  await expect(app.getByTestId("share-copy")).toBeEnabled();
  await expect(app.getByTestId("share-full")).toBeHidden();
});
