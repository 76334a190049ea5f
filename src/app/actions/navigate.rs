//! Goes from page to page without leaving the document, so that an open photo stays open.

use leptos::{
    prelude::{document, location, window},
    web_sys::{Document, Element, Event, HtmlAnchorElement, MouseEvent},
};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    app::{Page, state::Editor},
    client::dom::{Listener, listen},
};

/// Follows links within the site, and the browser's own way back and forth. `base` is the path of the site.
pub(super) fn listeners(editor: Editor, base: String, document: &Document) -> [Listener; 2] {
    let back = base.clone();
    [
        listen(document, "click", move |event: MouseEvent| {
            let Some((link, page)) = followed(&event, &base) else { return };
            event.prevent_default();
            if location().pathname().is_ok_and(|here| here != link.pathname()) {
                let pushed = window()
                    .history()
                    .and_then(|it| it.push_state_with_url(&JsValue::NULL, "", Some(&link.href())));
                if pushed.is_err() {
                    // A browser that keeps no history loads the page instead.
                    let _ = location().set_href(&link.href());
                    return;
                }
            }
            editor.page.set(page);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }),
        listen(&window(), "popstate", move |_: Event| {
            editor.page.set(Page::at(&location().pathname().unwrap_or_default(), &back));
        }),
    ]
}

/// The link of a plain click, and the page of this site that it leads to.
fn followed(event: &MouseEvent, base: &str) -> Option<(HtmlAnchorElement, Page)> {
    let held = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || held {
        return None;
    }
    let element: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let elsewhere = !link.target().is_empty() || link.has_attribute("download");
    if elsewhere || !link.hash().is_empty() || location().origin().ok()? != link.origin() {
        return None;
    }
    let page = Page::at(&link.pathname(), base);
    // What is no page may still be a file.
    (page != Page::Missing).then_some((link, page))
}

/// Names the page, or the photo on it, in the browser's tab.
pub(super) fn show_title(editor: Editor) {
    let page = editor.page.get();
    let name = editor.photo.with(|photo| photo.as_ref().map(|photo| photo.name.clone()));
    match name.filter(|_| page == Page::Editor) {
        Some(name) => document().set_title(&[&name, " \u{b7} Lacuna"].concat()),
        None => document().set_title(page.title()),
    }
}
