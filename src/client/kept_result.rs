//! A finished result, as it can be given to another worker or kept for another day.

use web_sys::Blob;

use crate::raster::{Rect, ResultId};

/// The pictures of a result and what they lie on.
#[derive(Clone, Debug)]
pub struct KeptResult {
    /// The results that are below it, in order.
    pub on: Vec<ResultId>,
    /// Place and picture of each of its windows.
    pub windows: Vec<(Rect, Blob)>,
}
