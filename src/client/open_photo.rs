//! What the studio remembers of the open photo, and of each job on it.

use web_sys::Blob;

use super::{few::Few, kept_result::KeptResult};
use crate::{
    protocol::{ModelChoice, PhotoId, Request},
    raster::ResultId,
};

/// A photo that is open here; a worker has it or will be given it.
pub(super) struct OpenPhoto {
    pub(super) id: PhotoId,
    pub(super) file: Blob,
    /// Whether the present worker has it, or was asked to.
    pub(super) at_worker: bool,
    pub(super) results: Few<ResultId, KeptResult>,
    /// Name of the first result that comes along in the file.
    pub(super) first: ResultId,
}

/// What a job is for.
pub(super) enum Purpose {
    Open {
        photo: PhotoId,
        again: bool,
    },
    Supply {
        result: ResultId,
    },
    /// The request: what was asked, for a worker that takes the place of the one that was asked.
    Inpaint {
        result: ResultId,
        kept: KeptResult,
        model: ModelChoice,
        request: Request,
    },
    Export(Request),
    Link(Request),
}

impl Purpose {
    /// Whether a person knows of such a job.
    pub(super) const fn is_shown(&self) -> bool {
        !matches!(self, Self::Supply { .. } | Self::Open { again: true, .. })
    }
}
