//! From a photo and a mask to a photo without what was masked.

mod params;
mod progress;

pub use params::InpaintParams;
pub use progress::Stage;
