//! Where things are on this site: the base path and the hashed files that a page refers to.

use std::collections::BTreeMap;

use leptos::prelude::use_context;
use serde::Deserialize;

use crate::share::Store;

/// What the document around the app refers to. Made by the build, known to the export alone.
#[derive(Debug, Clone, Deserialize)]
pub struct Links {
    /// The path of the site, with a slash at either end; all others are relative to it.
    pub base: String,
    /// The style sheet.
    pub style: String,
    /// The module that starts the page.
    pub script: String,
    /// The module that `script` imports, named so that it is fetched at once.
    pub bindings: String,
    /// The module that fetches parts of the page, which `bindings` imports.
    pub loader: String,
    /// The page's wasm file, fetched at once too.
    pub wasm: String,
    /// The wasm files of each part of the page that is fetched on demand.
    pub parts: BTreeMap<String, Vec<String>>,
    /// The module that the worker with the photo starts from.
    pub studio: String,
    /// The module that the worker with the graphs starts from.
    pub runtime_worker: String,
    /// The folder of ONNX Runtime's files, with a slash at its end.
    pub runtime: String,
    /// The script of the codec of links.
    pub codec: String,
    /// Whether the site has models of its own besides swift. The export finds out.
    #[serde(default)]
    pub own_models: bool,
    /// Where full-size links are put, if the operator offers it.
    pub store: Option<Store>,
}

impl Links {
    /// The URL of a file of the site.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// The path of the site, in context on export and in the browser alike; `/` when absent.
#[derive(Debug, Clone)]
pub struct Base(pub String);

/// The path of the site, with a slash at either end.
#[must_use]
pub fn base() -> String {
    use_context::<Base>().map_or_else(|| "/".to_owned(), |Base(base)| base)
}

/// The URL of a file of the site, such as a sample photo; `path` has no leading slash.
#[must_use]
pub fn href(path: &str) -> String {
    format!("{}{path}", base())
}
