//! Marks elements when they have come into view, for style sheets to act on.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/client/seen.js")]
extern "C" {
    /// Gives every element of the selector the class `seen` once most of it can be seen.
    pub fn watch(selector: &str);
}
