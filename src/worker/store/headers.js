// Headers of stored files, beside them: small files that a session is made of together with the stored one.

const CACHE = "lacuna-headers";

const address = (file, name) => new URL(`/${CACHE}/${file}/${encodeURIComponent(name)}`, self.location.origin).href;

/** The header of a file under a name, and a word about it; nothing where none is kept. */
export async function keptHeader(file, name) {
  try {
    const response = await (await caches.open(CACHE)).match(address(file, name));
    return response && [await response.blob(), response.headers.get("about")];
  } catch {
    return undefined;
  }
}

/** Keeps a header. One that cannot be kept is written again the next time. */
export async function keepHeader(file, name, bytes, about) {
  try {
    const headers = { about };
    await (await caches.open(CACHE)).put(address(file, name), new Response(bytes, { headers }));
  } catch {
    // No room, or a browser that keeps nothing.
  }
}

/** Throws all headers of a file away, or those whose names begin with anything but `version`. */
export async function dropHeaders(file, version) {
  try {
    const cache = await caches.open(CACHE);
    for (const { url } of await cache.keys()) {
      const of = url.startsWith(address(file, ""));
      if (of && (version === undefined || !url.startsWith(address(file, version)))) {
        await cache.delete(url);
      }
    }
  } catch {
    // Nothing was ever kept.
  }
}
