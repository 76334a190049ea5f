//! Goes from page to page without leaving the document, so that an open photo stays open.

use leptos::prelude::{ReadUntracked, Set, With, WithUntracked, document};
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider};

use super::fetch;
use crate::app::{Page, parts, reactive::whenever, state::Editor};

/// Follows links within the site, whose path is `base`, and the browser's own way back and forth.
pub(super) fn follow(editor: Editor, base: String) -> Option<BrowserUrl> {
    // Fails in no window that shows a page.
    let location = BrowserUrl::new().ok()?;
    let here = location.clone();
    location.init(Some(base.trim_end_matches('/').to_owned().into()));
    whenever(move || {
        let page = location.as_url().with(|url| Page::at(url.path(), &base));
        let (location, base) = (location.clone(), base.clone());
        fetch::when(parts::fetch(page), move |fetched| {
            if location.as_url().with_untracked(|url| Page::at(url.path(), &base)) != page {
                // Someone went on meanwhile.
                return;
            }
            if fetched.is_err() {
                stay(&location);
                return editor.unfetched();
            }
            if editor.page.get_untracked() != page {
                editor.page.set(page);
            }
            // The address changes once the page has.
            location.ready_to_complete();
        });
    });
    Some(here)
}

/// Stays at the address that is shown, whatever was being gone to: else the way there would seem to be gone already.
pub(super) fn stay(location: &BrowserUrl) {
    let Ok(here) = BrowserUrl::current() else { return };
    if location.as_url().with_untracked(|url| url.path() != here.path()) {
        location.as_url().set(here);
    }
}

/// Goes to a page of the site at `base`.
pub(super) fn go(editor: Editor, location: Option<&BrowserUrl>, base: &str, page: Page) {
    let (Some(location), Some(path)) = (location, page.path()) else { return };
    let value = [base, path].concat();
    let (location, asked) = (location.clone(), location.as_url().read_untracked().clone());
    fetch::when(parts::fetch(page), move |fetched| {
        if *location.as_url().read_untracked() != asked {
            // Someone went elsewhere meanwhile.
            return;
        }
        if fetched.is_err() {
            return editor.unfetched();
        }
        if let Ok(url) = BrowserUrl::parse(&value) {
            location.as_url().set(url);
            let change = LocationChange { value, replace: false, ..LocationChange::default() };
            location.complete_navigation(&change);
        }
    });
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
