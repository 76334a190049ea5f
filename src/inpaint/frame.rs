//! The part of a photo that one fill may change, and how a fill gets into it.

use crate::raster::{
    Channels, CompositeError, Feather, Picture, Rect, Size, Window, composite, resample, weights,
};

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

    /// The photo inside [`Frame::rect`], small: a side has `most` pixels at most.
    pub(super) fn sketch(&self, most: u32) -> Sketch {
        let Rect { width, height, .. } = self.inside;
        let longer = width.max(height).max(1);
        let scaled = |side: u32| match longer {
            longer if longer <= most => side,
            longer => (u64::from(side) * u64::from(most) / u64::from(longer)).max(1) as u32,
        };
        let small = Size::new(scaled(width), scaled(height));
        let weights = Picture::new(self.photo.size(), Channels::Grey, self.weights.clone());
        let weights =
            weights.map(|weights| resample(&weights.crop(self.inside), small).into_data());
        Sketch {
            photo: resample(&self.photo.crop(self.inside), small),
            // One weight a pixel is how a frame is made.
            weights: weights.unwrap_or_default(),
            inside: self.inside,
            window: self.photo.size(),
        }
    }

    /// The photo inside [`Frame::rect`] as it is.
    pub(super) fn untouched(&self) -> Picture {
        self.photo.crop(self.inside)
    }
}

/// A frame for pictures that are shown for a moment: small, and a fill gets into it quickly.
#[derive(Clone, Debug)]
pub struct Sketch {
    photo: Picture,
    /// Blend factor of each pixel.
    weights: Vec<u8>,
    /// The part of the window that is shown, in its own pixels.
    inside: Rect,
    window: Size,
}

impl Sketch {
    /// The photo with a fill (RGB) in it that shows the whole window, at whatever size.
    ///
    /// # Errors
    /// [`CompositeError`] never: sizes agree by how this is made.
    pub fn with(&self, fill: &Picture) -> Result<Picture, CompositeError> {
        let scaled = |at: u32, to: u32, of: u32| {
            (u64::from(at) * u64::from(to) / u64::from(of.max(1))) as u32
        };
        let (of, to, inside) = (self.window, fill.size(), self.inside);
        let (x, y) = (scaled(inside.x, to.width, of.width), scaled(inside.y, to.height, of.height));
        let part = Rect {
            x,
            y,
            width: scaled(inside.right(), to.width, of.width).max(x + 1).min(to.width) - x,
            height: scaled(inside.bottom(), to.height, of.height).max(y + 1).min(to.height) - y,
        };
        let mut photo = self.photo.clone();
        let (whole, size) = (photo.size().rect(), photo.size());
        composite(&mut photo, whole, &resample(&fill.crop(part), size), &self.weights)?;
        Ok(photo)
    }
}
