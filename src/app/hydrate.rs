//! Wakes the exported page: attaches the app to the markup that is already there.

use leptos::prelude::{document, provide_context};
use leptos_router::location::{BrowserUrl, LocationProvider};
use wasm_bindgen::prelude::wasm_bindgen;

use super::links::Base;
use super::{App, AppProps, Page};

/// The page's script calls this once. The document says at which path the site is mounted, so the
/// same build serves any.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let base = document().document_element().and_then(|root| root.get_attribute("data-base"));
    let base = base.unwrap_or_else(|| "/".to_owned());
    let page = BrowserUrl::current().map_or(Page::Missing, |url| Page::at(url.path(), &base));
    leptos::mount::hydrate_body(move || {
        provide_context(Base(base));
        App(AppProps { page })
    });
}
