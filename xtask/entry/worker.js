// Starts the worker. A failure goes to `onerror` of the Worker object: a rejected module would
// only be an unhandled rejection in here, which the page never hears of.
import init, { start } from "./worker.js";

try {
  await init({ module_or_path: new URL("./worker_bg.wasm", import.meta.url) });
  start();
} catch (error) {
  self.reportError(error);
}
