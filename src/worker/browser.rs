//! Has the browser decode what we do not: AVIF everywhere, HEIC and JPEG XL where the system has them.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Blob, ImageBitmap};

use super::cancel::CancelToken;
use crate::{
    protocol::{Failure, FailureCode},
    raster::{
        Size,
        codec::{CodecError, Damage, Decoded, Header, Limits, PhotoFormat, foreign},
    },
};

#[wasm_bindgen(module = "/src/worker/browser.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = decode)]
    async fn bitmap(file: &Blob) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    fn reader(bitmap: &ImageBitmap, rows: u32) -> Result<Function, JsValue>;
}

/// Rows that are read at once: a canvas as large as the photo would be more than some browsers give.
const BAND: u32 = 512;

/// Decodes a file through the browser, as straight-alpha sRGB and upright: the browser applies the orientation.
///
/// # Errors
/// `PhotoForeign` when this browser does not know the format, else what the codec says.
pub(super) async fn decode(
    bytes: &[u8],
    file: &Blob,
    token: &CancelToken,
) -> Result<Decoded, Failure> {
    let limits = Limits::default();
    let told = foreign(bytes)?;
    limits.check(&told.header)?;
    let format = told.header.format;
    let bitmap = bitmap(file).await.and_then(JsValue::dyn_into);
    let bitmap: ImageBitmap = bitmap.map_err(|error| match format {
        // Every browser that has module workers and SIMD reads AVIF.
        PhotoFormat::Avif => CodecError::Damaged { format, damage: Damage::Pixels }.into(),
        _ => Failure::new(FailureCode::PhotoForeign, format!("{format:?}: {error:?}")),
    })?;
    token.breathe().await?;
    let size = Size::new(bitmap.width(), bitmap.height());
    // The file may have said less than the truth.
    limits.check(&Header { size, needs: size.area().saturating_mul(8), ..told.header })?;
    let pixels = pixels(&bitmap, size, token).await;
    bitmap.close();
    let mut decoded = Decoded::from_rgba(format, size, pixels?, &limits)?;
    decoded.notes = told.notes;
    Ok(decoded)
}

/// All pixels of a bitmap: red, green, blue and alpha, not multiplied by it.
async fn pixels(bitmap: &ImageBitmap, size: Size, token: &CancelToken) -> Result<Vec<u8>, Failure> {
    let refused = |error: JsValue| Failure::new(FailureCode::OutOfMemory, format!("{error:?}"));
    let read = reader(bitmap, BAND.min(size.height)).map_err(refused)?;
    let mut all = Vec::new();
    all.try_reserve_exact(size.pixels() * 4)
        .map_err(|_| Failure::new(FailureCode::OutOfMemory, "no memory for the picture"))?;
    let mut top = 0;
    while top < size.height {
        let rows = BAND.min(size.height - top);
        let band = read.call2(&JsValue::NULL, &top.into(), &rows.into()).map_err(refused)?;
        let band = Uint8Array::new(&band);
        let start = all.len();
        all.resize(start + band.length() as usize, 0);
        band.copy_to(&mut all[start..]);
        top += rows;
        token.breathe().await?;
    }
    Ok(all)
}
