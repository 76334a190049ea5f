//! What of the studio arrives only when it is asked for: the decoders of the rarer formats.
//!
//! The build cuts the studio's wasm file at the functions of [`wasm_split`]: what only they reach lies in files of its
//! own, which are fetched before such a function is called for the first time.

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::{
    protocol::{Failure, FailureCode},
    raster::codec::{self, CodecError, Decoded, Limits},
};

impl From<SplitLoaderError> for Failure {
    fn from(error: SplitLoaderError) -> Self {
        Self::new(FailureCode::PartUnfetched, error.to_string())
    }
}

#[wasm_split(formats, preload(fetch_formats), fallible)]
fn decode_any(
    bytes: &[u8],
    limits: &Limits,
) -> Result<Result<Decoded, CodecError>, SplitLoaderError> {
    Ok(codec::decode(bytes, limits))
}

/// Opens a file of any format.
///
/// # Errors
/// What the codec says, or that a decoder could not be fetched.
pub(super) async fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Failure> {
    if codec::probe(bytes)?.format.is_common() {
        return Ok(codec::decode_common(bytes, limits)?);
    }
    Ok(decode_any(bytes, limits).await??)
}

/// Fetches what a later photo or a link may need, so that it is here when the network no longer is. What does not come
/// now is fetched when it is asked for.
pub(super) fn fetch_ahead() {
    wasm_bindgen_futures::spawn_local(async {
        let _ = fetch_formats().await;
    });
}
