//! Strokes of the brush, as recorded.

use serde::{Deserialize, Serialize};

use super::size::Point;

/// What a stroke does to the mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrokeMode {
    /// Adds to the mask.
    Paint,
    /// Takes away from the mask.
    Unpaint,
}

/// A path of the brush: every pixel whose centre lies within `radius` of the line through `points` belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// Paint or unpaint.
    pub mode: StrokeMode,
    /// Half the brush's width, in photo pixels.
    pub radius: f32,
    /// The path; one point is a dot.
    pub points: Vec<Point>,
}
