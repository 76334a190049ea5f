//! The photo that this worker holds.

use super::share::Sketch;
use crate::{
    inpaint::Document,
    protocol::PhotoId,
    raster::codec::{Exif, JpegTraits, PhotoFormat},
};

/// A decoded photo with its results and what saving it needs to know.
pub(super) struct OpenPhoto {
    /// The page's name for it.
    pub(super) id: PhotoId,
    /// Pixels and results.
    pub(super) document: Document,
    /// Colour profile of the file.
    pub(super) icc: Option<Vec<u8>>,
    /// What the file says of the photo, as far as it is kept.
    pub(super) exif: Option<Exif>,
    /// Kind of the file.
    pub(super) format: PhotoFormat,
    /// How the file was compressed, for a JPEG.
    pub(super) jpeg: Option<JpegTraits>,
    /// What links are made from, once one was.
    pub(super) sketch: Option<Sketch>,
}
