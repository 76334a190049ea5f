//! The part of a photo that one fill may change, and how a fill gets into it.

use crate::raster::{CompositeError, Feather, Picture, Rect, Size, Window, composite, weights};

/// Untouched pixels that are shown around the paint, so that a scaled view has no seam at the picture's edge.
const SURROUND: u32 = 16;

/// A window's pixels, its hole, and the weights of its soft edge.
#[derive(Debug)]
pub(super) struct Frame {
    /// The photo inside the window, untouched.
    photo: Picture,
    hole: Vec<u8>,
    /// Blend factor of each pixel of the window.
    weights: Vec<u8>,
    /// Where the changed pixels lie, and a rim of untouched ones: inside the window and inside the photo.
    inside: Rect,
    rect: Rect,
}

impl Frame {
    /// Takes a window out of a photo.
    pub(super) fn new(photo: &Picture, window: &Window, feather: Feather) -> Self {
        let weights = weights(&window.hole, window.rect.size(), feather);
        let far = Size::new(window.rect.right(), window.rect.bottom());
        let rect = window.touched(feather).grown(SURROUND, far).intersection(window.rect);
        let inside = Rect { x: rect.x - window.rect.x, y: rect.y - window.rect.y, ..rect };
        let photo = photo.crop(window.rect);
        Self { photo, hole: window.hole.clone(), weights, inside, rect }
    }

    /// The photo inside the window.
    pub(super) const fn photo(&self) -> &Picture {
        &self.photo
    }

    /// One byte a pixel of the window, 0 = keep.
    pub(super) const fn hole(&self) -> &Vec<u8> {
        &self.hole
    }

    /// What the pictures show, in photo pixels.
    pub(super) const fn rect(&self) -> Rect {
        self.rect
    }

    /// The photo inside [`Frame::rect`] with a fill of the window's size in it.
    pub(super) fn with(&self, fill: &Picture) -> Result<Picture, CompositeError> {
        Ok(self.whole(fill)?.crop(self.inside))
    }

    /// The photo inside the whole window with a fill of its size in it.
    pub(super) fn whole(&self, fill: &Picture) -> Result<Picture, CompositeError> {
        let mut window = self.photo.clone();
        let whole = window.size().rect();
        composite(&mut window, whole, fill, &self.weights)?;
        Ok(window)
    }

    /// The photo inside [`Frame::rect`] as it is.
    pub(super) fn untouched(&self) -> Picture {
        self.photo.crop(self.inside)
    }
}
