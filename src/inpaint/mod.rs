//! From a photo and a mask to a photo without what was masked.

mod params;
mod progress;

pub use params::{GuideStrength, InpaintParams, ParamsError, Seed};
pub use progress::Stage;
