// Follows a latent diffusion run from outside: what travels between the two workers is read on its way.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type BrowserContext, type Page } from "@playwright/test";

import { brushSize, download, erase, open, paint } from "./editor.ts";
import { pixelsOf, png, type Pixels } from "./pictures.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "tests", "data", "diffusion");

interface Place {
  at: number;
  length: number;
  every: number;
}

interface Case {
  scheduler: string;
  steps: number;
  strength: number;
  scale: number;
  seed: number;
}

interface Book {
  arrays: Record<string, Place[]>;
  cases: Record<string, Case>;
  side: number;
  radius: number;
}

/** What the reference in NumPy made, by tests/data/diffusion/reference.py. */
export function reference(): Book & { values: (name: string) => Float32Array[] } {
  const book: Book = JSON.parse(readFileSync(join(FOLDER, "browser.json"), "utf8"));
  const bytes = readFileSync(join(FOLDER, "browser.bin"));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const values = (name: string) =>
    (book.arrays[name] ?? []).map(({ at, length }) => all.slice(at, at + length));
  return { ...book, values };
}

/** The photo of the reference: whole numbers of the place, and a red square in the middle. */
export function referencePhoto(side: number): Pixels {
  const data = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = Math.abs(x - side / 2) < side / 8 && Math.abs(y - side / 2) < side / 8;
      data.set(inside ? [220, 30, 40] : [x >> 1, y >> 1, (x + y) >> 2], 3 * (y * side + x));
    }
  }
  return { width: side, height: side, channels: 3, data };
}

/**
 * Reads along: every latent that the UNet is asked about, of which one value in 16 is kept, and the one that is
 * decoded. `exact` takes the place of what the page asks the studio to erase, since a mouse has no tenths of a pixel.
 */
async function readAlong(context: BrowserContext, exact: object): Promise<void> {
  await context.addInitScript((exact) => {
    const seen: { latents: number[][]; decoded: number[] } = { latents: [], decoded: [] };
    Object.assign(window, { seen });
    const post = Worker.prototype.postMessage as (message: unknown, moved: Transferable[]) => void;
    Worker.prototype.postMessage = function (message: any, moved: any) {
      if (message?.body?.inpaint !== undefined) {
        Object.assign(message.body.inpaint, exact);
      }
      return post.call(this, message, moved);
    };
    const note = ({ body, parts }: { body: any; parts: unknown[] }) => {
      const input = body?.run?.inputs?.find((tensor: any) => tensor.name === "latent");
      if (input !== undefined) {
        const values = new Float32Array(parts[input.values] as ArrayBuffer).subarray(0, 4 * 64 * 64);
        const kept = [...values.filter((_, index) => index % 16 === 0)];
        if (body.run.role === "unet") {
          seen.latents.push(kept);
        } else {
          seen.decoded = kept;
        }
      }
    };
    const Channel = MessageChannel;
    window.MessageChannel = class {
      port1: MessagePort;
      port2: MessagePort;
      constructor() {
        const [left, right] = [new Channel(), new Channel()];
        const pass = (from: MessagePort, to: MessagePort) => {
          from.onmessage = ({ data }) => {
            note(data);
            const moves = (part: unknown) => part instanceof ArrayBuffer || part instanceof MessagePort;
            to.postMessage(data, (data.parts ?? []).filter(moves));
          };
        };
        pass(left.port2, right.port2);
        pass(right.port2, left.port2);
        [this.port1, this.port2] = [left.port1, right.port1];
      }
    } as typeof MessageChannel;
  }, exact);
}

/** Erases the reference's disc with one of its cases and holds every step and the picture against it. */
export async function followReference(page: Page, name: string, tolerance: number, timeout: number): Promise<void> {
  const { cases, side, radius, values } = reference();
  const wanted = cases[name];
  if (wanted === undefined) {
    throw new Error(`there is no case ${name}`);
  }
  await readAlong(page.context(), {
    strokes: [{ mode: "paint", radius, points: [{ x: side / 2, y: side / 2 }] }],
    params: {
      seed: String(wanted.seed),
      feather: 4,
      guide_strength: 0.5,
      diffusion: {
        steps: wanted.steps,
        guidance_scale: wanted.scale,
        strength: wanted.strength,
        scheduler: wanted.scheduler,
        start: "photo",
      },
    },
  });
  await page.goto("/");
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await open(page, { name: "reference.png", mimeType: "image/png", buffer: png(referencePhoto(side)) });
  await page.getByTestId("model-select").selectOption("moebius");
  await brushSize(page, 60);
  await paint(page, [[200, 256], [300, 256]]);
  await erase(page, timeout);
  await expect(page.getByTestId("notice")).not.toHaveAttribute("data-code");

  const seen = await page.evaluate(() => (window as never as { seen: { latents: number[][]; decoded: number[] } }).seen);
  const want = [...values(`${name}/start`), ...values(`${name}/latent`)];
  expect(seen.latents.length).toBe(want.length - 1);
  // What is decoded is not scaled.
  const got = [...seen.latents, seen.decoded.map((value) => value * 0.13025)];
  got.forEach((latent, step) => {
    const apart = Math.max(...latent.map((value, index) => Math.abs(value - (want[step]?.[index] ?? NaN))));
    expect(apart, `step ${step}`).toBeLessThan(tolerance);
  });

  const after = pixelsOf((await download(page, "png")).bytes);
  const [image] = values(`${name}/image`);
  let worst = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < side; y += 8) {
      for (let x = 0; x < side; x += 8) {
        if ((x + 0.5 - side / 2) ** 2 + (y + 0.5 - side / 2) ** 2 <= radius ** 2) {
          const mine = after.data[after.channels * (y * side + x) + channel] ?? NaN;
          const theirs = image?.[(channel * side) / 8 * (side / 8) + (y / 8) * (side / 8) + x / 8] ?? NaN;
          worst = Math.max(worst, Math.abs(mine - theirs));
        }
      }
    }
  }
  expect(worst).toBeLessThanOrEqual(1);
}
