// The browser's disk: whole files under their digest, and beginnings of files.
//
// The origin's private file system where its files can be written piece by piece; otherwise chunks in a cache, which
// every browser has that has a disk at all.

const FOLDER = "models";
const PART = ".part";
const CACHE = "lacuna-models";
// One entry of the cache; large enough to be few, small enough to be held twice.
const CHUNK = 4 << 20;

const folder = async (create) =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create });

const absent = (error) => {
  if (error.name === "NotFoundError") {
    return undefined;
  }
  throw error;
};

const full = () => new DOMException("the disk took less than it was given", "QuotaExceededError");

/** A beginning of a file in the private file system. */
class FilePart {
  constructor(handle, access, name) {
    Object.assign(this, { handle, access, name, end: access.getSize() });
  }

  length() {
    return this.end;
  }

  async read(from, to) {
    const bytes = new Uint8Array(to - from);
    return bytes.subarray(0, this.access.read(bytes, { at: from }));
  }

  async append(bytes) {
    const written = this.access.write(bytes, { at: this.end });
    // What a browser says that it wrote is not always there when the disk is full.
    if (written < bytes.length || this.access.getSize() < this.end + bytes.length) {
      this.access.truncate(this.end);
      throw full();
    }
    this.end += written;
  }

  async cut(length) {
    this.access.truncate(length);
    this.end = length;
  }

  async close() {
    // A write that failed may have left something behind.
    if (this.access.getSize() > this.end) {
      this.access.truncate(this.end);
    }
    this.access.flush();
    this.access.close();
  }

  async keep() {
    await this.close();
    if ((await this.handle.getFile()).size !== this.end) {
      throw full();
    }
    if (this.handle.move !== undefined) {
      return this.handle.move(this.name);
    }
    // Where files cannot be renamed they are copied; half a copy is told by its length, whenever it is looked for.
    const dir = await folder(true);
    try {
      await copied(await this.handle.getFile(), await dir.getFileHandle(this.name, { create: true }));
    } catch (error) {
      await dir.removeEntry(this.name).catch(absent);
      throw error;
    }
    return dir.removeEntry(this.name + PART);
  }
}

/** Copies a file into another one; all of it, or an error. */
async function copied(file, into) {
  const access = await into.createSyncAccessHandle();
  try {
    for (let at = 0; at < file.size; at += CHUNK) {
      const bytes = new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer());
      if (access.write(bytes, { at }) < bytes.length) {
        throw full();
      }
    }
    access.flush();
    if (access.getSize() !== file.size) {
      throw full();
    }
  } finally {
    access.close();
  }
}

/** Files in the private file system. */
class Folder {
  constructor(dir) {
    this.dir = dir;
  }

  async list() {
    const found = [];
    for await (const [name, handle] of this.dir.entries()) {
      // A file that is being written by another tab may not tell its length.
      const size = await handle.getFile().then((file) => file.size, () => 0);
      const whole = !name.endsWith(PART);
      found.push([whole ? name : name.slice(0, -PART.length), size, whole]);
    }
    return found;
  }

  async open(name) {
    const handle = await this.dir.getFileHandle(name + PART, { create: true });
    return new FilePart(handle, await handle.createSyncAccessHandle(), name);
  }

  async remove(name) {
    await this.dir.removeEntry(name).catch(absent);
    await this.dir.removeEntry(name + PART).catch(absent);
  }
}

const address = (name, rest) => new URL(`/${CACHE}/${name}/${rest}`, self.location.origin).href;
const lengthOf = (response) => Number(response.headers.get("content-length"));

/** The chunks of a file in a cache, in order. */
async function chunksOf(cache, name) {
  const found = [];
  for (;;) {
    const response = await cache.match(address(name, found.length));
    if (response === undefined) {
      return found;
    }
    found.push(response);
  }
}

/** A beginning of a file in a cache. */
class ChunkPart {
  constructor(cache, name, lengths) {
    Object.assign(this, { cache, name, lengths, held: [], heldLength: 0 });
    this.end = lengths.reduce((sum, length) => sum + length, 0);
  }

  length() {
    return this.end;
  }

  async read(from, to) {
    await this.flush();
    const pieces = [];
    let start = 0;
    for (const [index, length] of this.lengths.entries()) {
      if (start < to && start + length > from) {
        const blob = await (await this.cache.match(address(this.name, index))).blob();
        pieces.push(blob.slice(Math.max(from - start, 0), to - start));
      }
      start += length;
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  }

  async append(bytes) {
    this.held.push(bytes);
    this.heldLength += bytes.length;
    this.end += bytes.length;
    if (this.heldLength >= CHUNK) {
      await this.flush();
    }
  }

  async flush() {
    if (this.heldLength === 0) {
      return;
    }
    const headers = { "content-length": String(this.heldLength) };
    await this.cache.put(address(this.name, this.lengths.length), new Response(new Blob(this.held), { headers }));
    this.lengths.push(this.heldLength);
    this.held = [];
    this.heldLength = 0;
  }

  async cut(length) {
    await this.flush();
    while (this.end > length) {
      const last = this.lengths.pop();
      const at = address(this.name, this.lengths.length);
      const rest = length - (this.end - last);
      const kept = rest > 0 ? await (await this.cache.match(at)).blob() : undefined;
      await this.cache.delete(at);
      this.end -= last;
      if (kept !== undefined) {
        await this.append(new Uint8Array(await kept.slice(0, rest).arrayBuffer()));
        await this.flush();
      }
    }
  }

  async close() {
    await this.flush();
  }

  async keep() {
    await this.flush();
    await this.cache.put(address(this.name, "whole"), new Response(null));
  }
}

/** Files as chunks in a cache. */
class Chunks {
  constructor(cache) {
    this.cache = cache;
  }

  async list() {
    const names = new Set((await this.cache.keys()).map((request) => new URL(request.url).pathname.split("/")[2]));
    const found = [];
    for (const name of names) {
      const size = (await chunksOf(this.cache, name)).reduce((sum, chunk) => sum + lengthOf(chunk), 0);
      found.push([name, size, (await this.cache.match(address(name, "whole"))) !== undefined]);
    }
    return found;
  }

  async open(name) {
    return new ChunkPart(this.cache, name, (await chunksOf(this.cache, name)).map(lengthOf));
  }

  async remove(name) {
    // The mark goes first: a file that lacks chunks must not look whole.
    await this.cache.delete(address(name, "whole"));
    for (let index = 0; await this.cache.delete(address(name, index)); index++);
  }
}

/** The disk to write to. Throws where there is none. */
export async function openDisk() {
  try {
    const dir = await folder(true);
    // Some browsers have the file system and cannot write to it from here.
    const probe = `probe-${crypto.randomUUID()}`;
    const handle = await dir.getFileHandle(probe, { create: true });
    try {
      (await handle.createSyncAccessHandle()).close();
    } finally {
      await dir.removeEntry(probe);
    }
    return new Folder(dir);
  } catch {
    return new Chunks(await caches.open(CACHE));
  }
}

/** A whole file, or nothing. Whoever only reads need not know which disk it was written to. */
export async function wholeFile(name) {
  try {
    return await (await (await folder(false)).getFileHandle(name)).getFile();
  } catch {
    // Not there, or no such file system.
  }
  try {
    const cache = await caches.open(CACHE);
    if ((await cache.match(address(name, "whole"))) === undefined) {
      return undefined;
    }
    const chunks = await chunksOf(cache, name);
    return new Blob(await Promise.all(chunks.map((chunk) => chunk.blob())));
  } catch {
    return undefined;
  }
}
