// Compares codecs for pictures in links: bytes at equal likeness, and the time that it takes, at the sizes that links
// have. What it prints is the document itself. Run with: node bench/codecs.mjs PHOTO.jpg... > ../docs/link-codecs.md

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { fitted, ssim } from "./likeness.mjs";
import { median } from "./median.mjs";

const require = createRequire(import.meta.url);
const folder = (name) => dirname(require.resolve(`${name}/package.json`));

/** An Emscripten module of a package, from its files. */
async function codec(name, file) {
  const stem = join(folder(name), "codec", file);
  const { default: make } = await import(`${stem}.js`);
  return make({ noInitialRun: true, wasmBinary: readFileSync(`${stem}.wasm`) });
}

const webp = { enc: await codec("@jsquash/webp", "enc/webp_enc_simd"), dec: await codec("@jsquash/webp", "dec/webp_dec") };
const avif = { enc: await codec("@jsquash/avif", "enc/avif_enc"), dec: await codec("@jsquash/avif", "dec/avif_dec") };
const jpeg = {
  enc: await codec("@jsquash/jpeg", "enc/mozjpeg_enc"),
  dec: await codec("@jsquash/jpeg", "dec/mozjpeg_dec"),
};
webp.decode = (bytes) => webp.dec.decode(bytes);
avif.decode = (bytes) => avif.dec.decode(bytes, 8);
jpeg.decode = (bytes) => jpeg.dec.decode(bytes, false);
const options = {
  webp: (await import(join(folder("@jsquash/webp"), "meta.js"))).defaultOptions,
  avif: (await import(join(folder("@jsquash/avif"), "meta.js"))).defaultOptions,
  jpeg: (await import(join(folder("@jsquash/jpeg"), "meta.js"))).defaultOptions,
};

const CODECS = [
  ["WebP, method 4", webp, (quality) => ({ ...options.webp, quality, method: 4 })],
  ["WebP, method 5, sharp chroma", webp, (quality) => ({ ...options.webp, quality, method: 5, use_sharp_yuv: 1 })],
  ["WebP, method 6, sharp chroma", webp, (quality) => ({ ...options.webp, quality, method: 6, use_sharp_yuv: 1 })],
  ["JPEG, mozjpeg", jpeg, (quality) => ({ ...options.jpeg, quality })],
  ["AVIF, speed 8", avif, (quality) => ({ ...options.avif, quality, speed: 8 })],
  ["AVIF, speed 6", avif, (quality) => ({ ...options.avif, quality, speed: 6 })],
];

const SIDES = [96, 192, 384, 768];

/** Processor time of one encoding in milliseconds, which other programs do not lengthen; the best of three. */
function run({ enc, decode }, settings, picture) {
  let [file, milliseconds] = [undefined, Infinity];
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    file = enc.encode(picture.data, picture.width, picture.height, settings);
    milliseconds = Math.min(milliseconds, process.cpuUsage(start).user / 1000);
  }
  const bytes = new Uint8Array(file);
  return { bytes: bytes.length, milliseconds, likeness: ssim(picture, decode(bytes)) };
}

/** The smallest file of a likeness, by halving the range of qualities. */
function reach(codec, settings, picture, likeness) {
  let [low, high, best] = [1, 98, undefined];
  while (low <= high) {
    const quality = (low + high) >> 1;
    const made = run(codec, settings(quality), picture);
    if (made.likeness >= likeness) {
      best = made;
      high = quality - 1;
    } else {
      low = quality + 1;
    }
  }
  return best ?? run(codec, settings(98), picture);
}

const pixels = ({ width, height, data }) => ({ width, height, data });
const photos = process.argv.slice(2).map((path) => ({ ...pixels(jpeg.decode(readFileSync(path))), name: basename(path) }));
if (photos.length === 0) {
  throw new Error("name at least one JPEG");
}
const LIKENESS = 0.9;
console.log(`# Codecs for pictures in links

Made by \`end2end/bench/codecs.mjs\` from ${photos.map(({ name }) => name).join(", ")}.
Each codec is given the quality at which its picture is ${LIKENESS} like the original (mean structural similarity at the
picture's own size). The figures are medians over the pictures: bytes, and milliseconds of processor time for one
encoding, all in one run on one thread of one machine. Only their ratios say something about another machine.

| codec | ${SIDES.map((side) => `${side} px`).join(" | ")} |
| --- | ${SIDES.map(() => "---:").join(" | ")} |`);
for (const [name, codec, settings] of CODECS) {
  const cells = SIDES.map((side) => {
    const made = photos.map((photo) => reach(codec, settings, fitted(photo, side), LIKENESS));
    return `${median(made.map(({ bytes }) => bytes))} B, ${median(made.map(({ milliseconds }) => milliseconds)).toFixed(1)} ms`;
  });
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
console.log(`
What a browser loads for it, brotli: libwebp's encoder 112 KB, mozjpeg's 60 KB, AVIF's 852 KB, which is over the
500 KB that a codec may have here. All three formats are shown by Chromium, Firefox and WebKit.

WebP is used, with method 5 and sharp chroma: smaller than JPEG at every size of a link, and so quick that the search
for size and quality can afford a dozen encodings. AVIF is smaller in large links, but its encoder is too large to load
for one, and a dozen of its encodings would take longer than people wait.`);
