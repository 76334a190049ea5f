// Links that carry a picture: made in the dialog, opened on a page that starts nothing else.

import jsQR from "jsqr";
import type { Page } from "@playwright/test";

import { CENTRE, eraseDisc, floor, photo } from "../support/disc.ts";
import { download, inState, onPage, open } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { displayP3, pixel, pixelsOf, png } from "../support/pictures.ts";

async function link(page: Page): Promise<string> {
  await expect(page.getByTestId("share-copy")).toBeEnabled();
  return (await page.getByTestId("share-url").textContent()) ?? "";
}

async function choose(page: Page, budget: string): Promise<void> {
  await page.getByTestId("share-budget").locator(`input[value="${budget}"]`).check({ force: true });
}

async function opened(page: Page, url: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(url);
  await hydrated(page);
}

test("a link opens on its own page and shows the result", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  const url = await link(app);
  expect(url).toMatch(/\/s\/#1\.[A-Za-z0-9_-]+$/);
  expect(url.length).toBeLessThanOrEqual(8_000);
  const workers: string[] = [];
  app.on("worker", (worker) => workers.push(worker.url()));
  await opened(app, url);
  await expect(app.getByTestId("shared")).toHaveAttribute("data-state", "shown");
  expect(workers).toEqual([]);
  const result = app.getByTestId("shared-result");
  await expect(result).toBeVisible();
  const size = await result.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  expect((size[0] ?? 0) / (size[1] ?? 1)).toBeCloseTo(400 / 260, 1);
  await expect(app.getByTestId("shared-wipe")).toHaveCount(0);
});

test("each budget holds, and a larger one shows more", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  const lengths: number[] = [];
  for (const [budget, most] of [["chat", 1_900], ["anywhere", 8_000], ["big", 32_000]] as const) {
    await choose(app, budget);
    await expect(app.getByTestId("share-budget")).toHaveAttribute("data-value", budget);
    const url = await link(app);
    expect(url.length).toBeLessThanOrEqual(most);
    lengths.push(url.length);
  }
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
});

test("what was erased is in the link only when asked, and then the page has a wipe", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  await expect(app.getByTestId("share-include-original")).not.toBeChecked();
  const plain = await link(app);
  await app.getByTestId("share-include-original").check();
  await expect.poll(() => link(app)).not.toBe(plain);
  const both = await link(app);
  await opened(app, both);
  await expect(app.getByTestId("shared")).toHaveAttribute("data-state", "shown");
  await app.getByTestId("shared-wipe").fill("0");
  const red = async () => {
    const shot = pixelsOf(await app.locator(".shared-figure").screenshot());
    let red = 0;
    for (let at = 0; at < shot.data.length; at += shot.channels) {
      red += (shot.data[at] ?? 0) > (shot.data[at + 1] ?? 0) + 90 ? 1 : 0;
    }
    return red;
  };
  expect(await red()).toBeGreaterThan(100);
  await app.getByTestId("shared-wipe").fill("100");
  expect(await red()).toBe(0);
});

test("two originals that differ only where it was erased give the same link", async ({ app }) => {
  const links: string[] = [];
  for (const colour of [[220, 20, 30], [10, 200, 90]]) {
    const other = { ...photo, data: new Uint8Array(photo.data) };
    for (let y = 112; y < 128; y++) {
      for (let x = 192; x < 208; x++) {
        other.data.set(colour, (y * 400 + x) * 3);
      }
    }
    await app.goto("/");
    await hydrated(app);
    await eraseDisc(app, other);
    await app.getByTestId("share-open").click();
    links.push(await link(app));
  }
  expect(links[0]).toBe(links[1]);
});

test("the QR code says the link", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  await choose(app, "chat");
  await expect(app.getByTestId("share-about")).toContainText("1,");
  const url = await link(app);
  await app.getByTestId("share-qr").click();
  const code = app.getByTestId("share-qr-code");
  await code.scrollIntoViewIfNeeded();
  // As large as a camera would see it.
  await code.evaluate((svg: SVGElement) => {
    svg.style.width = "700px";
    svg.style.position = "fixed";
    svg.style.inset = "20px auto auto 20px";
    svg.style.zIndex = "99";
  });
  const shot = pixelsOf(await code.screenshot());
  const rgba = new Uint8ClampedArray(shot.width * shot.height * 4);
  for (let pixel = 0; pixel < shot.width * shot.height; pixel++) {
    rgba.set([...shot.data.subarray(pixel * shot.channels, pixel * shot.channels + 3), 255], pixel * 4);
  }
  expect(jsQR.default(rgba, shot.width, shot.height)?.data).toBe(url);
});

test("a cut, altered or hostile link is told in words", async ({ page, watch }) => {
  const cases: [string, string][] = [
    ["", "absent"],
    ["1.", "cut"],
    ["1.AAAAAAA", "altered"],
    ["2.AAAA", "newer"],
    ["<img src=x onerror=alert(1)>", "altered"],
    ["s1.AAECAwQFBgcICQoLDA0ODw.AAEC", "cut"],
    [`1.${"A".repeat(70_000)}`, "altered"],
  ];
  for (const [fragment, fault] of cases) {
    await opened(page, `/s/#${fragment}`);
    const words = page.getByTestId("shared-words");
    await expect(words, fragment.slice(0, 40)).toHaveAttribute("data-fault", fault);
    await expect(words).toContainText("Ask for it").catch(async () => expect(words).toContainText("Reload"));
  }
  expect(watch.complaints).toEqual([]);
});

test("every cut of a good link is called a cut", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  await choose(app, "chat");
  await expect(app.getByTestId("share-about")).toContainText("1,");
  const url = await link(app);
  for (const share of [0.3, 0.7, 0.99]) {
    await opened(app, url.slice(0, Math.floor(url.length * share)));
    await expect(app.getByTestId("shared-words")).toHaveAttribute("data-fault", "cut");
    await expect(app.getByTestId("shared-words")).toContainText("shortened by the app it came through");
  }
});

test("a shared picture can be saved and erased in", async ({ app }) => {
  await eraseDisc(app);
  await app.getByTestId("share-open").click();
  await opened(app, await link(app));
  const [saved] = await Promise.all([app.waitForEvent("download"), app.getByTestId("shared-save").click()]);
  expect(saved.suggestedFilename()).toBe("shared.webp");
  await app.getByTestId("shared-edit").click();
  await inState(app, "ready");
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", /\d+/);
});

/** Presses what saves a file and returns its bytes. */
async function saved(page: Page, id: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId(id).click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

test("a file with history brings undo back, a file without holds nothing of it", async ({ app }) => {
  await eraseDisc(app);
  const save = (id: string) => saved(app, id);
  await app.getByTestId("share-open").click();
  await link(app);
  const withHistory = await save("export-with-history");
  const without = await save("share-download");
  expect(withHistory.includes("laCN")).toBe(true);
  expect(without.includes("laCN")).toBe(false);
  expect(pixelsOf(withHistory).data).toEqual(pixelsOf(without).data);

  await app.goto("/");
  await hydrated(app);
  await app.getByTestId("file-input").setInputFiles({ name: "back.png", mimeType: "image/png", buffer: withHistory });
  await inState(app, "done");
  await expect(app.getByTestId("notice")).toContainText("carries its history");
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.getByTestId("format-select").selectOption("png");
  expect(pixelsOf(await save("download")).data).toEqual(photo.data);
  await app.getByTestId("redo").click();
  expect(pixelsOf(await save("download")).data).toEqual(pixelsOf(without).data);
});

for (const [format, type, mark] of [
  ["jpeg", "image/jpeg", "LACUNA\0"],
  ["webp", "image/webp", "LACN"],
] as const) {
  test(`a ${format} file carries its history, too`, async ({ app }) => {
    await eraseDisc(app);
    await app.getByTestId("format-select").selectOption(format);
    await app.getByTestId("share-open").click();
    await link(app);
    const withHistory = await saved(app, "export-with-history");
    const without = await saved(app, "share-download");
    expect([withHistory.includes(mark), without.includes(mark)]).toEqual([true, false]);

    await app.goto("/");
    await hydrated(app);
    await app.getByTestId("file-input").setInputFiles({ name: "back", mimeType: type, buffer: withHistory });
    await inState(app, "done");
    const after = pixelsOf((await download(app, "png")).bytes);
    await app.getByTestId("undo").click();
    await expect(app.getByTestId("erase")).toBeEnabled();
    const before = pixelsOf((await download(app, "png")).bytes);
    // What was erased comes back as it was, whatever the format did to the rest.
    expect(pixel(before, ...CENTRE)).toEqual([220, 20, 30]);
    expect(pixel(after, ...CENTRE)).not.toEqual([220, 20, 30]);
    expect(pixel(before, 20, 20)).toEqual(pixel(after, 20, 20));
  });
}

test("a link shows the colours that a photo with a profile shows", async ({ app }) => {
  const colour = [180, 60, 40];
  const data = new Uint8Array(400 * 260 * 3).map((_, at) => colour[at % 3] ?? 0);
  await open(app, { name: "p3.png", mimeType: "image/png", buffer: png({ ...photo, data }, displayP3()) });
  const { x, y } = await onPage(app, 40, 40);
  const shown = pixel(pixelsOf(await app.screenshot({ clip: { x, y, width: 4, height: 4 } })), 1, 1);
  // The profile is at work: as they stand the numbers are another red.
  expect(Math.abs((shown[0] ?? 0) - 180)).toBeGreaterThan(8);
  await app.getByTestId("share-open").click();
  await opened(app, await link(app));
  await expect(app.getByTestId("shared")).toHaveAttribute("data-state", "shown");
  const shared = pixelsOf(await app.getByTestId("shared-result").screenshot());
  const arrived = pixel(shared, Math.round(shared.width / 10), Math.round(shared.height / 6));
  for (const channel of [0, 1, 2]) {
    expect(Math.abs((arrived[channel] ?? 0) - (shown[channel] ?? 0)), `channel ${channel}`).toBeLessThanOrEqual(5);
  }
});

test("a link is copied, and copied again by who gets it", async ({ app, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = () => app.evaluate(() => navigator.clipboard.readText());
  await open(app, floor());
  await app.getByTestId("share-open").click();
  const url = await link(app);
  await app.getByTestId("share-copy").click();
  await expect(app.locator(".share .said")).toHaveText("Link copied.");
  expect(await clipboard()).toBe(url);
  await opened(app, url);
  await app.evaluate(() => navigator.clipboard.writeText("something else"));
  await app.getByTestId("shared-copy").click();
  await expect(app.locator(".shared .said")).toHaveText("Link copied.");
  expect(await clipboard()).toBe(url);
});

// Chromium has no share sheet on every system, and a test could not look into it: this one takes its place.
type Sheet = { canShare(data: ShareData): boolean; share(data: ShareData): Promise<void>; handed?: ShareData };

test("picture and link are handed to the system's sheet", async ({ page }) => {
  await page.addInitScript(() => {
    const sheet = navigator as unknown as Sheet;
    sheet.canShare = ({ files = [] }) => files.every(({ type }) => type.startsWith("image/"));
    sheet.share = async (data) => {
      sheet.handed = data;
    };
  });
  await page.goto("/");
  await hydrated(page);
  await eraseDisc(page);
  await page.getByTestId("share-open").click();
  const url = await link(page);
  const handed = () =>
    page.evaluate(async () => {
      const data = (navigator as unknown as Sheet).handed;
      const file = data?.files?.[0];
      return file && { url: data.url, name: file.name, type: file.type, bytes: [...new Uint8Array(await file.arrayBuffer())] };
    });
  // The picture is made when the link is there; a press before that says so.
  await expect(async () => {
    await page.getByTestId("share-sheet").click();
    expect(await handed()).toBeTruthy();
  }).toPass();
  const data = await handed();
  expect([data?.url, data?.type]).toEqual([url, "image/png"]);
  expect(data?.name).toMatch(/^floor.*\.png$/);
  const picture = pixelsOf(Uint8Array.from(data?.bytes ?? []));
  expect([picture.width, picture.height]).toEqual([400, 260]);
  expect(pixel(picture, 20, 20)).toEqual(pixel(photo, 20, 20));
  expect(pixel(picture, ...CENTRE)).not.toEqual(pixel(photo, ...CENTRE));
});

test("without a sheet there is no button for it", async ({ page }) => {
  await page.addInitScript(() => {
    (navigator as unknown as Sheet).canShare = () => false;
  });
  await page.goto("/");
  await hydrated(page);
  await open(page, floor());
  await page.getByTestId("share-open").click();
  await link(page);
  await expect(page.getByTestId("share-sheet")).toBeHidden();
  await expect(page.getByTestId("share-picture")).toBeVisible();
  await expect(page.getByTestId("share-download")).toBeVisible();
});
