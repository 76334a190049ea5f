//! Files in and out: what was picked, dropped or pasted, and what is saved.

use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, HtmlAnchorElement, HtmlInputElement, Response};

use super::dom::{ObjectUrl, window};
use crate::wire;

/// A file and the name it came with.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// The file.
    pub file: Blob,
    /// Its name with extension; empty when it has none, as after pasting.
    pub name: String,
}

impl From<File> for NamedFile {
    fn from(file: File) -> Self {
        Self { name: file.name(), file: file.into() }
    }
}

/// The file that was picked; the input is emptied, so that the same file can be picked again.
#[must_use]
pub fn picked(input: &HtmlInputElement) -> Option<NamedFile> {
    let file = input.files()?.get(0)?;
    input.set_value("");
    Some(file.into())
}

/// The first picture among what was dropped or pasted, or else its first file.
#[must_use]
pub fn transferred(data: &DataTransfer) -> Option<NamedFile> {
    let list = data.files()?;
    let files: Vec<File> = (0..list.length()).filter_map(|index| list.get(index)).collect();
    let picture = files.iter().find(|file| file.type_().starts_with("image/"));
    picture.or_else(|| files.first()).cloned().map(NamedFile::from)
}

/// Whether something that is dragged is a file.
#[must_use]
pub fn carries_files(data: &DataTransfer) -> bool {
    data.types().includes(&JsValue::from_str("Files"), 0)
}

/// Fetches a file of the site. `None` when it is not there.
pub async fn fetched(url: &str) -> Option<Blob> {
    let response = fetch(url).await?;
    JsFuture::from(response.blob().ok()?).await.ok()?.dyn_into().ok()
}

/// Fetches a value in JSON; without a network as a worker has kept it. `None` when it is not there or not of the type.
/// The browser parses it, as it does for the settings: one parser less in the page.
pub async fn fetched_json<T: DeserializeOwned>(url: &str) -> Option<T> {
    let response = match fetch(url).await {
        Some(response) => response,
        None => {
            let kept = window()?.caches().ok()?.match_with_str(url);
            JsFuture::from(kept).await.ok()?.dyn_into().ok()?
        }
    };
    let value = JsFuture::from(response.json().ok()?).await.ok()?;
    wire::read(value).ok()
}

async fn fetch(url: &str) -> Option<Response> {
    let response = Request::get(url).send().await.ok()?;
    response.ok().then(|| response.into())
}

/// Lets the browser save a file under a name.
pub fn save(file: &Blob, name: &str) {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    let anchor = document.create_element("a").ok().and_then(|a| a.dyn_into().ok());
    let Some(anchor): Option<HtmlAnchorElement> = anchor else { return };
    let url = ObjectUrl::new(file);
    anchor.set_href(url.as_str());
    anchor.set_download(name);
    anchor.click();
    // The browser reads the file after this call; a minute is long enough for any disk.
    gloo_timers::callback::Timeout::new(60_000, move || drop(url)).forget();
}

/// Whether a file says of itself that it is something else than a picture.
#[must_use]
pub fn is_foreign(file: &Blob) -> bool {
    let media_type = file.type_();
    !media_type.is_empty() && !media_type.starts_with("image/")
}
