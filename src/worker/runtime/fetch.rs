//! Brings files in: their bytes are hashed as they come and never lie in Rust's memory as a whole.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader, Response, Url};

use super::faults::{Fault, words};
use crate::{
    manifest::{Artifact, Digest, Hasher, Source},
    protocol::FailureCode,
    worker::{
        kept, post,
        store::{self, Disk},
    },
};

/// The text of a small file.
///
/// # Errors
/// `ModelFetch` when it does not come and was never here.
pub(super) async fn text(url: &str) -> Result<String, Fault> {
    kept::text(url).await.map_err(Fault::from)
}

/// A small file whose content need not be known.
///
/// # Errors
/// `ModelFetch` when it does not come and was never here.
pub(super) async fn blob(url: &str) -> Result<Blob, Fault> {
    kept::blob(url).await.map_err(Fault::from)
}

/// A file of the manifest, whose address stands at `manifest`, from the store. What comes with the site is fetched if
/// it is not there, and put there; anything else is for the person to get.
///
/// # Errors
/// `ModelAbsent` when it is not there, and as [`artifact`].
pub(super) async fn stored(
    artifact: &Artifact,
    manifest: &str,
    progress: impl Fn(u64),
) -> Result<Blob, Fault> {
    if let Some(file) = store::whole(artifact).await {
        return Ok(file);
    }
    if !artifact.comes_along() {
        return Err(Fault::new(FailureCode::ModelAbsent, artifact.sha256.to_string()));
    }
    let file = self::artifact(artifact, manifest, progress).await?;
    if let Ok(disk) = Disk::open().await {
        // A browser that keeps nothing has it for this visit.
        let _ = store::keep(&disk, artifact, &file).await;
    }
    Ok(file)
}

/// A file of the manifest, whose address stands at `manifest`: verified, tried from every place where it lies.
/// `progress` hears the bytes that came so far.
///
/// # Errors
/// `DigestMismatch` when what came is not what the manifest says, `ModelFetch` when it did not come.
async fn artifact(
    artifact: &Artifact,
    manifest: &str,
    progress: impl Fn(u64),
) -> Result<Blob, Fault> {
    let mut fault = None;
    for url in &artifact.urls {
        let want = (artifact.bytes, artifact.sha256);
        match verified(url, manifest, want, &progress).await {
            Ok(pieces) => return join(&pieces),
            Err(wrong) => fault = Some(wrong),
        }
    }
    if artifact.parts.is_empty() {
        return Err(fault.unwrap_or_else(|| Fault::new(FailureCode::ModelFetch, "no address")));
    }
    let whole = Array::new();
    let mut before = 0;
    'parts: for part in &artifact.parts {
        let mut fault = Fault::new(FailureCode::ModelFetch, "no address");
        for url in &part.urls {
            let want = (part.bytes, part.sha256);
            match verified(url, manifest, want, &|done| progress(before + done)).await {
                Ok(pieces) => {
                    for piece in pieces.iter() {
                        whole.push(&piece);
                    }
                    before += part.bytes;
                    continue 'parts;
                }
                Err(wrong) => fault = wrong,
            }
        }
        return Err(fault);
    }
    join(&whole)
}

/// The pieces of one file as they came, once length and digest are right.
async fn verified(
    url: &Source,
    manifest: &str,
    want: (u64, Digest),
    progress: &impl Fn(u64),
) -> Result<Array, Fault> {
    let url = absolute(url.as_str(), manifest)?;
    let mismatch = |what: String| Fault::new(FailureCode::DigestMismatch, format!("{url}: {what}"));
    let response = response(&url).await?;
    let body = response.body().ok_or_else(|| Fault::new(FailureCode::ModelFetch, url.clone()))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let pieces = Array::new();
    let mut hasher = Hasher::default();
    let mut chunk = Vec::new();
    let mut length = 0_u64;
    loop {
        let next = JsFuture::from(reader.read()).await.map_err(|thrown| failed(&url, &thrown))?;
        let field = |name: &str| Reflect::get(&next, &name.into()).unwrap_or_default();
        if field("done").is_truthy() {
            break;
        }
        let bytes: Uint8Array = field("value").unchecked_into();
        length += u64::from(bytes.length());
        if length > want.0 {
            let _ = reader.cancel();
            return Err(mismatch(format!("more than {} bytes", want.0)));
        }
        chunk.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut chunk);
        hasher.update(&chunk);
        pieces.push(&bytes);
        progress(length);
    }
    if length != want.0 {
        return Err(mismatch(format!("{length} bytes instead of {}", want.0)));
    }
    let digest = hasher.finish();
    if digest != want.1 {
        return Err(mismatch(format!("digest {digest} instead of {}", want.1)));
    }
    Ok(pieces)
}

fn join(pieces: &Array) -> Result<Blob, Fault> {
    Blob::new_with_u8_array_sequence(pieces)
        .map_err(|thrown| Fault::new(FailureCode::OutOfMemory, words(&thrown)))
}

async fn response(url: &str) -> Result<Response, Fault> {
    let response: Response = JsFuture::from(post::scope().fetch_with_str(url))
        .await
        .map_err(|thrown| failed(url, &thrown))?
        .unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        let detail = format!("{url}: status {}", response.status());
        Err(Fault::new(FailureCode::ModelFetch, detail))
    }
}

fn absolute(url: &str, base: &str) -> Result<String, Fault> {
    Url::new_with_base(url, base).map(|url| url.href()).map_err(|thrown| failed(url, &thrown))
}

fn failed(url: &str, thrown: &JsValue) -> Fault {
    Fault::new(FailureCode::ModelFetch, format!("{url}: {}", words(thrown)))
}

/// Bytes of ours, copied into the browser's memory.
///
/// # Errors
/// `OutOfMemory` when the browser refuses.
pub(super) fn blob_of(bytes: &[u8]) -> Result<Blob, Fault> {
    join(&Array::of1(&Uint8Array::from(bytes)))
}

/// The address of bytes in the browser's memory, for as long as it is held.
pub(super) struct ObjectUrl(String);

impl ObjectUrl {
    /// Gives a blob an address.
    ///
    /// # Errors
    /// `OutOfMemory` when the browser refuses.
    pub(super) fn new(blob: &Blob) -> Result<Self, Fault> {
        Url::create_object_url_with_blob(blob)
            .map(Self)
            .map_err(|thrown| Fault::new(FailureCode::OutOfMemory, words(&thrown)))
    }

    /// The address.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Revoking an address that exists cannot fail.
        let _ = Url::revoke_object_url(&self.0);
    }
}
