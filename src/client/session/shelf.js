// Keeps the files of sessions on the device: in the origin's private file system, or in IndexedDB where that cannot
// be written. A session is a folder of named blobs with a record that names them.
//
// The record is written last and at once, so a crash leaves either the state before or the state after. The tab that
// works on a session holds a lock of its name: no other tab offers it or clears it away.

const PLACE = "lacuna-sessions";
const RECORD = "record.json";
// More than that are cleared away, the oldest first.
const MOST = 3;

async function fileSystem() {
  const root = await navigator.storage.getDirectory();
  const top = await root.getDirectoryHandle(PLACE, { create: true });
  if (!("createWritable" in FileSystemFileHandle.prototype)) {
    throw new Error("files cannot be written here");
  }
  const names = async (folder) => {
    const found = [];
    for await (const name of folder.keys()) {
      found.push(name);
    }
    return found;
  };
  return {
    sessions: () => names(top),
    names: async (session) => names(await top.getDirectoryHandle(session)),
    async read(session, name) {
      const folder = await top.getDirectoryHandle(session);
      return (await folder.getFileHandle(name)).getFile();
    },
    async write(session, name, blob) {
      const folder = await top.getDirectoryHandle(session, { create: true });
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(blob);
      await file.close();
    },
    async remove(session, name) {
      await (await top.getDirectoryHandle(session)).removeEntry(name);
    },
    clear: (session) => top.removeEntry(session, { recursive: true }),
  };
}

async function database() {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open(PLACE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files");
  const files = await done(opening);
  const store = (mode) => files.transaction("files", mode).objectStore("files");
  const all = (session) => IDBKeyRange.bound([session, ""], [session, "\uffff"]);
  return {
    sessions: async () => [...new Set((await done(store("readonly").getAllKeys())).map(([session]) => session))],
    names: async (session) => (await done(store("readonly").getAllKeys(all(session)))).map(([, name]) => name),
    async read(session, name) {
      // Some browsers keep no blobs.
      return new Blob([await done(store("readonly").get([session, name]))]);
    },
    async write(session, name, blob) {
      const bytes = await blob.arrayBuffer();
      await done(store("readwrite").put(bytes, [session, name]));
    },
    remove: (session, name) => done(store("readwrite").delete([session, name])),
    clear: (session) => done(store("readwrite").delete(all(session))),
  };
}

let opened;
const shelf = () => (opened ??= fileSystem().catch(database));

let held;

/** Does something with a session unless a tab works on it. */
function unlessTaken(session, act) {
  return navigator.locks
    ? navigator.locks.request(PLACE + session, { ifAvailable: true }, (lock) => lock && act())
    : act();
}

/** Claims a session for this tab, in place of the one before. Whether no other tab has it. */
async function claim(session) {
  if (held?.session === session) {
    return true;
  }
  held?.release();
  // Names of the files that are there, each with its size and type.
  const mine = { session, release() {}, written: new Map() };
  held = mine;
  const until = new Promise((resolve) => (mine.release = resolve));
  return new Promise((resolve) => {
    const answer = (lock) => {
      resolve(lock !== null);
      return lock && until;
    };
    if (navigator.locks) {
      navigator.locks.request(PLACE + session, { ifAvailable: true }, answer);
    } else {
      resolve(true);
    }
  });
}

const waiting = new Map();
let writing;

/**
 * Keeps a session: `record` is any value of JSON, `files` are pairs of name and blob, of which each is written once.
 * In place of a blob there may be the parts of a picture to be made, as `look` takes them.
 * Calls for a session that come while one is at work are one call with the last state.
 */
export function keep(session, record, files) {
  waiting.set(session, { record, files });
  return (writing ??= work().finally(() => (writing = undefined)));
}

async function work() {
  for (const [session, { record, files }] of waiting) {
    waiting.delete(session);
    const place = await shelf();
    await claim(session);
    const { written } = held;
    const isNew = written.size === 0;
    const sizes = {};
    for (const [name, given] of files) {
      if (!written.has(name)) {
        const blob = given instanceof Blob ? given : await look(...given);
        if (!blob) {
          continue;
        }
        await place.write(session, name, blob);
        written.set(name, [blob.size, blob.type]);
      }
      sizes[name] = written.get(name);
    }
    const text = JSON.stringify({ saved: Date.now(), record, files: sizes });
    await place.write(session, RECORD, new Blob([text]));
    for (const name of [...written.keys()]) {
      if (!(name in sizes)) {
        written.delete(name);
        await place.remove(session, name);
      }
    }
    if (isNew) {
      // Those that are too many go. What cannot be read or cleared now is met again when the next page looks.
      await latest().catch(() => {});
    }
  }
}

/** Forgets a session, unless another tab works on it. */
export async function forget(session) {
  waiting.delete(session);
  await writing?.catch(() => {});
  const place = await shelf();
  if (held?.session === session) {
    const mine = held;
    held = undefined;
    await place.clear(session).finally(mine.release);
  } else {
    await unlessTaken(session, () => place.clear(session));
  }
}

/** Leaves a session for another time. */
export async function release(session) {
  if (held?.session === session) {
    held.release();
    held = undefined;
    // Until the lock is free nobody would offer it.
    await navigator.locks?.request(PLACE + session, () => {});
  }
}

/**
 * The latest session that no tab works on, as `{ session, record, files, broken }` with a map of blobs, or only
 * `broken`: how many were unreadable and are gone.
 */
export async function latest() {
  const place = await shelf();
  const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
  const taken = new Set([...held, ...pending].map((lock) => lock.name));
  const all = [];
  let broken = 0;
  for (const session of await place.sessions()) {
    if (taken.has(PLACE + session)) {
      continue;
    }
    try {
      all.push(await read(place, session));
    } catch {
      // A tab may have begun it just now.
      await unlessTaken(session, async () => {
        // Without a record nothing was promised yet.
        broken += (await place.names(session)).includes(RECORD) ? 1 : 0;
        await place.clear(session);
      });
    }
  }
  all.sort((one, other) => other.saved - one.saved);
  for (const { session } of all.splice(MOST)) {
    await unlessTaken(session, () => place.clear(session));
  }
  return { ...all[0], broken };
}

async function read(place, session) {
  const text = await (await place.read(session, RECORD)).text();
  const { saved, record, files } = JSON.parse(text);
  const blobs = new Map();
  for (const [name, [size, type]] of Object.entries(files)) {
    const blob = await place.read(session, name);
    if (blob.size !== size) {
      throw new Error(`${name} is not whole`);
    }
    blobs.set(name, new Blob([blob], { type }));
  }
  const left = (await place.names(session)).filter((name) => name !== RECORD && !blobs.has(name));
  if (left.length > 0) {
    // Behind by a crash, or just written by a tab that goes on with it.
    await unlessTaken(session, () => Promise.all(left.map((name) => place.remove(session, name))));
  }
  return { session, saved, record, files: blobs };
}

/**
 * Goes on with a session that `latest` told of, unless another tab does: as `latest` has it, but as it is now, for
 * another tab may have worked on it since. `undefined` when it cannot be had.
 */
export async function resume(session) {
  const claimed = claim(session);
  const mine = held;
  if (await claimed) {
    try {
      const found = await read(await shelf(), session);
      // What is there is not written again.
      for (const [name, blob] of found.files) {
        mine.written.set(name, [blob.size, blob.type]);
      }
      return found;
    } catch {
      mine.release();
    }
  }
  held = undefined;
}

async function picture(blob, options) {
  const bitmap = await createImageBitmap(blob, { resizeQuality: "medium", ...options });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return { canvas, context };
}

const jpeg = (canvas) => canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });

/** A small picture of a photo, `undefined` where the browser cannot make one. */
export async function thumbnail(photo) {
  try {
    return await jpeg((await picture(photo, { resizeHeight: 240 })).canvas);
  } catch {
    return undefined;
  }
}

/**
 * A small picture of a photo of this width and height with pictures on it, each with its place: from the small picture
 * of the photo alone. `undefined` where the browser cannot make one.
 */
async function look(photo, width, height, windows) {
  try {
    const { canvas, context } = await picture(photo, {});
    context.scale(canvas.width / width, canvas.height / height);
    for (const [window, ...place] of windows) {
      const [, , across, down] = place;
      const resizeWidth = Math.ceil((across * canvas.width) / width);
      const resizeHeight = Math.ceil((down * canvas.height) / height);
      context.drawImage(await createImageBitmap(window, { resizeWidth, resizeHeight }), ...place);
    }
    return await jpeg(canvas);
  } catch {
    return undefined;
  }
}
