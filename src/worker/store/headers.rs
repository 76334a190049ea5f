//! Headers of stored files, kept beside them.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::Blob;

use crate::manifest::Digest;

#[wasm_bindgen(module = "/src/worker/store/headers.js")]
extern "C" {
    #[wasm_bindgen(js_name = keptHeader)]
    async fn kept_header_raw(file: &str, name: &str) -> JsValue;

    #[wasm_bindgen(js_name = keepHeader)]
    async fn keep_header_raw(file: &str, name: &str, bytes: &Blob, about: &str);

    #[wasm_bindgen(js_name = dropHeaders)]
    async fn drop_headers_raw(file: &str, version: Option<&str>);
}

/// A header as it is kept.
pub(in crate::worker) struct KeptHeader {
    pub(in crate::worker) bytes: Blob,
    /// Whether it refers to the file that it was made of.
    pub(in crate::worker) refers: bool,
    /// Whether its graph is another one than the file's.
    pub(in crate::worker) compiled: bool,
}

impl KeptHeader {
    /// The one of a file under a name.
    pub(in crate::worker) async fn find(file: Digest, name: &str) -> Option<Self> {
        let kept: Array = kept_header_raw(&file.to_string(), name).await.dyn_into().ok()?;
        let about = kept.get(1).as_string()?;
        let says = |word: &str| about.split(' ').any(|said| said == word);
        Some(Self {
            bytes: kept.get(0).dyn_into().ok()?,
            refers: says("refers"),
            compiled: says("compiled"),
        })
    }

    /// Keeps it under a name that begins with `version`, and throws those of other versions away.
    pub(in crate::worker) async fn keep(&self, file: Digest, version: &str, name: &str) {
        let file = file.to_string();
        let about = [(self.refers, "refers"), (self.compiled, "compiled")];
        let about: Vec<&str> =
            about.into_iter().filter_map(|(is, word)| is.then_some(word)).collect();
        drop_headers_raw(&file, Some(version)).await;
        keep_header_raw(&file, name, &self.bytes, &about.join(" ")).await;
    }
}

/// Throws all headers of a file away.
pub(in crate::worker) async fn drop_headers(file: Digest) {
    drop_headers_raw(&file.to_string(), None).await;
}
