// A model of the Moebius contract all the way, as a person goes it: found on the page of models, downloaded, verified,
// kept, chosen, run step by step, put into the photo, saved.

import { type Page } from "@playwright/test";

import { brushSize, download, inState as editorIn, open, paint } from "./editor.ts";
import { expect, hydrated } from "./fixtures.ts";
import { held, serveModel } from "./model-host.ts";
import { ranOn } from "./models.ts";
import { discOnStripes, pixel, pixelsOf, png } from "./pictures.ts";
import { end, inState, LONG, models, more, row, stepsFrom, stored, world } from "./store.ts";

/** Goes it. `allow` lets the page ask an origin. */
export async function wholeWay(
  page: Page,
  allow: (origin: string) => void,
  { provider, steps, timeout }: { provider: string; steps: number; timeout: number },
): Promise<void> {
  const { hosts, model } = await stepsFrom((bytes) => serveModel(held(bytes)));
  const here = await world(hosts, [], { models: [model] });
  [here.site, ...hosts].forEach(({ origin }) => allow(origin));

  await models(page, here);
  await inState(page, "moebius", "absent");
  await row(page, "moebius").getByTestId("model-download").click();
  await inState(page, "moebius", "stored");
  const digests = (model as { graphs: { artifact: { sha256: string } }[] }).graphs.map(({ artifact }) => artifact.sha256);
  expect(await stored(page)).toEqual(expect.arrayContaining(digests));
  await more(page, "moebius", "model-verify");
  await inState(page, "moebius", "stored");
  expect(hosts.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);

  await page.goto(`${here.site.origin}/`);
  await hydrated(page);
  const photo = discOnStripes(400, 260, [200, 120], 18);
  await open(page, { name: "floor.png", mimeType: "image/png", buffer: png(photo) });
  const select = page.getByTestId("model-select");
  await expect(select.locator("option[value=moebius]")).toHaveCount(1, { timeout: LONG });
  await select.selectOption("moebius");
  await page.getByTestId("steps-settings").click();
  await page.getByTestId("param-steps").fill(String(steps));
  await page.keyboard.press("Escape");
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
  await page.getByTestId("erase").click();
  await expect(page.getByTestId("preview")).toBeAttached({ timeout });
  await editorIn(page, "done", timeout);

  expect(await ranOn(page)).toBe(provider);
  await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");
  const times = JSON.parse((await page.getByTestId("debug-timings").textContent()) ?? "");
  expect(times).toMatchObject({ sessions: 3, compiledSessions: 3 });
  expect(times.steps).toHaveLength(steps - 1);
  const after = pixelsOf((await download(page, "png")).bytes);
  // The red disc is gone, and what was not painted is as it was.
  const [red = 0, green = 0] = pixel(after, 200, 120);
  expect(red).toBeLessThan(green + 60);
  for (const [x, y] of [[20, 20], [380, 240], [200, 200]] as const) {
    expect(pixel(after, x, y)).toEqual(pixel(photo, x, y));
  }
  expect(hosts.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
  await end(here);
}
