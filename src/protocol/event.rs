//! What the worker tells the page.

use serde::{Deserialize, Serialize};

use super::{Capabilities, Failure, JobId, Link, Part, Provider, Restored};
use crate::{
    inpaint::{Seed, Stage},
    raster::{Rect, Size},
};

/// Something about an opened file that the person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PhotoNote {
    /// More than eight bits a channel became eight.
    SixteenBitReduced,
    /// CMYK became RGB.
    CmykConverted,
    /// Only the first picture of an animation was opened.
    FirstFrameOnly,
    /// The colour profile was damaged or made for another kind of colour, and left out.
    ProfileDropped,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The worker listens.
    Ready {
        /// [`super::PROTOCOL`] of the worker's build.
        protocol: u16,
        /// What this browser can do.
        capabilities: Capabilities,
    },
    /// How far a job is. `fraction` is 0..=1 over the whole job and never falls.
    Progress {
        /// The job.
        job: JobId,
        /// What is being done.
        stage: Stage,
        /// Which of the regions, from 1; 0 where there are none.
        region: u16,
        /// How many regions; 0 where there are none.
        regions: u16,
        /// Share of the whole job that is done.
        fraction: f32,
    },
    /// The photo is open.
    Opened {
        /// The job.
        job: JobId,
        /// Its size with the EXIF orientation applied.
        size: Size,
        /// Extension that `same` will save as: `jpg`, `png` or `webp`.
        extension: String,
        /// What the person should know about it.
        notes: Vec<PhotoNote>,
        /// The results that came along in it, in order; the file shows all of them, the photo is before them.
        history: Vec<Restored>,
        /// Whether the file says where the photo was taken.
        has_place: bool,
        /// The photo as a PNG, an `ArrayBuffer`, where the page cannot show the file as it is read here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<Part>,
    },
    /// A result was taken back.
    Supplied {
        /// The job.
        job: JobId,
    },
    /// A window of the running job as it looks now: pixels of the photo with the fill in them, a PNG with the photo's
    /// ICC profile. A later picture of the same rectangle takes its place. The last one has exactly the rectangle's
    /// size; earlier ones may be smaller and are stretched.
    Painted {
        /// The job.
        job: JobId,
        /// Its place in the photo.
        rect: Rect,
        /// The PNG, an `ArrayBuffer`.
        picture: Part,
        /// No better one follows.
        last: bool,
    },
    /// A step of denoising is done, and this is roughly how the window would look if it ended here. Later pictures of
    /// the same rectangle take its place, as with `Painted`.
    Stepped {
        /// The job.
        job: JobId,
        /// Which step, from 1.
        step: u16,
        /// How many there are.
        steps: u16,
        /// The picture's place in the photo.
        rect: Rect,
        /// The PNG, an `ArrayBuffer`; it may have fewer pixels than the rectangle.
        picture: Part,
    },
    /// Something failed that the erase can do without: it goes on in a lesser way, and the person should know.
    Notice {
        /// The job.
        job: JobId,
        /// What failed.
        failure: Failure,
    },
    /// Every window has its last picture; the result is in the photo.
    Erased {
        /// The job.
        job: JobId,
        /// What the graph ran on; `None` when none did.
        provider: Option<Provider>,
        /// Seed of the noise and of the search.
        seed: Seed,
        /// From the request to this event, in milliseconds.
        milliseconds: u32,
        /// Where the time went: a JSON object of stages in milliseconds, and of bytes of memory, for those who look.
        timings: String,
    },
    /// The file is made.
    Exported {
        /// The job.
        job: JobId,
        /// The bytes, an `ArrayBuffer`.
        file: Part,
        /// Media type, such as `image/png`.
        media_type: String,
        /// Extension without the dot.
        extension: String,
    },
    /// The link is made.
    Linked {
        /// The job.
        job: JobId,
        /// The link.
        link: Link,
        /// Bytes of the picture in it, or of the object in the store.
        bytes: u64,
    },
    /// A job ended without a result, or, without a job, the worker itself is broken and must be replaced.
    Failed {
        /// The job, `None` when the whole worker is meant.
        job: Option<JobId>,
        /// Why.
        failure: Failure,
    },
}
