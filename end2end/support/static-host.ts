// A plain static host: a folder below a path, with the headers that its `_headers` file asks for.
// It stands for all the hosts that know nothing of this project.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
};

interface Rule {
  pattern: string;
  headers: [string, string][];
}

export interface StaticHost {
  readonly origin: string;
  close(): Promise<void>;
}

/** What a test changes of a site while it is served. */
export interface Changes {
  /** Origins that the page may speak to besides those of its policy. */
  connect?: string[];
  /** Another content for some paths below the base. */
  edit?: (path: string, bytes: Buffer) => Buffer;
}

/** Serves `folder` at `base` (with a slash at either end) on a free port. */
export async function serveFolder(folder: string, base: string, changes: Changes = {}): Promise<StaticHost> {
  const rules = parseHeaders(join(folder, "_headers"));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    for (const rule of rules) {
      const start = rule.pattern.replace(/\*$/, "");
      if (rule.pattern.endsWith("*") ? path.startsWith(start) : path === start) {
        rule.headers.forEach(([name, value]) => {
          const also = ["connect-src 'self'", ...(changes.connect ?? [])].join(" ");
          response.setHeader(name, value.replace("connect-src 'self'", also));
        });
      }
    }
    let file = path.startsWith(base) ? join(folder, normalize(path.slice(base.length))) : "";
    if (file !== "" && existsSync(file) && statSync(file).isDirectory()) {
      file = join(file, "index.html");
    }
    if (file === "" || !existsSync(file)) {
      response.statusCode = 404;
      file = join(folder, "404.html");
    }
    response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
    if (changes.edit === undefined) {
      createReadStream(file).pipe(response);
    } else {
      response.end(changes.edit(path.slice(base.length), readFileSync(file)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the host has no port");
  }
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function parseHeaders(file: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.startsWith("/")) {
      rules.push({ pattern: line.trim(), headers: [] });
    } else if (line.includes(":")) {
      const colon = line.indexOf(":");
      const header: [string, string] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      rules.at(-1)?.headers.push(header);
    }
  }
  return rules;
}
