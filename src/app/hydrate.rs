//! Wakes the exported page: attaches the app to the markup that is already there.

use leptos::prelude::{document, provide_context};
use wasm_bindgen::prelude::wasm_bindgen;

use super::App;
use super::links::Base;

/// The page's script calls this once. The document says at which path the site is mounted, so the
/// same build serves any.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let base = document().document_element().and_then(|root| root.get_attribute("data-base"));
    leptos::mount::hydrate_body(move || {
        if let Some(base) = base {
            provide_context(Base(base));
        }
        App()
    });
}
