//! Errors that cross the border between worker and page.

use serde::{Deserialize, Serialize};

/// Stable words for what went wrong, by who can act. Pages and tests match on these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureCode {
    /// The file is not a picture, or of a kind that is not read here.
    PhotoUnsupported,
    /// The file is of a known kind but broken.
    PhotoDamaged,
    /// More pixels than are allowed, or than fit into memory.
    PhotoTooLarge,
    /// Nothing is painted.
    MaskEmpty,
    /// The person stopped the job. Not an error to show.
    Cancelled,
    /// The worker died and was replaced.
    WorkerLost,
    /// The worker did not start: its files are missing or of another version.
    WorkerStart,
    /// Memory ran out.
    OutOfMemory,
    /// A fault of ours.
    Internal,
}

impl FailureCode {
    /// The word that stands in data and in `data-code` attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PhotoUnsupported => "photo-unsupported",
            Self::PhotoDamaged => "photo-damaged",
            Self::PhotoTooLarge => "photo-too-large",
            Self::MaskEmpty => "mask-empty",
            Self::Cancelled => "cancelled",
            Self::WorkerLost => "worker-lost",
            Self::WorkerStart => "worker-start",
            Self::OutOfMemory => "out-of-memory",
            Self::Internal => "internal",
        }
    }
}

/// An error as it crosses the border.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub code: FailureCode,
    /// For the console and for bug reports, not for the page.
    pub detail: String,
    /// Numbers that the page's words need, such as the megapixels of a photo that is too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub megapixels: Option<u32>,
}

impl Failure {
    /// A failure without numbers.
    #[must_use]
    pub fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), megapixels: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_serialised_form() {
        for code in [
            FailureCode::PhotoUnsupported,
            FailureCode::PhotoDamaged,
            FailureCode::PhotoTooLarge,
            FailureCode::MaskEmpty,
            FailureCode::Cancelled,
            FailureCode::WorkerLost,
            FailureCode::WorkerStart,
            FailureCode::OutOfMemory,
            FailureCode::Internal,
        ] {
            assert_eq!(
                serde_json::to_string(&code).expect("serialises"),
                format!("{:?}", code.as_str())
            );
        }
    }
}
