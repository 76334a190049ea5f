//! Makes a file of the photo as it is now.

use super::{cancel::CancelToken, open_photo::OpenPhoto, post};
use crate::{
    inpaint::Stage,
    protocol::{Event, ExportFormat, Failure, JobId},
    raster::{
        ResultId,
        codec::{
            self, EncodeParams, JpegQuality, Metadata, PhotoFormat, PngEffort, Quality, Subsampling,
        },
    },
};

/// Encodes the photo with the results `on` and sends the file to the page.
///
/// # Errors
/// What the codec says, as a failure that names who can act.
pub(super) async fn export(
    open: &mut OpenPhoto,
    job: JobId,
    on: &[ResultId],
    format: ExportFormat,
    keep_gps: bool,
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
    open.document.show(on)?;
    let params = encoding(open, format);
    let metadata = Metadata { icc: open.icc.as_deref(), exif: open.exif.as_ref(), keep_gps };
    let bytes = codec::encode_with(open.document.photo(), &metadata, &params)?;
    token.breathe().await?;
    let written = params.format();
    post::event_with_bytes(&bytes, |file| Event::Exported {
        job,
        file,
        media_type: written.media_type().to_owned(),
        extension: written.extension().to_owned(),
    });
    Ok(())
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
