// Starts the studio. A failure goes to `onerror` of the Worker object: a rejected module would
// only be an unhandled rejection in here, which the page never hears of.
import init, { startStudio } from "./studio.js";

try {
  await init({ module_or_path: new URL("./studio_bg.wasm", import.meta.url) });
  startStudio();
} catch (error) {
  self.reportError(error);
}
