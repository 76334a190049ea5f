//! What the device has that models need: a graphics card, memory.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen(module = "/src/worker/device.js")]
extern "C" {
    #[wasm_bindgen(js_name = adapter)]
    async fn adapter_raw() -> JsValue;

    #[wasm_bindgen(js_name = memory)]
    fn memory_raw() -> JsValue;
}

/// Taken where the browser does not say how much memory there is, in GiB.
const USUAL: f64 = 4.0;

/// Whether the browser gives out a WebGPU adapter, and whether that computes with numbers of half precision.
pub(super) async fn adapter() -> (bool, bool) {
    let said: Array = adapter_raw().await.unchecked_into();
    (said.get(0).is_truthy(), said.get(1).is_truthy())
}

/// Bytes of memory, as far as the browser says: rounded, and no more than it wants to tell.
pub(super) fn told_memory() -> Option<u64> {
    memory_raw().as_f64().map(|gib| (gib * f64::from(1 << 30)) as u64)
}

/// Bytes of memory, or what is usual.
pub(super) fn memory() -> u64 {
    told_memory().unwrap_or((USUAL * f64::from(1 << 30)) as u64)
}
