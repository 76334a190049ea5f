//! What the page asks of the worker.

use serde::{Deserialize, Serialize};

use super::{ExportPurpose, Failure, JobId, Part, PhotoId};
use crate::{
    inpaint::InpaintParams,
    manifest::{ManifestError, ModelId},
    raster::{Rect, ResultId, Stroke},
    share::{Step, Store},
};

/// How the hole is to be filled, as the person chose it. As text `auto`, `patch` or the name of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelChoice {
    /// The best that is there, a quick picture first.
    #[default]
    Auto,
    /// Patch synthesis alone: needs nothing but the photo.
    Patch,
    /// A model of the manifest alone.
    Model(ModelId),
}

impl ModelChoice {
    /// The word in data and in the page's values.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Auto => "auto",
            Self::Patch => "patch",
            Self::Model(id) => id.as_str(),
        }
    }

    /// The model whose graphs are needed: its own, or the small one that guides.
    #[must_use]
    pub const fn model(self) -> Option<ModelId> {
        match self {
            Self::Auto => Some(ModelId::swift()),
            Self::Patch => None,
            Self::Model(id) => Some(id),
        }
    }
}

impl TryFrom<String> for ModelChoice {
    type Error = ManifestError;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        Ok(match word.as_str() {
            "auto" => Self::Auto,
            "patch" => Self::Patch,
            _ => Self::Model(ModelId::new(word)?),
        })
    }
}

impl From<ModelChoice> for String {
    fn from(choice: ModelChoice) -> Self {
        choice.as_str().to_owned()
    }
}

/// The file that a photo is saved as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// As it came: JPEG near the source's quality, PNG, lossless WebP.
    #[default]
    Same,
    /// Lossless.
    Png,
    /// Quality 92, or near the source's where that is a JPEG.
    Jpeg,
    /// Quality 98, colour at full resolution.
    JpegFine,
    /// Quality 80, colour at half of the resolution.
    JpegSmall,
    /// Lossless.
    Webp,
}

/// One request. Every one that carries a job ends in exactly one result event or in `Failed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Decode a file and keep it as a photo; answered by `Opened`. Photos opened before are closed.
    Open {
        /// The job.
        job: JobId,
        /// Name of the photo from now on.
        photo: PhotoId,
        /// The file, a `Blob`.
        file: Part,
        /// Name of the first result that comes along in the file; those after it count up from there.
        first: ResultId,
    },
    /// Give back a result that another worker made: its windows go into the worker's list of results under this
    /// name, on top of `on`. Answered by `Supplied`. Used when a worker was replaced.
    Supply {
        /// The job.
        job: JobId,
        /// The photo.
        photo: PhotoId,
        /// Results that are in the photo before this one, in order.
        on: Vec<ResultId>,
        /// Name of the result.
        result: ResultId,
        /// Place of each window, and its PNG as it was painted.
        windows: Vec<(Rect, Part)>,
    },
    /// Erase what the strokes cover; answered by `Painted` for each picture, then `Erased`.
    Inpaint {
        /// The job.
        job: JobId,
        /// The photo.
        photo: PhotoId,
        /// Results that are in the photo, in order: what undo took away is not among them.
        on: Vec<ResultId>,
        /// Name of the result.
        result: ResultId,
        /// The mask, as strokes in photo pixels.
        strokes: Vec<Stroke>,
        /// What fills it.
        model: ModelChoice,
        /// How.
        params: InpaintParams,
    },
    /// Make a file of the photo with these results; answered by `Exported`.
    Export {
        /// The job.
        job: JobId,
        /// The photo.
        photo: PhotoId,
        /// Results that are in the photo, in order.
        on: Vec<ResultId>,
        /// Which kind of file.
        format: ExportFormat,
        /// What for.
        purpose: ExportPurpose,
        /// Whether it may say where the photo was taken; only where the person asked for it.
        keep_gps: bool,
    },
    /// Make a link that carries a small picture of the photo with these results; answered by `Linked`.
    Link {
        /// The job.
        job: JobId,
        /// The photo.
        photo: PhotoId,
        /// Results that are in the photo, in order.
        on: Vec<ResultId>,
        /// The most characters of the whole link.
        characters: u32,
        /// What stands before the `#`.
        address: String,
        /// Address of the script of the codec.
        codec: String,
        /// Whether the link shows what was there before.
        before: bool,
        /// How each result was made, in order, where the link is to tell it.
        steps: Vec<Step>,
    },
    /// Encrypt the photo with these results and put it into a store; answered by `Linked`.
    Seal {
        /// The job.
        job: JobId,
        /// The photo.
        photo: PhotoId,
        /// Results that are in the photo, in order.
        on: Vec<ResultId>,
        /// Which kind of file.
        format: ExportFormat,
        /// The store.
        store: Store,
        /// What stands before the `#`.
        address: String,
    },
    /// Stop a job; answered by its `Failed` with the code `Cancelled`, unless it ended before.
    Cancel {
        /// The job.
        job: JobId,
    },
    /// Take an erase that gets better step by step as it is after the present one. Goes past the queue. No answer of
    /// its own: the job ends sooner.
    StopHere {
        /// The job.
        job: JobId,
    },
    /// Forget results that undo and redo can no longer reach. No answer.
    Forget {
        /// The photo.
        photo: PhotoId,
        /// Results to keep.
        keep: Vec<ResultId>,
    },
    /// Talk to the runtime instance over this `MessagePort` from now on, and have it load what `Auto` needs. Goes past
    /// the queue. No answer.
    Connect {
        /// The port.
        runtime: Part,
    },
    /// The runtime instance is gone: what was asked of it will not be answered. Goes past the queue. No answer.
    Disconnect {
        /// Why.
        failure: Failure,
    },
    /// Forget a photo and all of its results. No answer.
    Close {
        /// The photo.
        photo: PhotoId,
    },
}
