//! Pixels and geometry.
//!
//! The coordinate origin is the top left corner of the top left pixel, x grows to the right and y downwards; the
//! centre of the first pixel is (0.5, 0.5). Everything is in photo pixels after the EXIF orientation was applied.

mod history;
mod picture;
mod size;
mod stroke;

pub use history::{Edit, History, ResultId};
pub use picture::{Channels, Picture, PictureError};
pub use size::{Point, Rect, Size};
pub use stroke::{Stroke, StrokeMode};
