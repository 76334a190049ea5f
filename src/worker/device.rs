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

/// What a browser says of the device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device {
    /// Whether it gives out a WebGPU adapter.
    pub(super) adapter: bool,
    /// Whether that computes with numbers of half precision.
    pub(super) halves: bool,
    /// Bytes of memory, as far as it says: rounded, and no more than it wants to tell.
    pub(super) memory: Option<u64>,
}

impl Device {
    /// Asks the browser.
    pub(super) async fn ask() -> Self {
        let said: Array = adapter_raw().await.unchecked_into();
        let memory = memory_raw().as_f64().map(bytes);
        Self { adapter: said.get(0).is_truthy(), halves: said.get(1).is_truthy(), memory }
    }
}

/// Bytes of memory, or what is usual.
pub(super) fn memory() -> u64 {
    bytes(memory_raw().as_f64().unwrap_or(USUAL))
}

fn bytes(gib: f64) -> u64 {
    (gib * f64::from(1 << 30)) as u64
}
