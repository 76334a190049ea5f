// What sharing needs of the browser: fetching and decrypting an object, the system's sheet, the clipboard.

/** The bytes at an address, or the status of another answer than 200; 0 when there was none, 413 above `most`. */
export async function fetchBytes(url, most) {
  try {
    const response = await fetch(url);
    if (response.status !== 200) {
      return response.status;
    }
    if (Number(response.headers.get("content-length")) > most) {
      return 413;
    }
    // Fails when the store sends less than it said.
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    return 0;
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
