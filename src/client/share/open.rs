//! Opens a sealed link: fetches the object and decrypts it, both in this page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement};

use super::browser::{decrypt, delete_object, fetch_bytes};
use crate::{
    share::{
        LARGEST_OBJECT, SealedFile, SealedHeader, SealedLink, ShareError, Store, additional_data,
        address,
    },
    wire,
};

/// The store that a description in JSON tells of. The export has checked it; empty where there is none.
#[must_use]
pub fn described_store(text: &str) -> Option<Store> {
    wire::read(js_sys::JSON::parse(text).ok()?).ok()
}

/// Why a sealed link does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The store has no such object, or has it no more.
    Gone,
    /// The store did not answer.
    Unreachable,
    /// The store answered with an error.
    Store,
    /// The object is not what was put there.
    Object(ShareError),
    /// The key does not fit the object: one of them was changed.
    Key,
}

/// The picture behind a sealed link; `bar`, a progress element, shows how much of it is there.
///
/// # Errors
/// [`OpenError`], by what can be done about it.
pub async fn open_sealed(
    store: &Store,
    link: &SealedLink,
    bar: &HtmlElement,
) -> Result<Blob, OpenError> {
    let object = fetched(&address(&store.get, &link.name()), bar).await?;
    let (header, sealed) = SealedHeader::split(&object).map_err(OpenError::Object)?;
    let plain = decrypted(link, header, sealed).await.ok_or(OpenError::Key)?;
    let file = SealedFile::read(&plain).map_err(OpenError::Object)?;
    let bag = BlobPropertyBag::new();
    bag.set_type(file.format.media_type());
    let parts = Array::of1(&Uint8Array::from(file.bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &bag).map_err(|_| OpenError::Key)
}

async fn fetched(url: &str, bar: &HtmlElement) -> Result<Vec<u8>, OpenError> {
    let answer = fetch_bytes(url, LARGEST_OBJECT as u32, bar).await;
    if let Some(bytes) = answer.dyn_ref::<Uint8Array>() {
        return Ok(bytes.to_vec());
    }
    Err(match answer.as_f64().map_or(0, |status| status as u32) {
        0 => OpenError::Unreachable,
        404 | 410 => OpenError::Gone,
        413 => OpenError::Object(ShareError::TooLarge),
        _ => OpenError::Store,
    })
}

async fn decrypted(link: &SealedLink, header: SealedHeader, sealed: &[u8]) -> Option<Vec<u8>> {
    let plain = decrypt(
        &Uint8Array::from(&link.key[..]),
        &Uint8Array::from(&header.iv[..]),
        &Uint8Array::from(&additional_data(header, &link.id)[..]),
        &Uint8Array::from(sealed),
    )
    .await;
    plain.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

/// Asks the store to delete the object of a link; whether it said yes. What is gone already counts as deleted.
pub async fn delete_sealed(store: &Store, link: &SealedLink) -> bool {
    let Some(template) = &store.delete else { return false };
    let headers: Array = store
        .headers
        .iter()
        .map(|(name, value)| JsValue::from(Array::of2(&name.into(), &value.into())))
        .collect();
    delete_object(&address(template, &link.name()), &headers).await.is_truthy()
}
