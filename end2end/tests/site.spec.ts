// The site as files: headers, encodings, conditional requests, what is not there.

import { request as http } from "node:http";

import { ORIGIN } from "../support/environment.ts";
import { expect, test } from "../support/fixtures.ts";

interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: number;
}

/** A request as it is on the wire: neither browsers nor fetch show the encoding of a body. */
function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = http(new URL(path, ORIGIN), { headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          bytes,
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** The path of the page's wasm file, as the page itself names it. */
async function wasmPath(): Promise<string> {
  const html = await (await fetch(ORIGIN)).text();
  const found = /href="([^"]+\.wasm)"/.exec(html)?.[1];
  if (found === undefined) {
    throw new Error("the page names no wasm file");
  }
  return found;
}

test("every page isolates itself and forbids inline code", async () => {
  for (const path of ["/", "/about/", "/models/", "/robots.txt", "/nowhere"]) {
    const { headers } = await ask(path);
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["cross-origin-embedder-policy"], path).toBe("require-corp");
    expect(headers["cross-origin-resource-policy"], path).toBe("same-origin");
    expect(headers["referrer-policy"], path).toBe("no-referrer");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("'wasm-unsafe-eval'");
    expect(policy, path).not.toContain("'unsafe-inline'");
    expect(policy, path).not.toContain("'unsafe-eval'");
    // The hosts that models come from, and no other.
    const connect = policy.split("; ").find((rule) => rule.startsWith("connect-src"));
    expect(connect, path).toBe("connect-src 'self' blob: https://*.hf.co https://huggingface.co");
    expect(policy.replace(connect ?? "", ""), path).not.toMatch(/https?:|\*/);
  }
});

test("hashed files are kept for ever, pages are asked for again", async () => {
  const wasm = await ask(await wasmPath());
  expect(wasm.headers["cache-control"]).toContain("immutable");
  expect(wasm.headers["content-type"]).toBe("application/wasm");
  expect((await ask("/")).headers["cache-control"]).toBe("no-cache");
  // What is missing in a folder of hashed files may be there after the next export.
  const missing = await ask("/pkg/missing.js");
  expect([missing.status, missing.headers["cache-control"]]).toEqual([404, "no-cache"]);
});

test("brotli and gzip lie ready", async () => {
  const path = await wasmPath();
  const plain = await ask(path);
  const gzip = await ask(path, { "accept-encoding": "gzip" });
  const brotli = await ask(path, { "accept-encoding": "gzip, deflate, br" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(gzip.headers["content-encoding"]).toBe("gzip");
  expect(brotli.headers["content-encoding"]).toBe("br");
  expect(brotli.bytes).toBeLessThan(gzip.bytes);
  expect(gzip.bytes).toBeLessThan(plain.bytes);
  expect(brotli.headers["content-type"]).toBe("application/wasm");
});

test("a known file is not sent again, a part is sent alone", async () => {
  const path = await wasmPath();
  const { headers, bytes } = await ask(path);
  const etag = headers["etag"] ?? "";
  expect(etag).toMatch(/^"[0-9a-f]+"$/);
  const known = await ask(path, { "if-none-match": etag });
  expect([known.status, known.bytes]).toEqual([304, 0]);

  const part = await ask(path, { range: "bytes=4-7", "if-range": etag });
  expect([part.status, part.bytes]).toEqual([206, 4]);
  expect(part.headers["content-range"]).toBe(`bytes 4-7/${bytes}`);
  const changed = await ask(path, { range: "bytes=4-7", "if-range": '"another"' });
  expect([changed.status, changed.bytes]).toEqual([200, bytes]);
});

test("what is not there is said to be not there", async () => {
  for (const path of ["/nowhere", "/about/nowhere/", "/_headers", "/../Cargo.toml"]) {
    expect((await ask(path)).status, path).toBe(404);
  }
});
