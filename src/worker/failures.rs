//! Turns the errors of the pure modules into failures that cross the border.

use crate::{
    inpaint::{DocumentError, FillError},
    protocol::{Failure, FailureCode},
    raster::codec::CodecError,
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
            CodecError::Unknown | CodecError::Unsupported { .. } => {
                Self::new(FailureCode::PhotoUnsupported, detail)
            }
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
