// What axe finds, in every state and in both schemes: nothing serious.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { brushSize, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { standIn, stepsModel } from "../support/models.ts";
import { discOnStripes, png } from "../support/pictures.ts";

const file = {
  name: "floor.png",
  mimeType: "image/png",
  buffer: png(discOnStripes(400, 260, [200, 120], 18)),
};

const screens = [
  { name: "a wide screen", viewport: { width: 1280, height: 800 }, hasTouch: false },
  { name: "a phone", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
];

async function serious(page: Page): Promise<string[]> {
  // What fades in has its colours only when it is there.
  await page.waitForFunction(() => document.getAnimations().every((it) => it.playState !== "running"));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

for (const { name, ...screen } of screens) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${name}, ${colorScheme}`, () => {
      test.use({ ...screen, colorScheme });

      test("axe finds nothing in the editor", async ({ app, context }) => {
        await expect(app.locator(".card img").first()).toBeVisible();
        expect(await serious(app), "empty").toEqual([]);

        await open(app, file);
        await brushSize(app, 60);
        await paint(app, [[185, 120], [215, 120]]);
        expect(await serious(app), "painted").toEqual([]);

        await app.locator(".menu-button").click();
        await expect(app.locator("#menu")).toBeVisible();
        expect(await serious(app), "menu").toEqual([]);
        await app.keyboard.press("Escape");

        await app.keyboard.press("?");
        await expect(app.locator("#help")).toBeVisible();
        expect(await serious(app), "help").toEqual([]);
        await app.keyboard.press("Escape");

        await erase(app);
        expect(await serious(app), "done").toEqual([]);

        await app.getByTestId("share-open").click();
        // Only a short link has a QR code.
        await app.getByTestId("share-budget").locator('input[value="chat"]').check({ force: true });
        await expect(app.getByTestId("share-copy")).toBeEnabled();
        await app.getByTestId("share-qr").click();
        expect(await serious(app), "share").toEqual([]);
        await app.keyboard.press("Escape");

        await standIn(context, "slow");
        await app.reload();
        await hydrated(app);
        await expect(app.getByTestId("resume-session")).toBeVisible();
        expect(await serious(app), "offered").toEqual([]);
        await open(app, file);
        await paint(app, [[185, 120], [215, 120]]);
        await app.getByTestId("model-select").selectOption("swift");
        await app.getByTestId("erase").click();
        await inState(app, "running");
        expect(await serious(app), "running").toEqual([]);
        await app.getByTestId("cancel").click();
        await inState(app, "ready");

        await app.getByTestId("file-input").setInputFiles({ ...file, buffer: Buffer.from("no picture") });
        await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-unsupported");
        expect(await serious(app), "refused").toEqual([]);
      });

      test("axe finds nothing on the page of models and in the panel of steps", async ({ page, context }) => {
        await stepsModel(context);
        await page.goto("/models/");
        await hydrated(page);
        const row = page.getByTestId("model-row-swift");
        await expect(row).toBeVisible();
        expect(await serious(page), "models").toEqual([]);

        await row.getByTestId("model-download").click();
        await expect(row).toHaveAttribute("data-state", "stored");
        await row.locator(".more summary").click();
        await expect(row.getByTestId("model-delete")).toBeVisible();
        expect(await serious(page), "a row's menu").toEqual([]);

        await page.goto("/");
        await hydrated(page);
        await open(page, file);
        await page.getByTestId("model-select").selectOption("moebius");
        await page.getByTestId("steps-settings").click();
        await expect(page.getByTestId("param-seed")).toBeVisible();
        expect(await serious(page), "steps").toEqual([]);
      });

      test("axe finds nothing on a shared picture", async ({ app }) => {
        await open(app, file);
        await brushSize(app, 60);
        await paint(app, [[185, 120], [215, 120]]);
        await erase(app);
        await app.getByTestId("share-open").click();
        await app.getByTestId("share-include-original").check();
        await expect(app.getByTestId("share-copy")).toBeEnabled();
        const url = (await app.getByTestId("share-url").textContent()) ?? "";
        for (const [link, state] of [[url, "shown"], [url.slice(0, -20), "failed"]] as const) {
          await app.goto("about:blank");
          await app.goto(link);
          await expect(app.getByTestId("shared")).toHaveAttribute("data-state", state);
          expect(await serious(app), state).toEqual([]);
        }
      });

      test("axe finds nothing on pages of text", async ({ page, watch }) => {
        for (const path of ["/about/", "/nowhere/"]) {
          await page.goto(path);
          expect(await serious(page), path).toEqual([]);
        }
        // The browser counts the page that is not there as an error, which is right.
        expect(watch.complaints.splice(0).join()).toMatch(/^console: [^,]*404[^,]*nowhere[^,]*$/);
      });
    });
  }
}
