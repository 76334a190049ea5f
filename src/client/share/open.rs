//! Opens a sealed link: fetches the object and decrypts it, both in this page.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CryptoKey, Response};

use crate::{
    client::dom::window,
    share::{
        LARGEST_OBJECT, SealedFile, SealedHeader, SealedLink, ShareError, Store, additional_data,
        address,
    },
};

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

/// The picture behind a sealed link.
///
/// # Errors
/// [`OpenError`], by what can be done about it.
pub async fn open_sealed(store: &Store, link: &SealedLink) -> Result<Blob, OpenError> {
    let object = fetched(&address(&store.get, &link.name())).await?;
    let (header, sealed) = SealedHeader::split(&object).map_err(OpenError::Object)?;
    let plain = decrypted(link, header, sealed).await.map_err(|_| OpenError::Key)?;
    let file = SealedFile::read(&plain).map_err(OpenError::Object)?;
    let bag = BlobPropertyBag::new();
    bag.set_type(file.format.media_type());
    let parts = Array::of1(&Uint8Array::from(file.bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &bag).map_err(|_| OpenError::Key)
}

async fn fetched(url: &str) -> Result<Vec<u8>, OpenError> {
    let window = window().ok_or(OpenError::Unreachable)?;
    let response: Response = JsFuture::from(window.fetch_with_str(url))
        .await
        .ok()
        .and_then(|response| response.dyn_into().ok())
        .ok_or(OpenError::Unreachable)?;
    match response.status() {
        200 => {}
        404 | 410 => return Err(OpenError::Gone),
        _ => return Err(OpenError::Store),
    }
    let length = response.headers().get("content-length").ok().flatten();
    let length = length.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    if length > LARGEST_OBJECT {
        return Err(OpenError::Object(ShareError::TooLarge));
    }
    // Ends early when the store sends less than it said.
    let body = response.array_buffer().map_err(|_| OpenError::Unreachable)?;
    let body = JsFuture::from(body).await.map_err(|_| OpenError::Unreachable)?;
    let bytes = Uint8Array::new(&body);
    if bytes.length() as usize > LARGEST_OBJECT {
        return Err(OpenError::Object(ShareError::TooLarge));
    }
    Ok(bytes.to_vec())
}

async fn decrypted(
    link: &SealedLink,
    header: SealedHeader,
    sealed: &[u8],
) -> Result<Vec<u8>, JsValue> {
    let subtle = window().ok_or(JsValue::NULL)?.crypto()?.subtle();
    let key = Uint8Array::from(&link.key[..]);
    let usages = Array::of1(&"decrypt".into());
    let key = subtle.import_key_with_str("raw", &key, "AES-GCM", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.dyn_into()?;
    let algorithm = Object::new();
    let additional = additional_data(header, &link.id);
    for (name, value) in [
        ("name", JsValue::from("AES-GCM")),
        ("iv", Uint8Array::from(&header.iv[..]).into()),
        ("additionalData", Uint8Array::from(&additional[..]).into()),
    ] {
        Reflect::set(&algorithm, &name.into(), &value)?;
    }
    let plain =
        subtle.decrypt_with_object_and_js_u8_array(&algorithm, &key, &Uint8Array::from(sealed))?;
    Ok(Uint8Array::new(&JsFuture::from(plain).await?).to_vec())
}

/// Asks the store to delete the object of a link; whether it said yes. What is gone already counts as deleted.
pub async fn delete_sealed(store: &Store, link: &SealedLink) -> bool {
    let Some(template) = &store.delete else { return false };
    let url = address(template, &link.name());
    let options = web_sys::RequestInit::new();
    options.set_method("DELETE");
    let headers = Object::new();
    for (name, value) in &store.headers {
        let _ = Reflect::set(&headers, &name.as_str().into(), &value.as_str().into());
    }
    options.set_headers(&headers);
    let Some(window) = window() else { return false };
    let response = JsFuture::from(window.fetch_with_str_and_init(&url, &options)).await;
    response
        .ok()
        .and_then(|response| response.dyn_into::<Response>().ok())
        .is_some_and(|response| response.ok() || matches!(response.status(), 404 | 410))
}
