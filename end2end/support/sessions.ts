// What is kept of the open photo, read where the page keeps it.

import { expect, type Page } from "@playwright/test";

/** The folder of all sessions. */
export const PLACE = "lacuna-sessions";

/** Waits until the record of the one session says so many edits. */
export async function kept(page: Page, edits: number): Promise<void> {
  const read = () =>
    page.evaluate(async (place) => {
      const root = await navigator.storage.getDirectory();
      const top = await root.getDirectoryHandle(place, { create: true });
      for await (const folder of top.values()) {
        try {
          const handle = await (folder as FileSystemDirectoryHandle).getFileHandle("record.json");
          return JSON.parse(await (await handle.getFile()).text()).record.history.done.length as number;
        } catch {
          return -1;
        }
      }
      return -1;
    }, PLACE);
  await expect.poll(read).toBe(edits);
}
