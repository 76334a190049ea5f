//! Opens a file, and takes results back from a worker that is gone.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{cancel::CancelToken, failures::internal, open_photo::OpenPhoto, post};
use crate::{
    inpaint::{Document, Stage},
    protocol::{
        Event, Failure, FailureCode, JobId, Part, PhotoId, PhotoNote, Restored, RestoredWindow,
    },
    raster::{
        Picture, Rect, ResultId,
        codec::{self, EncodeParams, Limits, Note, PngEffort},
        convert,
    },
    share::{FileHistory, RestoredResult, embed},
    wire::Envelope,
};

/// Decodes a file into an open photo and tells the page. Results that come along in the file are named from `first`
/// on.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) async fn open(
    job: JobId,
    photo: PhotoId,
    file: &Blob,
    first: ResultId,
    token: &CancelToken,
) -> Result<OpenPhoto, Failure> {
    let decoding = |fraction| {
        post::event(Event::Progress { job, stage: Stage::Decode, region: 0, regions: 0, fraction });
    };
    decoding(0.0);
    let bytes = read(file).await?;
    // The header is read before the long part, so that a file that is refused is refused at once.
    codec::probe(&bytes).and_then(|header| Limits::default().check(&header))?;
    decoding(0.1);
    token.breathe().await?;
    let decoded = codec::decode(&bytes, &Limits::default())?;
    let embedded = embed::take(&bytes);
    drop(bytes);
    token.breathe().await?;
    let size = decoded.picture.size();
    // A history that is damaged, or of a file that another program changed, is as none.
    let history = embedded.and_then(|it| FileHistory::decode(&it.chunk, it.rest).ok());
    let restored = history.and_then(|it| it.restore(decoded.picture.clone(), first).ok());
    let (document, results) =
        restored.unwrap_or_else(|| (Document::new(decoded.picture), Vec::new()));
    let mut parts = Vec::new();
    let history = words(results, decoded.icc.as_deref(), &mut parts)?;
    let body = Event::Opened {
        job,
        size,
        extension: decoded.format.saved_as().extension().to_owned(),
        notes: decoded.notes.iter().copied().filter_map(note).collect(),
        history,
    };
    post::any(&Envelope { body, parts });
    Ok(OpenPhoto {
        id: photo,
        document,
        icc: decoded.icc,
        exif: decoded.exif,
        format: decoded.format,
        jpeg: decoded.jpeg,
        sketch: None,
    })
}

/// What the page is told of restored results; their pictures go into `parts`.
fn words(
    results: Vec<RestoredResult>,
    icc: Option<&[u8]>,
    parts: &mut Vec<JsValue>,
) -> Result<Vec<Restored>, Failure> {
    let mut part = |picture: &Picture| {
        let png = codec::encode(picture, icc, &EncodeParams::Png(PngEffort::Preview))?;
        let index = u16::try_from(parts.len()).map_err(internal)?;
        parts.push(Uint8Array::from(&png[..]).buffer().into());
        Ok::<Part, Failure>(Part(index))
    };
    let mut all = Vec::with_capacity(results.len());
    for RestoredResult { result, step, changes } in results {
        let mut windows = Vec::with_capacity(changes.len());
        for change in &changes {
            let (before, after) = (part(change.before())?, part(change.after())?);
            windows.push(RestoredWindow { rect: change.rect(), before, after });
        }
        all.push(Restored { result, step, windows });
    }
    Ok(all)
}

/// Puts a result that another worker made on top of `on`: each window is the PNG that it had painted.
///
/// # Errors
/// `Internal` when a window is not such a PNG or does not fit.
pub(super) async fn supply(
    open: &mut OpenPhoto,
    on: &[ResultId],
    result: ResultId,
    windows: Vec<(Rect, Blob)>,
) -> Result<(), Failure> {
    open.document.show(on)?;
    let channels = open.document.photo().channels();
    let mut parts = Vec::with_capacity(windows.len());
    for (rect, picture) in windows {
        let decoded = codec::decode(&read(&picture).await?, &Limits::default())?;
        parts.push((rect, convert(&decoded.picture, channels)));
    }
    open.document.add(result, parts)?;
    Ok(())
}

async fn read(file: &Blob) -> Result<Vec<u8>, Failure> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|error| {
        // The file was moved, deleted or changed since it was chosen.
        Failure::new(FailureCode::PhotoDamaged, format!("the file cannot be read: {error:?}"))
    })?;
    let bytes = Uint8Array::new(&buffer);
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.length() as usize)
        .map_err(|_| Failure::new(FailureCode::OutOfMemory, "no memory for the file"))?;
    copy.resize(bytes.length() as usize, 0);
    bytes.copy_to(&mut copy);
    Ok(copy)
}

const fn note(note: Note) -> Option<PhotoNote> {
    Some(match note {
        Note::SixteenBitReduced => PhotoNote::SixteenBitReduced,
        Note::CmykConverted => PhotoNote::CmykConverted,
        Note::FirstFrameOnly => PhotoNote::FirstFrameOnly,
        Note::ProfileDropped => PhotoNote::ProfileDropped,
    })
}
