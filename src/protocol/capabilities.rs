//! What this browser on this machine can do.

use serde::{Deserialize, Serialize};

/// Found out by the worker once, at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Capabilities {
    /// Whether `navigator.gpu` exists; an adapter may be missing all the same.
    pub webgpu: bool,
    /// Logical processors.
    pub threads: u8,
    /// Whether the page is cross-origin isolated, so that wasm may use threads.
    pub isolated: bool,
}
