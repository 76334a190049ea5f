//! From a photo and a mask to a photo without what was masked.

mod document;
mod params;
mod progress;
mod window_fill;

pub use document::{Document, DocumentError};
pub use params::{GuideStrength, InpaintParams, ParamsError, Seed};
pub use progress::Stage;
pub use window_fill::{FillError, WindowFill};
