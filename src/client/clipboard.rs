//! Puts a picture on the clipboard.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::Blob;

#[wasm_bindgen(module = "/src/client/clipboard.js")]
extern "C" {
    type Promised;
    fn promise() -> Promised;
    #[wasm_bindgen(js_name = wordsSelected)]
    fn selected() -> bool;
    #[wasm_bindgen(method)]
    fn give(this: &Promised, picture: &Blob);
    #[wasm_bindgen(method)]
    fn refuse(this: &Promised);
    #[wasm_bindgen(method, getter)]
    fn written(this: &Promised) -> js_sys::Promise;
}

/// A picture that is promised to the clipboard. Dropped without one, it leaves the clipboard as it is.
pub struct Copying(Promised);

impl Copying {
    /// Promises a PNG. Call while the person's click or key is being heard.
    #[must_use]
    pub fn begin() -> Self {
        Self(promise())
    }

    /// Gives the picture; whether the clipboard has it now.
    pub async fn finish(self, picture: &Blob) -> bool {
        self.0.give(picture);
        let written = wasm_bindgen_futures::JsFuture::from(self.0.written()).await;
        written.as_ref().is_ok_and(JsValue::is_truthy)
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        // After a picture was given it changes nothing.
        self.0.refuse();
    }
}

/// Whether words are selected on the page: then these are what is to be copied.
#[must_use]
pub fn words_selected() -> bool {
    selected()
}
