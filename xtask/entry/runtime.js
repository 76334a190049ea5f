// Starts the runtime. A failure goes to `onerror` of the Worker object: a rejected module would
// only be an unhandled rejection in here, which the page never hears of.
import init, { startRuntime } from "./runtime-worker.js";

try {
  await init({ module_or_path: new URL("./runtime-worker_bg.wasm", import.meta.url) });
  startRuntime();
} catch (error) {
  self.reportError(error);
}
