//! The page's side of the browser: the worker, files, drawing. No views.

mod bridge;
mod studio;

pub use studio::{Studio, StudioEvent};

use wasm_bindgen::prelude::wasm_bindgen;

/// Wakes the exported page: attaches the app to the markup that is already there.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(crate::app::App);
}
