// What a case can do in a browser: the same things as `support/editor.ts`, for browsers that Playwright does not drive.

import { expect } from "@playwright/test";

import { type Driver, mouse, type MouseAction } from "./driver.ts";

/** A file to open. */
export interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

export class Tab {
  constructor(
    private readonly driver: Driver,
    private readonly origin: string,
  ) {}

  /** Loads a page of the site and waits until it has come to life. */
  async goto(path: string): Promise<void> {
    await this.driver.command("timeouts", { script: 60_000, pageLoad: 60_000 });
    await this.driver.command("navigate", { url: this.origin + path });
    await expect
      .poll(() => this.run(() => document.documentElement.hasAttribute("data-hydrated")), { timeout: 60_000 })
      .toBe(true);
  }

  /** Runs a function in the page; it can see its arguments alone. */
  async run<A extends Plain[], R extends Plain | undefined>(
    run: (...given: A) => R | Promise<R>,
    ...given: A
  ): Promise<R> {
    const script = `
      const done = arguments[arguments.length - 1];
      Promise.resolve((${run}).apply(null, arguments[0])).then(
        (value) => done({ value }),
        (error) => done({ error: String(error) }),
      );`;
    const answer = (await this.driver.command("script", { script, args: [given] })) as { value: R; error?: string };
    if (answer.error !== undefined) {
      throw new Error(answer.error);
    }
    return answer.value;
  }

  /** An attribute of an element by its test id; none where one of the two is missing. */
  attribute(id: string, name: string): Promise<string | null> {
    return this.run(
      (id, name) => document.querySelector(`[data-testid=${id}]`)?.getAttribute(name) ?? null,
      id,
      name,
    );
  }

  /** The words of an element. */
  text(id: string): Promise<string> {
    return this.run((id) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? "", id);
  }

  /** Waits until the app is in a state. */
  async inState(state: string, timeout = 60_000): Promise<void> {
    await expect.poll(() => this.attribute("app", "data-state"), { timeout }).toBe(state);
  }

  /** Waits until something can be pressed, and presses it. */
  async press(id: string): Promise<void> {
    const at = () =>
      this.run((id) => {
        const button = document.querySelector(`[data-testid=${id}]`) as HTMLButtonElement | null;
        const box = button?.getBoundingClientRect();
        const there = box !== undefined && box.width > 0 && !button?.disabled;
        return there ? [box.x + box.width / 2, box.y + box.height / 2] : null;
      }, id);
    await expect.poll(at, { message: `${id} can be pressed` }).not.toBeNull();
    const [x = 0, y = 0] = (await at()) ?? [];
    await this.drag([[x, y]]);
  }

  /** Gives a control another value. */
  async set(id: string, value: string): Promise<void> {
    await this.run(
      (id, value) => {
        const control = document.querySelector(`[data-testid=${id}]`) as HTMLInputElement;
        control.value = value;
        control.dispatchEvent(new Event("input", { bubbles: true }));
        control.dispatchEvent(new Event("change", { bubbles: true }));
      },
      id,
      value,
    );
  }

  /** Opens a file as if it was picked. */
  async open(file: File): Promise<void> {
    await this.run(
      (name, type, base64) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], name, { type }));
        const input = document.querySelector("[data-testid=file-input]") as HTMLInputElement;
        input.files = transfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      file.name,
      file.mimeType,
      file.buffer.toString("base64"),
    );
    await this.inState("ready");
  }

  /** Where a photo's pixel is in the window, in CSS pixels. */
  async onPage(x: number, y: number): Promise<[number, number]> {
    const [left = 0, top = 0, view = ""] = await this.run(() => {
      const stage = document.querySelector("[data-testid=stage]");
      const box = stage?.getBoundingClientRect();
      return [box?.left ?? 0, box?.top ?? 0, stage?.getAttribute("data-view") ?? ""];
    });
    const [scale = 1, dx = 0, dy = 0] = String(view).split(" ").map(Number);
    return [Number(left) + dx + x * scale, Number(top) + dy + y * scale];
  }

  /** Paints with the mouse along points in photo pixels. */
  async paint(points: [number, number][]): Promise<void> {
    await this.drag(await Promise.all(points.map(([x, y]) => this.onPage(x, y))));
  }

  private async drag(points: [number, number][]): Promise<void> {
    const [first, ...rest] = points.map(([x, y]): MouseAction => {
      return { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 50, origin: "viewport" };
    });
    if (first === undefined) {
      throw new Error("a stroke has a point");
    }
    const down: MouseAction = { type: "pointerDown", button: 0 };
    await this.driver.command("actions", mouse([first, down, ...rest, { type: "pointerUp", button: 0 }]));
  }

  /** Presses Erase and waits for the last picture. */
  async erase(): Promise<void> {
    await this.press("erase");
    await this.inState("done", 120_000);
  }

  /** Downloads the photo and returns its name and bytes, as the page hands them to the browser. */
  async download(format: string): Promise<{ name: string; bytes: Buffer }> {
    await this.set("format-select", format);
    await this.run(() => {
      const handed = window as unknown as { handed?: [string, string] };
      delete handed.handed;
      HTMLAnchorElement.prototype.click = function () {
        handed.handed = [this.download, this.href];
      };
    });
    await this.press("download");
    const handed = () => this.run(() => (window as unknown as { handed?: [string, string] }).handed ?? null);
    await expect.poll(handed, { timeout: 60_000 }).not.toBeNull();
    const [name = "", url = ""] = (await handed()) ?? [];
    const base64 = await this.run(async (url) => {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 4096) {
        text += String.fromCharCode(...bytes.subarray(at, at + 4096));
      }
      return btoa(text);
    }, url);
    return { name, bytes: Buffer.from(base64, "base64") };
  }

  /** The window as a PNG. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await this.driver.command("screenshot", {})), "base64");
  }
}
