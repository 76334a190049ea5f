//! What a job is doing.

use serde::{Deserialize, Serialize};

/// A part of a job that can be named to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// Reading the file.
    Decode,
    /// Patch synthesis.
    Synthesise,
    /// Writing the fill into the photo.
    Composite,
    /// Making the file.
    Encode,
}
