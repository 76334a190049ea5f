//! What the site holds besides the page: its own photos, and addresses that the build knows.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local, web_sys::HtmlMetaElement};
use wasm_bindgen::JsCast;

use super::live::Live;
use crate::{
    app::samples::SAMPLES,
    client::files::{self, NamedFile},
};

/// What the document says of the build: addresses of files, mostly.
pub(super) fn meta(name: &str) -> String {
    document()
        .query_selector(&format!("meta[name={name}]"))
        .ok()
        .flatten()
        .and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok())
        .map(|meta| meta.content())
        .unwrap_or_default()
}

impl Live {
    /// Opens a photo of ours.
    pub(super) fn open_sample(self: &Rc<Self>, index: usize) {
        let Some(sample) = SAMPLES.get(index) else { return };
        let live = Rc::clone(self);
        spawn_local(async move {
            let name = format!("{}.jpg", sample.id);
            let url = format!("{}samples/{name}", live.base);
            match files::fetched(&url).await {
                Some(file) => live.open(NamedFile { file, name }),
                None => live.editor.say("This sample could not be loaded. Are you offline?".into()),
            }
        });
    }
}
