//! Wakes the exported page: attaches the app to the markup that is already there.

use leptos::prelude::{document, provide_context};
use leptos_router::location::{BrowserUrl, LocationProvider};
use wasm_bindgen::prelude::wasm_bindgen;

use super::links::Base;
use super::{App, AppProps, Page, actions::fetch, messages, parts};

/// The page's script calls this once. The document says at which path the site is mounted, so the
/// same build serves any, and in the end that the page is alive.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let root = document().document_element();
    let base = root.as_ref().and_then(|root| root.get_attribute("data-base"));
    let base = base.unwrap_or_else(|| "/".to_owned());
    let page = BrowserUrl::current().map_or(Page::Missing, |url| Page::at(url.path(), &base));
    fetch::when(parts::fetch(page), move |fetched| {
        if fetched.is_err() {
            return tell();
        }
        leptos::mount::hydrate_body(move || {
            provide_context(Base(base));
            App(AppProps { page })
        });
        // From here on a click does something; tests wait for it.
        let _ = root.map(|root| root.set_attribute("data-hydrated", ""));
    });
}

/// Says on a page that stays as it was exported that the rest of it did not come.
fn tell() {
    let words = document().create_element("p").ok().zip(document().body());
    if let Some((words, body)) = words {
        words.set_text_content(Some(messages::UNFETCHED));
        let _ = words.set_attribute("role", "alert");
        let _ = body.insert_before(&words, body.first_child().as_ref());
    }
}
