// A real object store: nginx with its dav module, on loopback, with CORS as a bucket would have it.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { NGINX, STORE_PORT } from "./environment.ts";

/** How the store behaves. */
export type Mood = "good" | "too-large" | "forbidden" | "broken" | "gone-away" | "silent" | "closed" | "ailing";

const WAYS: Record<Mood, string> = {
  good: "dav_methods PUT DELETE; create_full_put_path on;",
  "too-large": "dav_methods PUT; client_max_body_size 100;",
  forbidden: "if ($request_method = PUT) { return 403; }",
  broken: "if ($request_method = PUT) { return 500; }",
  // Ends the connection without a word.
  "gone-away": "if ($request_method = PUT) { return 444; }",
  // Takes objects and does not give them back.
  closed: "dav_methods PUT; create_full_put_path on; if ($request_method = GET) { return 403; }",
  ailing: "dav_methods PUT; create_full_put_path on; if ($request_method = GET) { return 500; }",
  // Takes everything and never says a word: the port is that of `mute`.
  silent: "proxy_pass http://127.0.0.1:MUTE; proxy_read_timeout 600s;",
};

export class ObjectStore {
  readonly origin = `http://127.0.0.1:${STORE_PORT}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "lacuna-store-"));
  #server?: ChildProcess;
  readonly #callers = new Set<Socket>();
  /** Hears and never answers. */
  readonly #mute = createServer((caller) => {
    this.#callers.add(caller.on("error", () => undefined).resume());
  });

  /** Names of the objects that it holds. */
  objects(): string[] {
    return readdirSync(this.objectFolder);
  }

  get objectFolder(): string {
    return join(this.#folder, "data", "o");
  }

  async start(mood: Mood): Promise<void> {
    await this.stop();
    mkdirSync(this.objectFolder, { recursive: true });
    const conf = join(this.#folder, "nginx.conf");
    await new Promise<void>((resolve) => {
      if (this.#mute.listening) resolve();
      else this.#mute.listen(0, "127.0.0.1", resolve);
    });
    const { port } = this.#mute.address() as AddressInfo;
    writeFileSync(conf, this.#configuration(WAYS[mood].replace("MUTE", String(port))));
    this.#server = spawn(NGINX, ["-c", conf, "-p", this.#folder], { stdio: "inherit" });
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await fetch(`${this.origin}/`).catch(() => undefined);
      if (answer !== undefined) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("nginx did not start");
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) {
      return;
    }
    this.#server = undefined;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }

  async end(): Promise<void> {
    await this.stop();
    for (const caller of this.#callers) caller.destroy();
    this.#mute.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configuration(way: string): string {
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${this.#folder}/${kind};`,
    );
    return `
daemon off;
user root;
master_process off;
pid ${this.#folder}/nginx.pid;
error_log ${this.#folder}/error.log;
events {}
http {
  access_log off;
  ${temp.join("\n  ")}
  client_max_body_size 64m;
  server {
    listen 127.0.0.1:${STORE_PORT};
    root ${this.#folder}/data;
    location /o/ {
      add_header Access-Control-Allow-Origin * always;
      add_header Access-Control-Allow-Methods "GET, PUT, DELETE" always;
      add_header Access-Control-Allow-Headers "If-None-Match, Content-Type, X-Store" always;
      add_header Cross-Origin-Resource-Policy cross-origin always;
      if ($request_method = OPTIONS) { return 204; }
      # An object is never written over: what If-None-Match asks for, nginx has to be told.
      set $taken $request_method;
      if (-f $request_filename) { set $taken "$taken taken"; }
      if ($taken = "PUT taken") { return 412; }
      ${way}
    }
  }
}
`;
  }
}
