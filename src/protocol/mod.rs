//! What the page and the worker say to each other.
//!
//! The page sends [`Request`]s, the worker answers with [`Event`]s. Both are plain data, so their meaning is tested
//! natively; `crate::wire` carries them. Pixels never travel inside: a [`Part`] names a place in the list of
//! buffers and blobs that goes beside the words.

mod capabilities;
mod event;
mod failure;
mod instance;
mod keeper;
mod request;
mod runtime;
mod sharing;

pub use capabilities::Capabilities;
pub use event::{Event, PhotoNote};
pub use failure::{Failure, FailureCode};
pub use instance::{InstanceEvent, InstanceRequest};
pub use keeper::{KeeperEvent, KeeperRequest, Keeping, ModelState, Shelf, ShelfRow, StorageRoom};
pub use request::{ExportFormat, ModelChoice, Request};
pub use runtime::{
    RunId, RuntimeEvent, RuntimeRequest, RuntimeSet, RuntimeSettings, SessionsMade, TensorElement,
    TensorWords,
};
pub use sharing::{ExportPurpose, Link, Qr, Restored, RestoredWindow};

use serde::{Deserialize, Serialize};

/// Raised on any change that an older page could misread. A worker that says another number is a stale cached file.
pub const PROTOCOL: u16 = 10;

/// Name of the instance of the runtime's worker that downloads and keeps models; every other name runs graphs.
pub const KEEPER_NAME: &str = "lacuna-keeper";

/// Names one piece of work, chosen by the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u32);

/// Names one opened photo, chosen by the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhotoId(pub u32);

/// Index into the list of transferred buffers and blobs that travels with a request or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Part(pub u16);

/// What a graph runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// The graphics card, through WebGPU.
    Webgpu,
    /// The processor.
    Wasm,
}
