//! The script of this folder, as Rust sees it.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::{Blob, HtmlElement};

#[wasm_bindgen(module = "/src/client/share/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = fetchBytes)]
    pub(super) async fn fetch_bytes(url: &str, most: u32, bar: &HtmlElement) -> JsValue;

    #[wasm_bindgen(js_name = deleteObject)]
    pub(super) async fn delete_object(url: &str, headers: &Array) -> JsValue;

    pub(super) async fn decrypt(
        key: &Uint8Array,
        iv: &Uint8Array,
        additional_data: &Uint8Array,
        sealed: &Uint8Array,
    ) -> JsValue;

    /// Whether the system has a share sheet that takes pictures.
    #[must_use]
    #[wasm_bindgen(js_name = canShare)]
    pub fn can_share() -> bool;

    #[wasm_bindgen(js_name = shareFile)]
    async fn share_file_raw(picture: &Blob, name: &str, url: &str);

    #[wasm_bindgen(js_name = copyText)]
    async fn copy_text_raw(text: &str) -> JsValue;

    pub(super) fn today() -> String;
}

/// Opens the system's share sheet with a picture, and with a link where it takes both.
pub async fn share_file(picture: &Blob, name: &str, url: &str) {
    share_file_raw(picture, name, url).await;
}

/// Copies a text. `false` when the browser does not allow it.
pub async fn copy_text(text: &str) -> bool {
    copy_text_raw(text).await.is_truthy()
}
