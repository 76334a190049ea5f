// WebKitGTK by its own driver, on a display that nobody sees.

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

import { type Command, type Driver, eventually } from "./driver.ts";

const PATHS: Record<Command, ["GET" | "POST", string]> = {
  timeouts: ["POST", "timeouts"],
  navigate: ["POST", "url"],
  script: ["POST", "execute/async"],
  actions: ["POST", "actions"],
  screenshot: ["GET", "screenshot"],
};

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Starts a display and gives its name. */
async function display(children: ChildProcess[]): Promise<string> {
  const size = ["-screen", "0", "1280x900x24", "-nolisten", "tcp"];
  const server = spawn("Xvfb", ["-displayfd", "3", ...size], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  children.push(server);
  const number = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.stdio[3]?.once("data", (data) => resolve(String(data).trim()));
  });
  return `:${number}`;
}

export async function webkit(driver: string, browser: string): Promise<Driver> {
  const children: ChildProcess[] = [];
  const screen = await display(children);
  const port = await freePort();
  children.push(
    spawn(driver, ["-p", String(port)], {
      stdio: "ignore",
      env: {
        ...process.env,
        DISPLAY: screen,
        GDK_BACKEND: "x11",
        LIBGL_ALWAYS_SOFTWARE: "1",
        // Test machines often run as root in a container, where the sandbox cannot start.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      },
    }),
  );
  const ask = async (method: "GET" | "POST" | "DELETE", path: string, body?: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) {
      throw new Error(`${path}: ${JSON.stringify(value)}`);
    }
    return value;
  };
  await eventually("the driver of WebKit", () => ask("GET", "/status"));
  const options = { binary: browser, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const { sessionId } = (await ask("POST", "/session", { capabilities })) as { sessionId: string };
  return {
    command(name, parameters) {
      const [method, path] = PATHS[name];
      return ask(method, `/session/${sessionId}/${path}`, method === "GET" ? undefined : parameters);
    },
    async close() {
      await ask("DELETE", `/session/${sessionId}`).catch(() => {});
      for (const child of children.reverse()) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill();
        await gone;
      }
    },
  };
}
