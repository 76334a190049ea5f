//! Pixels and geometry.
//!
//! The coordinate origin is the top left corner of the top left pixel, x grows to the right and y downwards; the
//! centre of the first pixel is (0.5, 0.5). Everything is in photo pixels after the EXIF orientation was applied.
//!
//! The way of an erase: [`Mask::rasterise`] the strokes, split the mask into [`windows`], cut each window out of
//! the photo, fill it, and [`composite()`] the fill by the [`weights`] of the window's hole.

mod change;
pub mod codec;
mod composite;
mod convert;
mod distance;
mod feather;
mod history;
mod mask;
mod picture;
mod planes;
mod regions;
mod resample;
mod size;
mod spans;
mod stroke;
mod view;
mod window;
mod within;

pub use change::{Change, ChangeError};
pub use composite::{CompositeError, composite};
pub use convert::{convert, luma};
pub use feather::{Feather, FeatherTooWide, weights};
pub use history::{Edit, History, ResultId};
pub use mask::{KEEP, Mask, MaskError, REPAINT};
pub use picture::{Channels, Picture, PictureError};
pub use planes::{Range, from_planes, mask_to_plane, to_planes};
pub use regions::{count as count_windows, windows};
pub use resample::{resample, resample_mask};
pub use size::{Point, Rect, Size};
pub use stroke::{Stroke, StrokeMode};
pub use view::{View, Viewport};
pub use window::Window;
pub use within::within;
