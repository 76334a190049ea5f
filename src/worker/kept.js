// Files of the site that are kept, so that what worked with a network works without one.

const CACHE = "lacuna-site";

async function open() {
  try {
    return await caches.open(CACHE);
  } catch {
    // A browser that keeps nothing still works while there is a network.
    return undefined;
  }
}

async function keep(cache, url, response) {
  try {
    await cache?.put(url, response);
  } catch {
    // No room, or a browser that promises more than it does.
  }
}

/** A file that may change: as it is now, or as it was when there was a network. */
export async function latest(url) {
  const cache = await open();
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    const kept = await cache?.match(url);
    if (kept === undefined) {
      throw error;
    }
    return kept;
  }
  if (response.ok) {
    await keep(cache, url, response.clone());
  }
  return response;
}

/** A file whose folder has a digest in its name and that therefore never changes. Those of older builds go. */
export async function pinned(url) {
  const cache = await open();
  const kept = await cache?.match(url);
  if (kept !== undefined) {
    return kept;
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: status ${response.status}`);
  }
  if (cache !== undefined) {
    await keep(cache, url, response.clone());
    const name = url.slice(url.lastIndexOf("/"));
    for (const { url: other } of await cache.keys()) {
      if (other !== url && other.endsWith(name)) {
        await cache.delete(other);
      }
    }
  }
  return response;
}
