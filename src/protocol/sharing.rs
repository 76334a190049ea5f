//! Words about links and about files that carry their history.

use serde::{Deserialize, Serialize};

use super::Part;
use crate::{
    raster::{Rect, ResultId},
    share::Step,
};

/// What a file is made for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportPurpose {
    /// For the person's own disk: the plain facts about the shot stay in it.
    #[default]
    Keep,
    /// For others: nothing but picture and colour profile.
    Share,
    /// To go on with another day: what each result took away is in it, so it shows what was erased.
    History {
        /// How each result that is in the photo was made, in order.
        steps: Vec<Step>,
    },
}

/// A picture of dark squares that a camera reads as a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// Squares along a side, without a margin.
    pub side: u16,
    /// The dark ones as the data of an SVG path, one unit a square.
    pub path: String,
}

/// A link that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What goes behind the `#`.
    pub fragment: String,
    /// The whole link for a camera, where it is short enough.
    pub qr: Option<Qr>,
}

/// A result that came along in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// Its name from now on.
    pub result: ResultId,
    /// How it was made.
    pub step: Step,
    /// Where it changed the photo.
    pub windows: Vec<RestoredWindow>,
}

/// One place of a restored result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestoredWindow {
    /// Its place in the photo.
    pub rect: Rect,
    /// A PNG of the result, an `ArrayBuffer`.
    pub picture: Part,
}
