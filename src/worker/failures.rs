//! Turns the errors of the pure modules into failures that cross the border.

use crate::{
    inpaint::{DocumentError, FillError},
    protocol::{Failure, FailureCode},
    raster::codec::{CodecError, Unreadable},
};

/// A fault of ours, with its words for the console.
pub(super) fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::new(FailureCode::Internal, error.to_string())
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        internal(error)
    }
}

impl From<FillError> for Failure {
    fn from(error: FillError) -> Self {
        internal(error)
    }
}

impl From<CodecError> for Failure {
    fn from(error: CodecError) -> Self {
        let detail = error.to_string();
        match error {
            CodecError::Unknown => Self::new(FailureCode::PhotoUnsupported, detail),
            CodecError::Unsupported { what } => Self {
                what: Some(words(what).to_owned()),
                ..Self::new(FailureCode::PhotoUnsupported, detail)
            },
            CodecError::Damaged { .. } => Self::new(FailureCode::PhotoDamaged, detail),
            CodecError::TooLarge { size, .. } | CodecError::Memory { size, .. } => Self {
                megapixels: Some(
                    u32::try_from(size.area().div_ceil(1_000_000)).unwrap_or(u32::MAX),
                ),
                ..Self::new(FailureCode::PhotoTooLarge, detail)
            },
            CodecError::Unwritable { .. } => Self::new(FailureCode::PhotoUnwritable, detail),
        }
    }
}

/// What a file is that cannot be read, for the page, which so need not know all kinds.
const fn words(what: Unreadable) -> &'static str {
    match what {
        Unreadable::Bmp => "a rare kind of bitmap",
        Unreadable::Tiff => "a rare kind of TIFF",
        Unreadable::CameraRaw => "a camera's raw file",
        Unreadable::Avif => "an AVIF picture",
        Unreadable::Heif => "a HEIC picture",
        Unreadable::JpegXl => "a JPEG XL picture",
        Unreadable::Jpeg2000 => "a JPEG 2000 picture",
        Unreadable::Photoshop => "a Photoshop document",
        Unreadable::Svg => "a drawing (SVG)",
        Unreadable::Pdf => "a PDF document",
        Unreadable::ArithmeticJpeg | Unreadable::LosslessJpeg | Unreadable::DeepJpeg => {
            "a rare kind of JPEG"
        }
    }
}
