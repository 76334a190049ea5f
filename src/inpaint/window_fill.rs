//! One window on its way from a hole to a fill: synthesis, then the composite.

use thiserror::Error;

use super::InpaintParams;
use crate::{
    raster::{Channels, CompositeError, Picture, Rect, Size, Window, composite, convert, weights},
    synthesis::{DEFAULT_WORK, Step, Synthesis, SynthesisError, SynthesisParams},
};

/// Untouched pixels that are shown around the paint, so that a scaled view has no seam at the picture's edge.
const SURROUND: u32 = 16;

/// Why a window cannot be filled.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FillError {
    /// The synthesis refused the window.
    #[error(transparent)]
    Synthesis(#[from] SynthesisError),
    /// The fill did not fit the window.
    #[error(transparent)]
    Composite(#[from] CompositeError),
}

/// A window that is being filled. It owns its pixels, so the photo may change or go meanwhile.
#[derive(Debug)]
pub struct WindowFill {
    /// The photo inside the window, untouched.
    photo: Picture,
    /// Blend factor of each pixel of the window.
    weights: Vec<u8>,
    /// Where the changed pixels lie, and a rim of untouched ones: inside the window and inside the photo.
    inside: Rect,
    rect: Rect,
    synthesis: Synthesis,
}

impl WindowFill {
    /// Begins to fill `window` of `photo`, steered by a `guide` of the window's size (RGB) where there is one.
    ///
    /// # Errors
    /// [`FillError::Synthesis`] when window and guide do not agree.
    pub fn start(
        photo: &Picture,
        window: &Window,
        guide: Option<Picture>,
        params: &InpaintParams,
    ) -> Result<Self, FillError> {
        let weights = weights(&window.hole, window.rect.size(), params.feather);
        let far = Size::new(window.rect.right(), window.rect.bottom());
        let rect = window.touched(params.feather).grown(SURROUND, far).intersection(window.rect);
        let inside = Rect { x: rect.x - window.rect.x, y: rect.y - window.rect.y, ..rect };
        let photo = photo.crop(window.rect);
        let channels = if photo.channels().has_alpha() { Channels::Rgba } else { Channels::Rgb };
        let settings = SynthesisParams {
            seed: params.seed.0,
            guide_strength: params.guide_strength.get(),
            ..SynthesisParams::default()
        };
        let synthesis =
            Synthesis::start(convert(&photo, channels), window.hole.clone(), guide, settings)?;
        Ok(Self { photo, weights, inside, rect, synthesis })
    }

    /// Does a bounded amount of work, some 20 ms.
    pub fn step(&mut self) -> Step {
        self.synthesis.step(DEFAULT_WORK)
    }

    /// The share of the work that is done, 0..=1; it never falls.
    #[must_use]
    pub fn progress(&self) -> f32 {
        self.synthesis.progress()
    }

    /// What [`WindowFill::picture`] shows, in photo pixels: all that this fill can change, and a rim around it.
    #[must_use]
    pub const fn rect(&self) -> Rect {
        self.rect
    }

    /// The photo inside [`WindowFill::rect`] with the best fill so far in it, in the photo's own channels.
    /// Every pixel of weight 0 is the photo's, byte for byte.
    ///
    /// # Errors
    /// [`FillError::Composite`] never occurs for a fill that was started; it is passed on and not hidden.
    pub fn picture(&self) -> Result<Picture, FillError> {
        let mut window = self.photo.clone();
        let whole = window.size().rect();
        composite(&mut window, whole, &self.synthesis.picture(), &self.weights)?;
        Ok(window.crop(self.inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{Mask, Point, Stroke, StrokeMode, windows};

    #[test]
    fn fills_a_dot_and_leaves_the_rim_alone() {
        let size = Size::new(96, 64);
        let mut photo = Picture::new(size, Channels::Grey, vec![100; size.pixels()]).expect("fits");
        photo.data_mut()[32 * 96 + 48] = 255;
        let stroke = Stroke {
            mode: StrokeMode::Paint,
            radius: 5.0,
            points: vec![Point { x: 48.5, y: 32.5 }],
        };
        let mask = Mask::rasterise([&stroke], size);
        let windows = windows(&mask, size);
        let mut fill =
            WindowFill::start(&photo, &windows[0], None, &InpaintParams::default()).expect("fits");
        while fill.step() != Step::Done {}
        let picture = fill.picture().expect("fits");
        assert_eq!(picture.size(), fill.rect().size());
        assert_eq!(picture.channels(), Channels::Grey);
        assert!(picture.data().iter().all(|&value| value == 100));
    }
}
