// Models in use: in parts, on a device that lacks something, without a network, deleted under the hand that paints.

import { createHash } from "node:crypto";

import { type BrowserContext, type Page } from "@playwright/test";

import { brushSize, download, erase, inState as editorIn, open, paint } from "../support/editor.ts";
import { expect, hydrated, test, type Watch } from "../support/fixtures.ts";
import { held, serveModel } from "../support/model-host.ts";
import { GREEN, ranOn } from "../support/models.ts";
import { discOnStripes, pixel, pixelsOf, png } from "../support/pictures.ts";
import { committed, end, entry, FAILED_REQUEST, green, inState, LONG, models, more, noise, parts, row, stepsFrom, stored, world, type World } from "../support/store.ts";

test.describe.configure({ timeout: 240_000 });
const RUN = 180_000;

const file = noise(900_000);
const photo = discOnStripes(400, 260, [200, 120], 18);

/** Opens the photo on the start page of a site and chooses a model. */
async function choose(page: Page, { site }: World, id: string): Promise<void> {
  await page.goto(`${site.origin}/`);
  await hydrated(page);
  await open(page, { name: "floor.png", mimeType: "image/png", buffer: png(photo) });
  const select = page.getByTestId("model-select");
  await expect(select.locator(`option[value=${id}]`)).toHaveCount(1, { timeout: LONG });
  await select.selectOption(id);
}

async function paintDisc(page: Page): Promise<void> {
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
}

async function expectGreen(page: Page): Promise<void> {
  const middle = pixel(pixelsOf((await download(page, "png")).bytes), 200, 120);
  GREEN.forEach((value, channel) => expect(Math.abs((middle[channel] ?? 0) - value)).toBeLessThanOrEqual(1));
}

/** A site whose list has the model that fills everything with one green, and that model fetched. */
async function withGreen(page: Page, watch: Watch): Promise<World> {
  const host = await serveModel(held(green));
  const here = await world([host], [entry("green", green, [`${host.origin}/x`])]);
  [here.site, host].forEach(({ origin }) => watch.allow(origin));
  await models(page, here);
  await row(page, "green").getByTestId("model-download").click();
  await inState(page, "green", "stored");
  return here;
}

/** A site whose list has a model of steps; that model fetched, chosen for an open photo, and its settings open. */
async function withSteps(page: Page, watch: Watch): Promise<{ here: World; model: object }> {
  const { hosts, model } = await stepsFrom((bytes) => serveModel(held(bytes)));
  const here = await world(hosts, [], { models: [model] });
  [here.site, ...hosts].forEach(({ origin }) => watch.allow(origin));
  await models(page, here);
  await row(page, "moebius").getByTestId("model-download").click();
  await inState(page, "moebius", "stored");
  await choose(page, here, "moebius");
  await page.getByTestId("steps-settings").click();
  await page.getByTestId("param-steps").fill("6");
  return { here, model };
}

/** The graph of a feed-forward model of so few bytes that nobody need be asked before it is fetched. */
function entryOf(url: string): object {
  return { role: "generator", artifact: { urls: [url], bytes: green.length, sha256: createHash("sha256").update(green).digest("hex") } };
}

/** Goes to the page of models, or back, without leaving the document. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
}

test("a model in parts comes from a host for each, over a mirror and a cut", async ({ page, watch }) => {
  const pieces = [file.subarray(0, 400_000), file.subarray(400_000, 800_000), file.subarray(800_000)];
  const hosts = await Promise.all(pieces.map((piece) => serveModel(held(piece))));
  const gone = await serveModel(held(file));
  gone.answers = [{ kind: "status", status: 404 }];
  const [first, second, third] = hosts.map(({ origin }) => `${origin}/part`);
  if (hosts[1] === undefined) {
    throw new Error("there are three parts");
  }
  hosts[1].answers = [{ kind: "cut", after: 150_000 }, { kind: "honest" }];
  const urls = [[first ?? ""], [`${gone.origin}/part`, second ?? ""], [third ?? ""]];
  const model = { ...entry("large", file, []), parts: parts(pieces, urls) };
  const here = await world([...hosts, gone], [model]);
  [here.site, ...here.hosts].forEach(({ origin }) => watch.allow(origin));
  await models(page, here);
  await row(page, "large").getByTestId("model-download").click();
  await inState(page, "large", "stored");
  expect(await stored(page)).toEqual([model.sha256]);
  expect(hosts.map(({ asked }) => asked.map(({ range }) => range))).toEqual([[undefined], [undefined, "bytes=150000-"], [undefined]]);
  await more(page, "large", "model-verify");
  await inState(page, "large", "stored");
  watch.forgive(FAILED_REQUEST);
  await end(here);
});

test("a download that cannot fit is not begun, and says what it takes", async ({ page, watch }) => {
  const host = await serveModel(held(file));
  const little = (path: string, bytes: Buffer) =>
    path.endsWith("/keeper/browser.js")
      ? Buffer.concat([Buffer.from("navigator.storage.estimate = async () => ({ usage: 100_000, quota: 600_000 });\n"), bytes])
      : bytes;
  const here = await world([host], [entry("large", file, [`${host.origin}/large.onnx`])], { edit: little });
  [here.site, host].forEach(({ origin }) => watch.allow(origin));
  await models(page, here);
  await row(page, "large").getByTestId("model-download").click();
  await inState(page, "large", "failed");
  await expect(row(page, "large").locator(".line")).toContainText("not enough room");
  await expect(row(page, "large").locator(".line")).toContainText("takes 900 KB more, and 500 KB are free");
  expect(host.asked).toEqual([]);
  expect(await stored(page)).toEqual([]);
  await end(here);
});

test("what a device lacks is said before anything is fetched", async ({ page, watch }) => {
  const host = await serveModel(held(green));
  const urls = [`${host.origin}/x`];
  const here = await world([host], [
    { ...entry("hungry", green, urls), needs: { memory: 900_000_000_000 } },
    { ...entry("drawn", green, urls), needs: { webgpu: "wanted" } },
    { ...entry("modest", green, urls), needs: { memory: 1_000_000 } },
  ]);
  watch.allow(here.site.origin);
  await models(page, here);
  await expect(row(page, "drawn").locator(".line")).toContainText("no graphics card");
  await expect(row(page, "hungry").locator(".line")).toContainText("about 900.00 GB of memory");
  await expect(row(page, "modest").locator(".line")).toHaveText("");
  expect(host.asked).toEqual([]);
  await end(here);
});

test("a list that does not come is asked for again", async ({ page, watch }) => {
  const here = await world([], []);
  watch.allow(here.site.origin);
  await page.context().route("**/model-manifest.json", (route) => route.abort());
  await page.goto(`${here.site.origin}/models/`);
  await hydrated(page);
  await expect(page.getByTestId("notice")).toHaveAttribute("data-code", "model-fetch", { timeout: LONG });
  await expect(page.getByText("Looking at what is here")).toBeHidden();
  await page.context().unroute("**/model-manifest.json");
  await page.getByTestId("models-look").click();
  await expect(row(page, "swift")).toBeVisible({ timeout: LONG });
  await expect(page.getByTestId("models-look")).toBeHidden();
  watch.forgive(FAILED_REQUEST);
  await end(here);
});

test("a row says that its model is loading, and then that it is in use", async ({ page, watch }) => {
  const here = await withGreen(page, watch);
  // Swift comes with the site, and is kept as soon as a photo is open.
  await choose(page, here, "green");
  await expect.poll(() => stored(page), { timeout: LONG }).toContain(committed.models[0].graphs[0].artifact.sha256);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.context().route("**/ort.wasm.min.mjs", async (route) => {
    await released;
    await route.continue();
  });
  await choose(page, here, "green");
  await paintDisc(page);
  await page.getByTestId("erase").click();
  await editorIn(page, "running");
  await follow(page, "/models/");
  // Swift is made ready first, as soon as a photo is open; what is asked for waits behind it.
  await inState(page, "swift", "loading");
  release();
  await inState(page, "swift", "ready");
  await inState(page, "green", "ready");
  await follow(page, "/");
  await editorIn(page, "done", RUN);
  await expectGreen(page);
  await end(here);
});

test("what ran with a network runs without one, once the page is there", async ({ page, watch }) => {
  const here = await withGreen(page, watch);
  await choose(page, here, "green");
  await paintDisc(page);
  await erase(page, RUN);
  // The page comes anew; then site and hosts are gone for good, before anything of the runtime is asked for.
  await page.goto(`${here.site.origin}/`);
  await hydrated(page);
  await page.getByTestId("model-select").waitFor({ state: "attached" });
  await end(here);
  await open(page, { name: "floor.png", mimeType: "image/png", buffer: png(photo) });
  const select = page.getByTestId("model-select");
  await expect(select.locator("option[value=green]")).toHaveCount(1, { timeout: LONG });
  await select.selectOption("green");
  await paintDisc(page);
  await erase(page, RUN);
  expect(await ranOn(page)).toBe("wasm");
  await expectGreen(page);
  // Swift, which comes with the site, was kept as well.
  await select.selectOption("swift");
  await page.getByTestId("again").click();
  await expect(page.getByTestId("variant-count")).toHaveText("2 of 2", { timeout: RUN });
  await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");
  watch.forgive(FAILED_REQUEST);
});

/**
 * Holds a word of the studio to the runtime back until it is released: the one that `name`s what is asked of a role.
 * Comes back once such a word is there.
 */
async function heldBack(context: BrowserContext, name: "hold" | "run", role: string): Promise<void> {
  await context.addInitScript(
    ([name = "", role = ""]) => {
      const Channel = MessageChannel;
      const moves = (part: unknown) => part instanceof ArrayBuffer || part instanceof MessagePort;
      const pass = (from: MessagePort, to: MessagePort) => {
        from.onmessage = ({ data }) => {
          const words = data.body?.[name];
          const send = () => to.postMessage(data, (data.parts ?? []).filter(moves));
          if (words?.role === role || words?.roles?.[0] === role) {
            Object.assign(window, { release: send });
          } else {
            send();
          }
        };
      };
      window.MessageChannel = class {
        port1: MessagePort;
        port2: MessagePort;
        constructor() {
          const [left, right] = [new Channel(), new Channel()];
          pass(left.port2, right.port2);
          pass(right.port2, left.port2);
          [this.port1, this.port2] = [left.port1, right.port1];
        }
      } as typeof MessageChannel;
    },
    [name, role],
  );
}

/** A second tab that throws a model away while a word is held back. */
async function deleteMeanwhile(page: Page, here: World, id: string): Promise<void> {
  await page.waitForFunction(() => "release" in window, undefined, { timeout: RUN });
  const other = await page.context().newPage();
  await models(other, here);
  await more(other, id, "model-delete");
  await inState(other, id, "absent");
  await other.close();
  await page.evaluate(() => (window as never as { release(): void }).release());
}

test("a model that is deleted while it runs finishes what it began, and is then no longer there", async ({ page, watch, context }) => {
  await heldBack(context, "run", "vae-decoder");
  const { here, model } = await withSteps(page, watch);
  await page.keyboard.press("Escape");
  await paintDisc(page);
  await page.getByTestId("erase").click();
  await deleteMeanwhile(page, here, "moebius");
  expect(await stored(page)).not.toContain((model as { graphs: { artifact: { sha256: string } }[] }).graphs[0]?.artifact.sha256);
  await editorIn(page, "done", RUN);
  await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");
  await expect(page.getByTestId("model-select")).toHaveValue("auto");
  await expect(page.getByTestId("model-select").locator("option[value=moebius]")).toHaveCount(0);
  await end(here);
});

test("a model of which a part is still to be loaded when it is deleted gives way in words", async ({ page, watch, context }) => {
  await heldBack(context, "hold", "vae-decoder");
  const { here } = await withSteps(page, watch);
  await page.getByTestId("param-memory").selectOption("least");
  await page.keyboard.press("Escape");
  await paintDisc(page);
  await page.getByTestId("erase").click();
  await deleteMeanwhile(page, here, "moebius");
  await editorIn(page, "done", RUN);
  // The decoder cannot come any more: what the quick way made stays, and the page says why.
  await expect(page.getByTestId("notice")).toHaveAttribute("data-code", "model-absent");
  const times = JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "");
  expect(times.decode).toBeUndefined();
  const [red = 0, grass = 0] = pixel(pixelsOf((await download(page, "png")).bytes), 200, 120);
  expect(red).toBeLessThan(grass + 60);
  // It comes back, and works again.
  await follow(page, "/models/");
  await row(page, "moebius").getByTestId("model-download").click();
  await inState(page, "moebius", "stored");
  await follow(page, "/");
  await page.getByTestId("model-select").selectOption("moebius");
  await page.evaluate(() => delete (window as never as { release?: unknown }).release);
  await page.getByTestId("again").click();
  await page.waitForFunction(() => "release" in window, undefined, { timeout: RUN });
  await page.evaluate(() => (window as never as { release(): void }).release());
  await expect(page.getByTestId("variant-count")).toHaveText("2 of 2", { timeout: RUN });
  expect(JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "").decode).toBeGreaterThan(0);
  await end(here);
});

test("a model that lies on the site itself can be chosen at once", async ({ page, watch }) => {
  const swift = committed.models[0];
  const own = { ...swift, id: "own", title: "Our own", graphs: [entryOf("models/own.onnx")] };
  // As the export says it in the pages of a site with such a list.
  const said = (html: Buffer) =>
    Buffer.from(html.toString().replace("<title>", '<meta name="lacuna-own-models" content="yes"><title>'));
  const here = await world([], [], {
    models: [own],
    edit: (path, bytes) => (path === "" ? said(bytes) : bytes),
  });
  watch.allow(here.site.origin);
  await choose(page, here, "own");
  await expect(page.getByTestId("model-select")).toHaveValue("own");
  await end(here);
});
