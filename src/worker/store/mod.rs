//! The store: verified files of models on this device, under their digest.
//!
//! Bytes go from the network to the disk and from the disk to the runtime; no more than a chunk of them ever lies in
//! this program's memory.

mod disk;
mod headers;
mod locks;

pub(super) use disk::{Disk, Part, Stored, thrown};
pub(super) use headers::{KeptHeader, drop_headers};
pub(super) use locks::{Flight, hold};

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::{
    manifest::{Artifact, Digest, Hasher},
    protocol::{Failure, FailureCode},
};

/// What is read at a time when a file is hashed or copied, in bytes.
const CHUNK: f64 = 4_194_304.0;

/// A whole file, or none. That it has its digest was seen when it was kept; whether it still has its length is looked
/// at here.
pub(super) async fn whole(artifact: &Artifact) -> Option<Blob> {
    let file: Blob = disk::whole_file(&artifact.sha256.to_string()).await.dyn_into().ok()?;
    (file.size() == artifact.bytes as f64).then_some(file)
}

/// Hands a file over chunk by chunk. `chunk` says whether to go on.
///
/// # Errors
/// What the browser says when it cannot be read.
pub(super) async fn read(
    file: &Blob,
    mut chunk: impl AsyncFnMut(&Uint8Array) -> Result<bool, JsValue>,
) -> Result<bool, JsValue> {
    let (mut at, size) = (0.0, file.size());
    while at < size {
        let slice = file.slice_with_f64_and_f64(at, (at + CHUNK).min(size))?;
        let buffer = JsFuture::from(slice.array_buffer()).await?;
        if !chunk(&Uint8Array::new(&buffer)).await? {
            return Ok(false);
        }
        at += CHUNK;
    }
    Ok(true)
}

/// The digest of a file; `None` when `progress`, which hears the bytes that were read, says to stop.
///
/// # Errors
/// What the browser says when it cannot be read.
pub(super) async fn digest(
    file: &Blob,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<Option<Digest>, JsValue> {
    let (mut hasher, mut held, mut done) = (Hasher::default(), Vec::new(), 0);
    let whole = read(file, async |bytes: &Uint8Array| {
        copy(bytes, &mut held);
        hasher.update(&held);
        done += u64::from(bytes.length());
        Ok(progress(done))
    });
    Ok(whole.await?.then(|| hasher.finish()))
}

/// Brings bytes into this program's memory, in place of what `held` held.
pub(super) fn copy(bytes: &Uint8Array, held: &mut Vec<u8>) {
    held.resize(bytes.length() as usize, 0);
    bytes.copy_to(held);
}

/// Copies a file of the right digest to the disk, unless it is there.
///
/// # Errors
/// `StorageFull` or `StorageRefused` when that cannot be done; nothing of it is left then.
pub(super) async fn keep(disk: &Disk, artifact: &Artifact, file: &Blob) -> Result<(), Failure> {
    let flight = Flight::new();
    let _held = hold(artifact, &flight, || {}).await.map_err(|error| refused(&error))?;
    if whole(artifact).await.is_some() {
        return Ok(());
    }
    let part = disk.open_part(artifact.sha256).await.map_err(|error| refused(&error))?;
    let copied = async {
        part.cut(0).await?;
        read(file, async |bytes| part.append(bytes).await.map(|()| true)).await
    };
    match copied.await {
        Ok(_) => part.keep().await.map_err(|error| refused(&error)),
        Err(error) => {
            // Half a copy is of no use to anybody: the file is still where it came from.
            let _ = part.close().await;
            let _ = disk.remove(artifact.sha256).await;
            Err(refused(&error))
        }
    }
}

/// What a refusal of the disk means.
pub(super) fn refused(error: &JsValue) -> Failure {
    let (name, says) = thrown(error);
    let code = if name == "QuotaExceededError" {
        FailureCode::StorageFull
    } else {
        FailureCode::StorageRefused
    };
    Failure::new(code, format!("{name}: {says}"))
}
