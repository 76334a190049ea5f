// Times one synthesis in a wasm module without imports: `node figure.mjs FILE CASE` prints
// milliseconds and the checksum of the picture, as the native program does.

import { readFileSync } from "node:fs";

const [file, number] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
const { figure } = new WebAssembly.Instance(module).exports;
// A small case first, so that the timed one meets optimised code, as in a page that has erased once.
figure(0);
const start = performance.now();
const sum = figure(Number(number)) >>> 0;
const took = performance.now() - start;
console.log(`${took.toFixed(1)} ${sum.toString(16).padStart(8, "0")}`);
