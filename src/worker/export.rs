//! Makes a file of the photo as it is now.

use super::{cancel::CancelToken, failures::internal, open_photo::OpenPhoto, post};
use crate::{
    inpaint::Stage,
    protocol::{Event, ExportFormat, ExportPurpose, Failure, JobId},
    raster::{
        ResultId,
        codec::{
            self, EncodeParams, JpegQuality, Metadata, PhotoFormat, PngEffort, Quality, Subsampling,
        },
    },
    share::{FileHistory, Step, embed},
};

/// A file that was made.
pub(super) struct MadeFile {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it is.
    pub(super) format: PhotoFormat,
}

/// Encodes the photo with the results `on` and sends the file to the page.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) async fn export(
    open: &mut OpenPhoto,
    job: JobId,
    on: &[ResultId],
    format: ExportFormat,
    purpose: ExportPurpose,
    token: &CancelToken,
) -> Result<(), Failure> {
    post::event(Event::Progress {
        job,
        stage: Stage::Encode,
        region: 0,
        regions: 0,
        fraction: 0.0,
    });
    token.breathe().await?;
    let made = file(open, on, format, purpose)?;
    token.breathe().await?;
    post::event_with_bytes(&made.bytes, |file| Event::Exported {
        job,
        file,
        media_type: made.format.media_type().to_owned(),
        extension: made.format.extension().to_owned(),
    });
    Ok(())
}

/// The photo with the results `on` as a file.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) fn file(
    open: &mut OpenPhoto,
    on: &[ResultId],
    format: ExportFormat,
    purpose: ExportPurpose,
) -> Result<MadeFile, Failure> {
    open.document.show(on)?;
    let params = encoding(open, format);
    let metadata = Metadata {
        icc: open.icc.as_deref(),
        // What goes to others says nothing of where it comes from.
        exif: open.exif.as_ref().filter(|_| purpose != ExportPurpose::Share),
        // The place is told only where a person asks for it, which the page cannot do yet.
        keep_gps: false,
    };
    let bytes = codec::encode_with(open.document.photo(), &metadata, &params)?;
    let bytes = match purpose {
        ExportPurpose::Keep | ExportPurpose::Share => bytes,
        ExportPurpose::History { steps } => with_history(open, on, steps, &bytes)?,
    };
    Ok(MadeFile { bytes, format: params.format() })
}

/// The file with what each result took away in it.
fn with_history(
    open: &OpenPhoto,
    on: &[ResultId],
    steps: Vec<Step>,
    file: &[u8],
) -> Result<Vec<u8>, Failure> {
    let history = FileHistory::record(&open.document, on, steps);
    let carrier = history.zip(embed::rest(file)).and_then(|(history, rest)| {
        let chunk = history.encode(rest);
        embed::put(file, &chunk)
    });
    carrier.ok_or_else(|| internal("the history does not fit into the file"))
}

/// How a photo is written: a JPEG that came as one is compressed as it was, so that what was not touched hardly
/// changes.
fn encoding(open: &OpenPhoto, format: ExportFormat) -> EncodeParams {
    let jpeg = || {
        open.jpeg.as_ref().map_or(
            EncodeParams::Jpeg {
                quality: JpegQuality::Level(Quality::default()),
                subsampling: Subsampling::default(),
            },
            EncodeParams::like,
        )
    };
    match (format, open.format.saved_as()) {
        (ExportFormat::Jpeg, _) | (ExportFormat::Same, PhotoFormat::Jpeg) => jpeg(),
        (ExportFormat::Same, PhotoFormat::WebP) => EncodeParams::WebpLossless,
        (ExportFormat::Png | ExportFormat::Same, _) => EncodeParams::Png(PngEffort::Keep),
    }
}
