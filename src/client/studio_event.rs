//! What the page's views are told about the photo and the jobs on it.

use web_sys::Blob;

use crate::{
    inpaint::{Seed, Stage},
    manifest::ModelId,
    protocol::{Capabilities, Failure, JobId, Link, ModelState, PhotoId, PhotoNote, Provider},
    raster::{Rect, ResultId, Size, Stroke},
};

/// What the views react to.
#[derive(Clone, Debug)]
pub enum StudioEvent {
    /// A worker listens.
    Ready {
        /// What this browser can do.
        capabilities: Capabilities,
    },
    /// The runtime makes a model ready, or has it ready; nothing when the runtime is gone.
    Holds {
        /// Which, and which of the two.
        held: Option<(ModelId, ModelState)>,
    },
    /// A photo is open.
    Opened {
        /// Which.
        photo: PhotoId,
        /// Its size, orientation applied.
        size: Size,
        /// Extension that it would be saved with.
        extension: String,
        /// What the person should know about it.
        notes: Vec<PhotoNote>,
        /// The results that came along in it, in order, and how they were painted.
        history: Vec<(ResultId, Vec<Stroke>)>,
        /// Whether the file says where the photo was taken.
        has_place: bool,
        /// What to show in place of the file, where the browser does not show it as it was read.
        view: Option<Blob>,
    },
    /// How far a job is.
    Progress {
        /// Which.
        job: JobId,
        /// What is being done.
        stage: Stage,
        /// Region, from 1; 0 where there are none.
        region: u16,
        /// Number of regions.
        regions: u16,
        /// 0..=1 over the whole job.
        fraction: f32,
    },
    /// A window of a running erase looks like this now.
    Painted {
        /// Which job.
        job: JobId,
        /// Which result it will be part of.
        result: ResultId,
        /// Its place in the photo.
        rect: Rect,
        /// A PNG of opaque pixels; may have fewer pixels than `rect` while it is not the last.
        picture: Blob,
        /// No better one follows.
        last: bool,
    },
    /// A window of a running erase would look like this if it stopped here.
    Stepped {
        /// Which job.
        job: JobId,
        /// Which result it will be part of.
        result: ResultId,
        /// Which step is done, from 1.
        step: u16,
        /// How many there are.
        steps: u16,
        /// Its place in the photo.
        rect: Rect,
        /// A PNG of opaque pixels; may have fewer pixels than `rect`.
        picture: Blob,
    },
    /// Something failed that an erase can do without: it goes on in a lesser way.
    Notice {
        /// Which job.
        job: JobId,
        /// What failed.
        failure: Failure,
    },
    /// An erase is done.
    Erased {
        /// Which job.
        job: JobId,
        /// The result.
        result: ResultId,
        /// What its graph ran on, if one ran.
        provider: Option<Provider>,
        /// Its seed.
        seed: Seed,
        /// How long it took.
        milliseconds: u32,
        /// Where the time went, in JSON.
        timings: String,
    },
    /// A result from before is lost: its pictures could not be taken back.
    ResultLost {
        /// Which.
        result: ResultId,
    },
    /// A file is made.
    Exported {
        /// Which job.
        job: JobId,
        /// The file.
        file: Blob,
        /// Extension without the dot.
        extension: String,
    },
    /// A link is made.
    Linked {
        /// Which job.
        job: JobId,
        /// The link.
        link: Link,
        /// Bytes of the picture in it, or of the object in the store.
        bytes: u64,
    },
    /// A job ended without a result; `Cancelled` among the reasons. Without a job: the worker died or did not start.
    Failed {
        /// Which job.
        job: Option<JobId>,
        /// Why.
        failure: Failure,
    },
}
