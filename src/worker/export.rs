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

/// What file to make.
pub(super) struct Wish<'a> {
    /// Results that are in the photo.
    pub(super) on: &'a [ResultId],
    /// Which kind of file.
    pub(super) format: ExportFormat,
    /// What for.
    pub(super) purpose: ExportPurpose,
    /// Whether it may say where the photo was taken.
    pub(super) keep_gps: bool,
}

/// A file that was made.
pub(super) struct MadeFile {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it is.
    pub(super) format: PhotoFormat,
}

/// Encodes the photo as it is wished and sends the file to the page.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) async fn export(
    open: &mut OpenPhoto,
    job: JobId,
    wish: Wish<'_>,
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
    let made = file(open, wish)?;
    token.breathe().await?;
    post::event_with_bytes(&made.bytes, |file| Event::Exported {
        job,
        file,
        media_type: made.format.media_type().to_owned(),
        extension: made.format.extension().to_owned(),
    });
    Ok(())
}

/// The photo as a file.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) fn file(open: &mut OpenPhoto, wish: Wish<'_>) -> Result<MadeFile, Failure> {
    let Wish { on, format, purpose, keep_gps } = wish;
    open.document.show(on)?;
    let params = encoding(open, format);
    let metadata = Metadata {
        icc: open.icc.as_deref(),
        // What goes to others says nothing of where it comes from.
        exif: open.exif.as_ref().filter(|_| purpose != ExportPurpose::Share),
        keep_gps,
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
    let jpeg = |quality, subsampling| EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::new(quality)),
        subsampling,
    };
    match (format, open.format.saved_as()) {
        (ExportFormat::Jpeg, _) | (ExportFormat::Same, PhotoFormat::Jpeg) => {
            let plain = || jpeg(Quality::default().get(), Subsampling::None);
            open.jpeg.as_ref().map_or_else(plain, EncodeParams::like)
        }
        (ExportFormat::JpegFine, _) => jpeg(98, Subsampling::None),
        (ExportFormat::JpegSmall, _) => jpeg(80, Subsampling::Both),
        (ExportFormat::Webp, _) | (ExportFormat::Same, PhotoFormat::WebP) => {
            EncodeParams::WebpLossless
        }
        (ExportFormat::Png | ExportFormat::Same, _) => EncodeParams::Png(PngEffort::Keep),
    }
}
