//! What the studio remembers of the open photo, and of each job on it.

use web_sys::Blob;

use super::{few::Few, kept_result::KeptResult};
use crate::{
    protocol::{ModelChoice, PhotoId},
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
    Open { photo: PhotoId, again: bool },
    Supply { result: ResultId },
    Inpaint { result: ResultId, kept: KeptResult, model: ModelChoice },
    Export,
    Link,
}
