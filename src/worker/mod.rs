//! The web worker: everything that takes long.

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts to listen. Called once by the worker's script.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
}
