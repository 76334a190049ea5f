//! The script that brings ONNX Runtime Web into the worker, as Rust sees it.

use js_sys::Reflect;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::Blob;

use crate::worker::post;

#[wasm_bindgen(module = "/src/worker/runtime/loader.js")]
extern "C" {
    /// Loads a set of the runtime's files from a folder.
    #[wasm_bindgen(catch, js_name = loadRuntime)]
    pub(super) async fn load_runtime(
        folder: &str,
        set: &str,
        threads: u32,
    ) -> Result<JsValue, JsValue>;

    /// Lets a `window` exist, or not.
    #[wasm_bindgen(js_name = withWindow)]
    pub(super) fn with_window(there: bool);

    /// Gives the next session a file whose bytes its graph refers to by this name.
    pub(super) fn mount(path: &str, data: &Blob);

    /// Lets the next session record its commands on the graphics card and play them again.
    pub(super) fn record();

    /// The providers that the latest session was asked to run on, and `recorded` where it is to record its commands.
    #[wasm_bindgen(js_name = reachedOptions)]
    pub(super) fn reached_options() -> String;

    #[wasm_bindgen(js_name = heapBytes)]
    fn heap_bytes_raw() -> f64;

    #[wasm_bindgen(js_name = browserTraits)]
    fn browser_traits() -> JsValue;

    #[wasm_bindgen(catch, js_name = deviceLost)]
    async fn device_lost_raw() -> Result<JsValue, JsValue>;
}

/// Bytes of the runtime's heap and of ours; neither ever shrinks, so these are peaks.
pub(super) fn heap_bytes() -> u64 {
    heap_bytes_raw() as u64 + post::own_heap()
}

/// Whether the browser can suspend WebAssembly, and whether it is WebKit.
pub(super) fn traits() -> (bool, bool) {
    let traits = browser_traits();
    let has = |name: &str| Reflect::get(&traits, &name.into()).is_ok_and(|value| value.is_truthy());
    (has("suspends"), has("webkit"))
}

/// Comes back when the graphics device is lost, with the reason; `None` when there is no device to watch.
pub(super) async fn device_lost() -> Option<String> {
    device_lost_raw().await.ok().and_then(|reason| reason.as_string())
}
