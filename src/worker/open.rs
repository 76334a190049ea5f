//! Opens a file, and takes results back from a worker that is gone.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{browser, cancel::CancelToken, failures::internal, open_photo::OpenPhoto, parts, post};
use crate::{
    inpaint::{Document, Stage},
    protocol::{
        Event, Failure, FailureCode, JobId, Part, PhotoId, PhotoNote, Restored, RestoredWindow,
    },
    raster::{
        Picture, Rect, ResultId,
        codec::{self, CodecError, Decoded, EncodeParams, Exif, Limits, Note, PngEffort},
        convert,
    },
    share::{FileHistory, RestoredResult, embed},
    wire::Envelope,
};

/// Decodes a file into an open photo and tells the page. Results that come along in the file are named from `first`
/// on; the photo is then as it was before them.
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
    let decoded = match codec::probe(&bytes) {
        Err(CodecError::Unsupported { what }) if what.read_by_browsers().is_some() => {
            decoding(0.1);
            browser::decode(&bytes, file, token).await?
        }
        header => {
            Limits::default().check(&header?)?;
            decoding(0.1);
            token.breathe().await?;
            parts::decode(&bytes, &Limits::default()).await?
        }
    };
    let embedded = embed::take(&bytes);
    drop(bytes);
    token.breathe().await?;
    let alike = shows_alike(&decoded);
    let size = decoded.picture.size();
    // A history that is damaged, or of a file that another program changed, is as none.
    let history = embedded.and_then(|it| FileHistory::decode(&it.chunk, it.rest).ok());
    let restored = history.and_then(|it| it.restore(decoded.picture.clone(), first).ok());
    let (mut document, results) =
        restored.unwrap_or_else(|| (Document::new(decoded.picture), Vec::new()));
    document.show(&[])?;
    let mut pictures = Vec::new();
    let mut part = |picture: &Picture| {
        let params = EncodeParams::Png(PngEffort::Preview);
        let png = codec::encode(picture, decoded.icc.as_deref(), &params)?;
        let index = u16::try_from(pictures.len()).map_err(internal)?;
        pictures.push(JsValue::from(Uint8Array::from(&png[..]).buffer()));
        Ok::<Part, Failure>(Part(index))
    };
    let view = if alike && results.is_empty() { None } else { Some(part(document.photo())?) };
    let history = words(results, &mut part)?;
    let body = Event::Opened {
        job,
        size,
        extension: decoded.format.saved_as().extension().to_owned(),
        notes: decoded.notes.iter().copied().filter_map(note).collect(),
        has_place: decoded.exif.as_ref().is_some_and(Exif::has_place),
        view,
        history,
    };
    post::any(&Envelope { body, parts: pictures });
    parts::fetch_ahead();
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

/// What the page is told of restored results; `part` takes their pictures along.
fn words(
    results: Vec<RestoredResult>,
    mut part: impl FnMut(&Picture) -> Result<Part, Failure>,
) -> Result<Vec<Restored>, Failure> {
    let mut all = Vec::with_capacity(results.len());
    for RestoredResult { result, step, changes } in results {
        let mut windows = Vec::with_capacity(changes.len());
        for change in &changes {
            windows.push(RestoredWindow { rect: change.rect(), picture: part(change.after())? });
        }
        all.push(Restored { result, step, windows });
    }
    Ok(all)
}

/// Whether the browser shows the file as it was read here: with other colours, what is filled would not fit what is
/// seen, and an animation would play beneath the paint.
fn shows_alike(decoded: &Decoded) -> bool {
    let otherwise = |note: &Note| {
        matches!(note, Note::CmykConverted | Note::ProfileDropped | Note::FirstFrameOnly)
    };
    decoded.format.shown_by_browsers() && !decoded.notes.iter().any(otherwise)
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
    let mut placed = Vec::with_capacity(windows.len());
    for (rect, picture) in windows {
        let decoded = codec::decode_common(&read(&picture).await?, &Limits::default())?;
        placed.push((rect, convert(&decoded.picture, channels)));
    }
    open.document.add(result, placed)?;
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
