// What the keeper needs of the browser besides its disk: requests, other tabs, room.

// A connection that says nothing for so long is dead, in milliseconds.
const SILENCE = 30_000;
// Browsers exist in which some of the promises below never settle.
const PATIENCE = 3_000;

const CHANNEL = "lacuna-models";

/** An answer whose body is read chunk by chunk. */
class Answer {
  constructor(response, controller) {
    this.status = response.status;
    this.reader = response.body?.getReader();
    this.controller = controller;
  }

  /** The next chunk; nothing at the end. */
  async read() {
    const dead = setTimeout(() => this.controller.abort(), SILENCE);
    try {
      return (await this.reader?.read())?.value;
    } finally {
      clearTimeout(dead);
    }
  }

  /** Lets go of the rest. */
  leave() {
    this.controller.abort();
  }
}

/**
 * Asks for a file from a byte on. No header is sent that another site would have to be asked about first, and nothing
 * is kept by the browser besides, since the file is kept by us.
 */
export async function ask(url, from, flight) {
  const controller = new AbortController();
  flight.signal.addEventListener("abort", () => controller.abort(), { once: true });
  const dead = setTimeout(() => controller.abort(), SILENCE);
  try {
    const response = await fetch(url, {
      headers: from > 0 ? { Range: `bytes=${from}-` } : {},
      credentials: "same-origin",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: controller.signal,
    });
    return new Answer(response, controller);
  } finally {
    clearTimeout(dead);
  }
}

/** Calls with the address of every request that the site's policy forbids. */
export function onBlocked(call) {
  self.addEventListener("securitypolicyviolation", (event) => call(event.blockedURI));
}

/** A line to the keepers of other tabs. */
export function openChannel(hear) {
  if (typeof BroadcastChannel === "undefined") {
    return () => undefined;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => hear(String(event.data));
  return (word) => channel.postMessage(word);
}

const late = (value) => new Promise((resolve) => setTimeout(resolve, PATIENCE, value));

/** What is used, what is granted, and whether the browser has promised not to clear it. */
export async function room() {
  const storage = navigator.storage;
  if (storage?.estimate === undefined) {
    return [0, 0, false];
  }
  const estimate = storage.estimate().catch(() => ({}));
  const promised = (storage.persisted?.() ?? Promise.resolve(false)).catch(() => false);
  const { usage = 0, quota = 0 } = await Promise.race([estimate, late({})]);
  return [usage, quota, await Promise.race([promised, late(false)])];
}

/** Whether there may be a network. */
export function isOnline() {
  return navigator.onLine !== false;
}
