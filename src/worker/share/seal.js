// What a sealed link needs of the browser: random bytes, encryption, and an upload that tells how far it is.

/** Random bytes. */
export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** AES-256-GCM. */
export async function encrypt(key, iv, additionalData, plain) {
  const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, secret, plain));
}

// A store that is silent for so long has gone away, in milliseconds.
const PATIENCE = 15_000;

/** One PUT on its way; `fetch` would not say how much of a body is sent. */
export class Upload {
  #request = new XMLHttpRequest();
  #watch = 0;
  /** Share of the body that is sent. */
  sent = 0;
  /** Status of the answer; 0 when there was none; undefined until it is known. */
  status;

  constructor(url, headers, body) {
    const request = this.#request;
    request.open("PUT", url);
    for (const [name, value] of headers) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      this.sent = event.total > 0 ? event.loaded / event.total : 0;
      this.#wait();
    };
    request.onload = () => this.#end(request.status);
    request.onerror = () => this.#end(0);
    request.onabort = () => this.#end(0);
    this.#wait();
    request.send(body);
  }

  abort() {
    this.#request.abort();
  }

  #wait() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.abort(), PATIENCE);
  }

  #end(status) {
    clearTimeout(this.#watch);
    this.status ??= status;
  }
}
