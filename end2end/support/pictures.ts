// Pictures that the tests compute, so that every pixel is known.

import { deflateSync } from "node:zlib";

import { decode, encode } from "fast-png";

/** Pixels in rows from the top, interleaved. */
export interface Pixels {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array;
}

/** A wooden floor, so to speak: stripes and grain that synthesis can continue, with a red disc on it. */
export function discOnStripes(width: number, height: number, centre: [number, number], radius: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  let noise = 12345;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const grain = (noise >>> 24) % 17;
      const stripe = 40 * Math.sin((x + 0.2 * y) / 5);
      const inside = (x + 0.5 - centre[0]) ** 2 + (y + 0.5 - centre[1]) ** 2 <= radius ** 2;
      const colour = inside ? [220, 20, 30] : [130 + stripe + grain, 110 + stripe + grain, 80 + stripe + grain];
      data.set(colour, (y * width + x) * 3);
    }
  }
  return { width, height, channels: 3, data };
}

/** The pixels as a PNG, with a colour profile if one is given. */
export function png(pixels: Pixels, profile?: Uint8Array): Buffer {
  const file = Buffer.from(encode({ ...pixels, depth: 8 }));
  if (profile === undefined) {
    return file;
  }
  // The profile goes between the header, which ends at byte 33, and the rest.
  const body = Buffer.concat([Buffer.from("iCCPtest\0\0", "latin1"), deflateSync(profile)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([file.subarray(0, 33), length, body, sum, file.subarray(33)]);
}

/** The pixels of a PNG with eight bits a channel. */
export function pixelsOf(file: Uint8Array): Pixels & { profile?: Uint8Array } {
  const { width, height, channels, data, iccEmbeddedProfile } = decode(file);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new Error("not eight bits a channel");
  }
  return { width, height, channels, data: new Uint8Array(data), profile: iccEmbeddedProfile?.profile };
}

/** The pixel at (x, y). */
export function pixel(pixels: Pixels, x: number, y: number): number[] {
  const at = (y * pixels.width + x) * pixels.channels;
  return [...pixels.data.subarray(at, at + pixels.channels)];
}

/** How many pixels differ, among those that `counts` says yes to. */
export function differing(a: Pixels, b: Pixels, counts: (x: number, y: number) => boolean): number {
  let differ = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      if (counts(x, y) && pixel(a, x, y).join() !== pixel(b, x, y).join()) {
        differ++;
      }
    }
  }
  return differ;
}

/** CRC-32 as PNG chunks have it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A colour profile with the primaries of Display P3 and a plain gamma of 2.2 (ICC.1:2022, version 4). */
export function displayP3(): Uint8Array {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(Math.round(value * 65536));
    return bytes;
  };
  const xyz = (...values: number[]) => Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), ...values.map(number)]);
  const text = (words: string) => {
    const head = Buffer.from("mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\0\0\0\0\x1c", "latin1");
    head.writeUInt32BE(words.length * 2, 20);
    return Buffer.concat([head, Buffer.from(words, "utf16le").swap16()]);
  };
  const gamma = Buffer.concat([Buffer.from("para\0\0\0\0\0\0\0\0", "latin1"), number(2.2)]);
  // The primaries as they are after adaptation to D50.
  const tags: [string, Buffer][] = [
    ["desc", text("P3 of the tests")],
    ["cprt", text("none")],
    ["wtpt", xyz(0.9642, 1, 0.8249)],
    ["rXYZ", xyz(0.5151, 0.2412, -0.0011)],
    ["gXYZ", xyz(0.292, 0.6922, 0.0419)],
    ["bXYZ", xyz(0.1571, 0.0666, 0.7841)],
    ["rTRC", gamma],
    ["gTRC", gamma],
    ["bTRC", gamma],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  let offset = 128 + table.length;
  const bodies: Buffer[] = [];
  tags.forEach(([name, body], index) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    table.write(name, 4 + 12 * index, "latin1");
    table.writeUInt32BE(offset, 8 + 12 * index);
    table.writeUInt32BE(body.length, 12 + 12 * index);
    offset += padded.length;
    bodies.push(padded);
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset);
  header.writeUInt32BE(0x04400000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  Buffer.concat([number(0.9642), number(1), number(0.8249)]).copy(header, 68);
  return new Uint8Array(Buffer.concat([header, table, ...bodies]));
}
