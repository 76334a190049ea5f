//! What a person or a link may choose about an erase.

use serde::{Deserialize, Serialize};

/// Parameters of one erase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InpaintParams {
    /// Start of everything random.
    pub seed: u64,
}

impl Default for InpaintParams {
    fn default() -> Self {
        Self { seed: 1 }
    }
}
