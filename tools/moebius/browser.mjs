// What both programs that measure need: a server of files on this machine, a browser with an empty profile, the middle.

import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves what `find` gives for a path, isolated: `{ text, type }`, the path of a file, or nothing. Gives the origin. */
export function serve(find) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const found = path.includes("..") ? undefined : find(path);
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    if (typeof found === "object") {
      response.setHeader("Content-Type", found.type);
      response.end(found.text);
    } else if (found === undefined || !existsSync(found)) {
      response.statusCode = 404;
      response.end();
    } else {
      response.setHeader("Content-Type", TYPES[extname(found)] ?? "application/octet-stream");
      response.setHeader("Content-Length", statSync(found).size);
      createReadStream(found, { highWaterMark: 1 << 20 }).pipe(response);
    }
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

/** A browser with an empty profile, so that it profits from nothing that another one compiled; `close` removes it. */
export async function launch({ playwright, chromium: executablePath, flags }) {
  const { chromium } = await import(`${playwright}/index.mjs`);
  const profile = mkdtempSync(join(tmpdir(), "measure-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    chromiumSandbox: false,
    args: flags.split(" "),
    timeout: 30_000,
    env: { ...process.env, __GL_SHADER_DISK_CACHE: "0" },
  });
  const close = async () => {
    await context.close().catch(() => undefined);
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, profile, close };
}

/** The middle one of some numbers, the upper of two. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
