// WebDriver (W3C) as far as the cases need it. Firefox and WebKitGTK carry the same commands in different envelopes.

/** A browser with one window that obeys commands. */
export interface Driver {
  command(name: Command, parameters: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

export type Command = "timeouts" | "navigate" | "script" | "actions" | "screenshot";

/** One action of the mouse; `duration` is in milliseconds. */
export type MouseAction =
  | { type: "pointerMove"; x: number; y: number; duration: number; origin: "viewport" }
  | { type: "pointerDown" | "pointerUp"; button: number }
  | { type: "pause"; duration: number };

/** The parameters of the command `actions` for one mouse. */
export function mouse(actions: MouseAction[]): Record<string, unknown> {
  return { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] };
}

/** Waits for a value that a browser needs time to have; errors count as not yet. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined>, patience = 30_000): Promise<T> {
  const end = Date.now() + patience;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await read();
      if (value !== undefined) {
        return value;
      }
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come: ${last}`);
}
