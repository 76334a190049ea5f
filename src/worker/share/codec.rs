//! The codec of links, as Rust sees it.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::{
    protocol::{Failure, FailureCode},
    raster::{Channels, Picture, convert},
    share::Frame,
};

#[wasm_bindgen(module = "/src/worker/share/codec.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadCodec)]
    fn load_codec(url: &str) -> Promise;

    #[wasm_bindgen(catch, js_name = encodeWebp)]
    async fn encode_webp(
        rgba: &[u8],
        width: u32,
        height: u32,
        quality: u32,
    ) -> Result<JsValue, JsValue>;
}

/// The codec on its way.
pub(super) struct LoadingCodec(Promise);

impl LoadingCodec {
    /// The codec.
    ///
    /// # Errors
    /// `CodecLoad` when it does not come or does not start.
    pub(super) async fn loaded(self) -> Result<Codec, Failure> {
        let failed = |error| Failure::new(FailureCode::CodecLoad, format!("{error:?}"));
        JsFuture::from(self.0).await.map_err(failed)?;
        Ok(Codec)
    }
}

/// The loaded codec.
pub(super) struct Codec;

impl Codec {
    /// Begins to load the codec whose script is at `url`, unless that was done before.
    pub(super) fn begin(url: &str) -> LoadingCodec {
        LoadingCodec(load_codec(url))
    }

    /// A lossy frame of an opaque picture. `quality` is 0 to 100.
    ///
    /// # Errors
    /// `Internal` when the codec fails.
    pub(super) async fn encode(&self, picture: &Picture, quality: u8) -> Result<Frame, Failure> {
        let size = picture.size();
        let rgba = convert(picture, Channels::Rgba);
        let failed = |detail: String| Failure::new(FailureCode::Internal, detail);
        let file = encode_webp(rgba.data(), size.width, size.height, quality.into())
            .await
            .map_err(|error| failed(format!("{error:?}")))?
            .dyn_into::<Uint8Array>()
            .map_err(|_| failed("the codec made nothing".to_owned()))?;
        Frame::of_webp(&file.to_vec()).map_err(|error| failed(error.to_string()))
    }
}
