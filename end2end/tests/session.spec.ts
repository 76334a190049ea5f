// What survives a reload: the photo, its strokes and its results, and how they are forgotten.

import type { Page } from "@playwright/test";

import { brushSize, download, erase, inState, open, paint } from "../support/editor.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { discOnStripes, pixelsOf, png } from "../support/pictures.ts";
import { kept, PLACE } from "../support/sessions.ts";

const photo = discOnStripes(400, 260, [200, 120], 18);
const file = { name: "floor.png", mimeType: "image/png", buffer: png(photo) };

/** Names and sizes of the files that are kept, by session. */
function shelf(page: Page): Promise<Record<string, Record<string, number>>> {
  return page.evaluate(async (place) => {
    const found: Record<string, Record<string, number>> = {};
    const root = await navigator.storage.getDirectory();
    const top = await root.getDirectoryHandle(place, { create: true });
    for await (const [session, folder] of top.entries()) {
      const files: Record<string, number> = {};
      for await (const [name, handle] of (folder as FileSystemDirectoryHandle).entries()) {
        files[name] = (await (handle as FileSystemFileHandle).getFile()).size;
      }
      found[session] = files;
    }
    return found;
  }, PLACE);
}

/** Names of the photos whose strokes are kept. */
function names(page: Page): Promise<string[]> {
  return page.evaluate(async (place) => {
    const found: string[] = [];
    const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(place, { create: true });
    for await (const folder of top.values()) {
      try {
        const handle = await (folder as FileSystemDirectoryHandle).getFileHandle("record.json");
        const { record } = JSON.parse(await (await handle.getFile()).text());
        if (record.history.done.length > 0) {
          found.push(record.name);
        }
      } catch {
        // It is being written or cleared.
      }
    }
    return found;
  }, PLACE);
}

/** Replaces, cuts or edits a file of the one session. */
async function spoil(page: Page, name: RegExp, content: string | number | [string, string]): Promise<void> {
  await page.evaluate(
    async ([place, pattern, content]) => {
      const root = await navigator.storage.getDirectory();
      const top = await root.getDirectoryHandle(place);
      for await (const folder of top.values() as AsyncIterable<FileSystemDirectoryHandle>) {
        for await (const [name, handle] of folder.entries()) {
          if (new RegExp(pattern).test(name)) {
            const file = handle as FileSystemFileHandle;
            const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
            const out = await file.createWritable();
            const edited = Array.isArray(content)
              ? new TextDecoder().decode(bytes).replace(new RegExp(content[0], "g"), content[1])
              : content;
            // All behind a number of bytes is overwritten with zeros, which leaves the length.
            await out.write(typeof edited === "number" ? bytes.fill(0, edited) : edited);
            await out.close();
          }
        }
      }
    },
    [PLACE, name.source, content] as const,
  );
}

async function reload(page: Page): Promise<void> {
  await page.reload();
  await hydrated(page);
}

test("a reload while painting loses no stroke", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await paint(app, [[60, 200]]);
  await kept(app, 2);
  await reload(app);
  await inState(app, "empty");
  await expect(app.getByTestId("resume-session")).toContainText("floor.png");
  await app.getByTestId("resume-session").click();
  await inState(app, "ready");
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeEnabled();
  await app.getByTestId("undo").click();
  await expect(app.getByTestId("erase")).toBeDisabled();
  await app.getByTestId("redo").click();
  await erase(app);
});

test("a reload after an erase loses no byte of the result", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await paint(app, [[60, 200]]);
  await erase(app);
  const before = await download(app, "same");
  await kept(app, 4);

  await reload(app);
  await app.getByTestId("resume-session").click();
  await inState(app, "done");
  const after = await download(app, "same");
  expect(after.name).toBe(before.name);
  expect(after.bytes.equals(before.bytes)).toBe(true);

  // Its past is there, too: back to the photo as it came, and an erase on top.
  await app.getByTestId("undo").click();
  await app.getByTestId("undo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).not.toEqual(photo.data);
  await app.getByTestId("undo").click();
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(photo.data);
  await app.getByTestId("redo").click();
  await paint(app, [[330, 60]]);
  await erase(app);

  // And it is kept on, under the same name, without what nobody can reach any more.
  await kept(app, 4);
  const sessions = Object.values(await shelf(app));
  expect(sessions).toHaveLength(1);
  expect(Object.keys(sessions[0] ?? {}).filter((name) => /^\d+-\d+$/.test(name))).toHaveLength(2);
});

/** The colour of the offered picture at shares of its width and height; no numbers while it is on its way. */
function offered(page: Page, across: number, down: number): Promise<number[]> {
  return page.locator(".go-on img").evaluate(
    async (image, [across, down]) => {
      const picture = image as HTMLImageElement;
      try {
        await picture.decode();
      } catch {
        return [NaN, NaN];
      }
      const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
      const context = canvas.getContext("2d");
      context?.drawImage(picture, 0, 0);
      const at = [across * canvas.width, down * canvas.height] as const;
      return [...(context?.getImageData(...at, 1, 1).data ?? [])];
    },
    [across, down] as const,
  );
}

test("the picture that is offered shows what was done", async ({ app }) => {
  const red = async () => {
    const [r = 0, g = 0] = await offered(app, 200 / 400, 120 / 260);
    return r - g;
  };
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  await reload(app);
  // Nothing is erased yet.
  await expect.poll(red).toBeGreaterThan(120);
  await app.getByTestId("resume-session").click();
  await inState(app, "ready");
  await erase(app);
  await kept(app, 2);
  await reload(app);
  await expect.poll(red).toBeLessThan(90);
  // Gone on with, taken back, and left again: as it came.
  await app.getByTestId("resume-session").click();
  await inState(app, "done");
  await app.getByTestId("undo").click();
  await kept(app, 1);
  await reload(app);
  await expect.poll(red).toBeGreaterThan(120);
  const files = Object.values(await shelf(app))[0] ?? {};
  expect(Object.keys(files).filter((name) => name.startsWith("look-"))).toEqual([]);
});

test("a crash of the tab is survived like a reload", async ({ context, app }) => {
  await open(app, file);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  const session = await context.newCDPSession(app);
  void session.send("Page.crash").catch(() => {});
  await app.waitForEvent("crash");
  const next = await context.newPage();
  await next.goto("/");
  await hydrated(next);
  await next.getByTestId("resume-session").click();
  await inState(next, "ready");
  await expect(next.getByTestId("erase")).toBeEnabled();
});

test("forgetting takes the photo off the device", async ({ app }) => {
  await open(app, file);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  await reload(app);
  await app.getByTestId("forget-session").click();
  await expect(app.getByTestId("resume-session")).toBeHidden();
  await expect.poll(() => shelf(app)).toEqual({});
  await reload(app);
  await expect(app.getByTestId("resume-session")).toBeHidden();
});

test("closing a photo takes it off the device, and another replaces it", async ({ app }) => {
  await open(app, file);
  await kept(app, 0);
  const [first] = Object.keys(await shelf(app));
  await open(app, { ...file, name: "other.png" });
  await expect.poll(async () => Object.keys(await shelf(app))).not.toContain(first);
  await kept(app, 0);
  await app.locator(".menu-button").click();
  await app.getByTestId("close-photo").click();
  await inState(app, "empty");
  await expect.poll(() => shelf(app)).toEqual({});
  await open(app, file);
});

test("a photo that was worked on is not lost to the next one", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  const before = await download(app, "same");
  await app.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, [...png(discOnStripes(100, 80, [50, 40], 5))]);
  await expect(app.getByTestId("stage")).toHaveAttribute("data-photo-width", "100");
  await expect(app.getByTestId("notice")).toContainText("is kept");
  await app.locator(".menu-button").click();
  await app.getByTestId("close-photo").click();
  await inState(app, "empty");
  await expect(app.getByTestId("resume-session")).toContainText("floor.png");
  await app.getByTestId("resume-session").click();
  await inState(app, "done");
  expect((await download(app, "same")).bytes.equals(before.bytes)).toBe(true);
});

test("of photos that were left no more than a few are kept", async ({ app }) => {
  for (let number = 0; number < 6; number++) {
    await open(app, { ...file, name: `${number}.png` });
    await paint(app, [[185, 120], [215, 120]]);
    await expect.poll(() => names(app)).toContain(`${number}.png`);
  }
  // The open one, and three.
  await expect.poll(async () => Object.keys(await shelf(app)).length).toBe(4);
});

test("a stale offer goes on with what is there now", async ({ context, app }) => {
  await open(app, file);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  await reload(app);
  const other = await context.newPage();
  await other.goto("/");
  await hydrated(other);
  await expect(other.getByTestId("resume-session")).toBeVisible();
  await app.getByTestId("resume-session").click();
  await inState(app, "ready");
  await paint(app, [[60, 200]]);
  await kept(app, 2);
  await app.close();
  const held = () => other.evaluate(async () => (await navigator.locks.query()).held?.length);
  await expect.poll(held).toBe(0);
  await other.getByTestId("resume-session").click();
  await inState(other, "ready");
  await other.getByTestId("undo").click();
  await expect(other.getByTestId("erase")).toBeEnabled();
  await other.getByTestId("undo").click();
  await expect(other.getByTestId("erase")).toBeDisabled();
});

test("a session that another tab is about to write is not cleared away", async ({ context, app }) => {
  await open(app, file);
  await kept(app, 0);
  // As it is before its record is written.
  await app.evaluate(async (place) => {
    const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(place);
    for await (const folder of top.values()) {
      await (folder as FileSystemDirectoryHandle).removeEntry("record.json");
    }
  }, PLACE);
  const other = await context.newPage();
  // As a tab sees it that looked before the lock was taken.
  await other.addInitScript(() => {
    LockManager.prototype.query = () => Promise.resolve({ held: [], pending: [] });
  });
  await other.goto("/");
  await hydrated(other);
  await expect(other.locator(".card img").first()).toBeVisible();
  // Clearing comes before the offer; a look at it after another page has done so, too.
  await reload(other);
  await expect(other.locator(".card img").first()).toBeVisible();
  expect(Object.keys(Object.values(await shelf(app))[0] ?? {})).toContain("photo");
});

test("a photo that is being taken off the device is not offered", async ({ app }) => {
  await open(app, file);
  await paint(app, [[185, 120], [215, 120]]);
  await kept(app, 1);
  await app.evaluate(() => {
    const remove = FileSystemDirectoryHandle.prototype.removeEntry;
    FileSystemDirectoryHandle.prototype.removeEntry = async function (...of) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return remove.apply(this, of);
    };
  });
  await app.locator(".menu-button").click();
  await app.getByTestId("close-photo").click();
  await expect.poll(() => shelf(app)).toEqual({});
  await expect(app.getByTestId("resume-session")).toBeHidden();
});

test("a photo that another tab works on is not offered there", async ({ context, app }) => {
  await open(app, file);
  await kept(app, 0);
  const other = await context.newPage();
  await other.goto("/");
  await hydrated(other);
  await expect(other.locator(".card img").first()).toBeVisible();
  await expect(other.getByTestId("resume-session")).toBeHidden();
  await app.close();
  await reload(other);
  await expect(other.getByTestId("resume-session")).toBeVisible();
});

test("without room of its own the page says so and works", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator.storage, "getDirectory", {
      value: () => Promise.reject(new DOMException("no", "SecurityError")),
    });
    IDBFactory.prototype.open = () => {
      throw new DOMException("no", "SecurityError");
    };
  });
  await page.goto("/");
  await hydrated(page);
  await open(page, file);
  await expect(page.getByTestId("notice")).toContainText("keeps no files");
  await paint(page, [[185, 120], [215, 120]]);
  await erase(page);
  await expect(page.getByTestId("notice")).toContainText("Gone");
});

test("a browser without files that can be written keeps it in its database", async ({ page }) => {
  await page.addInitScript(() => {
    delete (FileSystemFileHandle.prototype as { createWritable?: unknown }).createWritable;
  });
  await page.goto("/");
  await hydrated(page);
  await open(page, file);
  await brushSize(page, 60);
  await paint(page, [[185, 120], [215, 120]]);
  await erase(page);
  const before = await download(page, "same");
  const saved = () =>
    page.evaluate(async (place) => {
      const asked = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const files = (await asked(indexedDB.open(place))).transaction("files").objectStore("files");
      for (const key of await asked(files.getAllKeys())) {
        if ((key as string[])[1] === "record.json") {
          const bytes = (await asked(files.get(key))) as ArrayBuffer;
          return JSON.parse(new TextDecoder().decode(bytes)).record.history.done.length as number;
        }
      }
      return -1;
    }, PLACE);
  await expect.poll(saved).toBe(2);
  await reload(page);
  await page.getByTestId("resume-session").click();
  await inState(page, "done");
  expect((await download(page, "same")).bytes.equals(before.bytes)).toBe(true);
});

/** A page that does not look for kept photos: the start page would see what is being spoiled. */
const ELSEWHERE = "/about/";

const spoiled = [
  { name: "a record that is no record", file: /^record/, content: "{" },
  { name: "a record of something else", file: /^record/, content: '{"saved":1,"record":{"version":1},"files":{}}' },
  { name: "a photo that was cut", file: /^photo$/, content: "short" },
];

for (const { name, file: pattern, content } of spoiled) {
  test(`${name} is dropped, said, and does no harm`, async ({ app }) => {
    await open(app, file);
    await paint(app, [[185, 120], [215, 120]]);
    await kept(app, 1);
    await app.goto(ELSEWHERE);
    await spoil(app, pattern, content);
    await app.goto("/");
    await hydrated(app);
    await expect(app.getByTestId("notice")).toContainText("could not be read");
    await expect(app.getByTestId("resume-session")).toBeHidden();
    await expect.poll(() => shelf(app)).toEqual({});
    await open(app, file);
  });
}

test("a photo whose bytes were damaged is refused and forgotten", async ({ app }) => {
  await open(app, file);
  await kept(app, 0);
  await app.goto(ELSEWHERE);
  await spoil(app, /^photo$/, 60);
  await app.goto("/");
  await hydrated(app);
  await app.getByTestId("resume-session").click();
  await expect(app.getByTestId("notice")).toHaveAttribute("data-code", "photo-damaged");
  await expect.poll(() => shelf(app)).toEqual({});
});

test("a result that was damaged costs that result alone", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await kept(app, 2);
  await app.goto(ELSEWHERE);
  await spoil(app, /^\d+-0$/, 50);
  await app.goto("/");
  await hydrated(app);
  await app.getByTestId("resume-session").click();
  await expect(app.getByTestId("notice")).toContainText("press Erase");
  await inState(app, "ready");
  expect(pixelsOf((await download(app, "png")).bytes).data).toEqual(photo.data);
  await erase(app);
});

test("a record whose numbers leave none to go on with is dropped", async ({ app }) => {
  await open(app, file);
  await brushSize(app, 60);
  await paint(app, [[185, 120], [215, 120]]);
  await erase(app);
  await kept(app, 2);
  const number = async (result: string) => {
    await app.goto(ELSEWHERE);
    // The result as the history and as the list of results have it, there without pictures.
    await spoil(app, /^record/, ['"result":\\d+', `"result":${result}`]);
    await spoil(app, /^record/, ['"results":.*},"files"', `"results":[[${result},[],[]]]},"files"`]);
    await app.goto("/");
    await hydrated(app);
  };
  await number("2147483647");
  await expect(app.getByTestId("resume-session")).toBeVisible();
  await number("4294967295");
  await expect(app.getByTestId("notice")).toContainText("could not be read");
  await expect(app.getByTestId("resume-session")).toBeHidden();
});
