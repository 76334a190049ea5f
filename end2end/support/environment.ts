// What `cargo xtask test` hands over. The tests need a finished build, so they start from there.

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; start with: cargo xtask test --e2e-only [--grep PATTERN]`);
  }
  return value;
}

/** The browser's binary. */
export const CHROMIUM = need("LACUNA_CHROMIUM");
/** The native binary that serves. */
export const SERVER = need("LACUNA_SERVER");
/** The program of `cargo xtask`. */
export const XTASK = need("LACUNA_XTASK");
/** The exported site. */
export const SITE = need("LACUNA_SITE");
/** The same site, exported for another path. */
export const SUB_SITE = need("LACUNA_SUB_SITE");
/** That path, with a slash at either end. */
export const SUB_PATH = need("LACUNA_SUB_PATH");
/** A port that was free when the tests began. */
export const PORT = Number(need("LACUNA_PORT"));
/** nginx, which stands for an object store. */
export const NGINX = need("LACUNA_NGINX");
/** A site with a store for full-size links. */
export const STORE_SITE = need("LACUNA_STORE_SITE");
/** Where the store of that site is. */
export const STORE_PORT = Number(need("LACUNA_STORE_PORT"));
/** Where the site is served. */
export const ORIGIN = `http://127.0.0.1:${PORT}`;
