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
    /// A picture that some browsers read, but not this one.
    PhotoForeign,
    /// More pixels than are allowed, or than fit into memory.
    PhotoTooLarge,
    /// A side of the photo is longer than the format that was asked for allows.
    PhotoUnwritable,
    /// Nothing is painted.
    MaskEmpty,
    /// The person stopped the job. Not an error to show.
    Cancelled,
    /// The worker died and was replaced.
    WorkerLost,
    /// The worker did not start: its files are missing or of another version.
    WorkerStart,
    /// A part of the page or of its worker did not come. Asked for again, it is fetched again.
    PartUnfetched,
    /// Memory ran out.
    OutOfMemory,
    /// The files of ONNX Runtime did not come or did not start.
    RuntimeLoad,
    /// What ran the model died and was replaced.
    RuntimeLost,
    /// The graphics device went away under a running model.
    DeviceLost,
    /// There is WebGPU, but it gave wrong answers to known questions, so the processor was used.
    WebgpuWrong,
    /// There is WebGPU, but it did not take the model, so the processor was used.
    WebgpuRefused,
    /// The list of models could not be read, or the model is not in it.
    ManifestInvalid,
    /// A model's file did not come.
    ModelFetch,
    /// The site's own policy forbids the host that a model's file lies on.
    HostBlocked,
    /// There is no room for a model.
    StorageFull,
    /// The browser keeps no files for this page.
    StorageRefused,
    /// A model is not on this device, or no longer.
    ModelAbsent,
    /// A file that was given is none of the models' files.
    NotAModel,
    /// A model's file is not the one that the list of models names.
    DigestMismatch,
    /// A model's file is sound, but takes or gives something else than the list of models says.
    ModelContract,
    /// A model could not be loaded or run, or gave no picture.
    ModelRun,
    /// A model was still on its way when all else was done.
    ModelLate,
    /// The picture does not fit into a link of the length that was asked for.
    LinkTooShort,
    /// The codec of links did not come.
    CodecLoad,
    /// The picture is larger than the store takes.
    StoreTooLarge,
    /// The store does not let this page put anything in.
    StoreForbidden,
    /// The store answered with an error.
    StoreFailed,
    /// The store did not answer.
    StoreUnreachable,
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
            Self::PhotoForeign => "photo-foreign",
            Self::PhotoTooLarge => "photo-too-large",
            Self::PhotoUnwritable => "photo-unwritable",
            Self::MaskEmpty => "mask-empty",
            Self::Cancelled => "cancelled",
            Self::WorkerLost => "worker-lost",
            Self::WorkerStart => "worker-start",
            Self::PartUnfetched => "part-unfetched",
            Self::OutOfMemory => "out-of-memory",
            Self::RuntimeLoad => "runtime-load",
            Self::RuntimeLost => "runtime-lost",
            Self::DeviceLost => "device-lost",
            Self::WebgpuWrong => "webgpu-wrong",
            Self::WebgpuRefused => "webgpu-refused",
            Self::ManifestInvalid => "manifest-invalid",
            Self::ModelFetch => "model-fetch",
            Self::HostBlocked => "host-blocked",
            Self::StorageFull => "storage-full",
            Self::StorageRefused => "storage-refused",
            Self::ModelAbsent => "model-absent",
            Self::NotAModel => "not-a-model",
            Self::DigestMismatch => "digest-mismatch",
            Self::ModelContract => "model-contract",
            Self::ModelRun => "model-run",
            Self::ModelLate => "model-late",
            Self::LinkTooShort => "link-too-short",
            Self::CodecLoad => "codec-load",
            Self::StoreTooLarge => "store-too-large",
            Self::StoreForbidden => "store-forbidden",
            Self::StoreFailed => "store-failed",
            Self::StoreUnreachable => "store-unreachable",
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
    /// What a file is that is of a known kind and not read here: words with an article, for the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl Failure {
    /// A failure without numbers.
    #[must_use]
    pub fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), megapixels: None, what: None }
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
            FailureCode::PhotoForeign,
            FailureCode::PhotoTooLarge,
            FailureCode::PhotoUnwritable,
            FailureCode::MaskEmpty,
            FailureCode::Cancelled,
            FailureCode::WorkerLost,
            FailureCode::WorkerStart,
            FailureCode::PartUnfetched,
            FailureCode::OutOfMemory,
            FailureCode::RuntimeLoad,
            FailureCode::RuntimeLost,
            FailureCode::DeviceLost,
            FailureCode::WebgpuWrong,
            FailureCode::WebgpuRefused,
            FailureCode::ManifestInvalid,
            FailureCode::ModelFetch,
            FailureCode::HostBlocked,
            FailureCode::StorageFull,
            FailureCode::StorageRefused,
            FailureCode::ModelAbsent,
            FailureCode::NotAModel,
            FailureCode::DigestMismatch,
            FailureCode::ModelContract,
            FailureCode::ModelRun,
            FailureCode::ModelLate,
            FailureCode::LinkTooShort,
            FailureCode::CodecLoad,
            FailureCode::StoreTooLarge,
            FailureCode::StoreForbidden,
            FailureCode::StoreFailed,
            FailureCode::StoreUnreachable,
            FailureCode::Internal,
        ] {
            assert_eq!(
                serde_json::to_string(&code).expect("serialises"),
                format!("{:?}", code.as_str())
            );
        }
    }
}
