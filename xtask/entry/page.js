// Starts the page: the pages of the site name this file, it knows its neighbours.
import init, { hydrate } from "./lacuna.js";

await init({ module_or_path: new URL("./lacuna_bg.wasm", import.meta.url) });
hydrate();
