// What sharing needs of the browser: fetching and decrypting an object, the system's sheet, the clipboard.

// A store that is silent for so long has gone away, in milliseconds.
const PATIENCE = 15_000;

/**
 * The bytes at an address, or the status of another answer than 200; 0 when there was none or it broke off, 413 above
 * `most`. `bar`, a progress element, shows how much is there.
 */
export async function fetchBytes(url, most, bar) {
  const ended = new AbortController();
  let watch;
  const wait = () => {
    clearTimeout(watch);
    watch = setTimeout(() => ended.abort(), PATIENCE);
  };
  wait();
  try {
    const response = await fetch(url, { signal: ended.signal });
    if (response.status !== 200) {
      return response.status;
    }
    const whole = Number(response.headers.get("content-length"));
    const reader = response.body.getReader();
    const parts = [];
    // Fails when the store sends less than it said.
    for (let part, got = 0; !(part = await reader.read()).done; parts.push(part.value)) {
      wait();
      got += part.value.length;
      if (Math.max(whole, got) > most) {
        return 413;
      }
      bar.value = whole > 0 ? got / whole : 0;
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch {
    return 0;
  } finally {
    clearTimeout(watch);
    ended.abort();
  }
}

/** Whether the object at an address was deleted, or is not there. */
export async function deleteObject(url, headers) {
  try {
    const { ok, status } = await fetch(url, { method: "DELETE", headers: Object.fromEntries(headers) });
    return ok || status === 404 || status === 410;
  } catch {
    return false;
  }
}

/** AES-256-GCM; undefined when the key does not fit. */
export async function decrypt(key, iv, additionalData, sealed) {
  try {
    const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, secret, sealed));
  } catch {
    return undefined;
  }
}

/** Whether the system has a share sheet that takes pictures. */
export function canShare() {
  const files = [new File([], "probe.png", { type: "image/png" })];
  return navigator.canShare?.({ files }) ?? false;
}

/** Opens the share sheet with a picture, and with a link where it takes both. */
export async function shareFile(picture, name, url) {
  const files = [new File([picture], name, { type: picture.type })];
  const both = { files, url };
  try {
    await navigator.share(url !== "" && navigator.canShare(both) ? both : { files });
  } catch {
    // The person closed it.
  }
}

/** Copies a text; whether the browser let it. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Today, as people here write it. */
export function today() {
  return new Date().toLocaleDateString();
}
