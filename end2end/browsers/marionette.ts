// Firefox by the protocol that is built into it: commands as JSON over a socket, without a driver between.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Command, type Driver, eventually } from "./driver.ts";

const NAMES: Record<Command, string> = {
  timeouts: "WebDriver:SetTimeouts",
  navigate: "WebDriver:Navigate",
  script: "WebDriver:ExecuteAsyncScript",
  actions: "WebDriver:PerformActions",
  screenshot: "WebDriver:TakeScreenshot",
};

// Nothing that a browser does on its own; the first sets a port that is free.
const PREFERENCES: Record<string, unknown> = {
  "marionette.port": 0,
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.enabled": false,
};

type Answer = (error: unknown, result: unknown) => void;

/** Sends commands and hands answers to whoever waits for them. */
class Line {
  private next = 1;
  private received = Buffer.alloc(0);
  private readonly waiting = new Map<number, Answer>();

  constructor(private readonly socket: Socket) {
    socket.on("data", (data) => {
      this.received = Buffer.concat([this.received, data]);
      while (this.take()) {
        // As many packets as there are.
      }
    });
  }

  /** A packet is its length in bytes, a colon and JSON. */
  private take(): boolean {
    const colon = this.received.indexOf(":");
    if (colon < 0) {
      return false;
    }
    const end = colon + 1 + Number(this.received.subarray(0, colon).toString());
    if (this.received.length < end) {
      return false;
    }
    const packet = JSON.parse(this.received.subarray(colon + 1, end).toString());
    this.received = this.received.subarray(end);
    // The first packet is a greeting.
    if (Array.isArray(packet)) {
      const [, id, error, result] = packet;
      this.waiting.get(id)?.(error, result);
      this.waiting.delete(id);
    }
    return true;
  }

  send(name: string, parameters: Record<string, unknown>): Promise<unknown> {
    const id = this.next++;
    const text = JSON.stringify([0, id, name, parameters]);
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (error, result) => {
        if (error) {
          reject(new Error(`${name}: ${JSON.stringify(error)}`));
        } else {
          resolve(result);
        }
      });
    });
  }
}

export async function firefox(binary: string): Promise<Driver> {
  const profile = mkdtempSync(join(tmpdir(), "lacuna-firefox-"));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const child = spawn(binary, ["--headless", "--marionette", "--no-remote", "--profile", profile], {
    stdio: "ignore",
    env: { ...process.env, MOZ_DISABLE_CONTENT_SANDBOX: "1" },
  });
  const port = await eventually("Firefox", async () => {
    return Number(readFileSync(join(profile, "MarionetteActivePort"), "utf8")) || undefined;
  }, 60_000);
  const socket = await eventually("a line to Firefox", () => {
    return new Promise<Socket>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket)).on("error", reject);
    });
  });
  const line = new Line(socket);
  await line.send("WebDriver:NewSession", {});
  return {
    async command(name, parameters) {
      const result = await line.send(NAMES[name], parameters);
      return (result as { value?: unknown } | null)?.value;
    },
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      socket.destroy();
      child.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
