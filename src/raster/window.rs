//! The part of a photo that one fill works on: what is to be repainted and enough around it to learn from.

use super::feather::Feather;
use super::mask::Mask;
use super::size::{Rect, Size};

/// Least and most context on each side of the paint, in pixels.
const MARGIN: (u32, u32) = (96, 768);
/// A window is at least this wide and high where the photo is, so that a small hole has textures to choose from.
const LEAST_SIDE: u32 = 256;

/// A rectangle of the photo that is filled as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where it lies in the photo.
    pub rect: Rect,
    /// The mask inside `rect`, one byte a pixel, as large as the window: 255 = repaint, 0 = keep.
    pub hole: Vec<u8>,
    /// The smallest rectangle around the paint, in photo pixels; lies inside `rect`.
    pub bounds: Rect,
}

impl Window {
    /// The window at `rect`, with the mask's paint inside it.
    pub(super) fn new(rect: Rect, bounds: Rect, mask: &Mask) -> Self {
        Self { rect, hole: mask.crop(rect), bounds }
    }

    /// The pixels of the photo that a composite with this feather can change.
    #[must_use]
    pub fn touched(&self, feather: Feather) -> Rect {
        let reach = u32::from(feather.pixels());
        let far = Size::new(self.rect.right(), self.rect.bottom());
        self.bounds.grown(reach, far).intersection(self.rect)
    }

    /// [`Window::bounds`] counted from the window's own corner.
    #[must_use]
    pub const fn bounds_inside(&self) -> Rect {
        Rect {
            x: self.bounds.x - self.rect.x,
            y: self.bounds.y - self.rect.y,
            width: self.bounds.width,
            height: self.bounds.height,
        }
    }
}

/// How much context paint of `area` pixels wants on each side: three quarters of the side of a square as large.
///
/// The area and not the bounds decide, because a power line across the photo is long but needs no more around it
/// than a bird.
pub(super) fn margin(area: u64) -> u32 {
    let side = (area as f64).sqrt();
    ((0.75 * side) as u32).clamp(MARGIN.0, MARGIN.1)
}

/// The window for paint inside `bounds` with `margin` on each side, in a photo of `photo`.
///
/// It is centred on the paint, moved inwards at the photo's edges so that it keeps its size, and never reaches
/// out of the photo.
pub(super) fn around(bounds: Rect, margin: u32, photo: Size) -> Rect {
    let (x, width) = axis(bounds.x, bounds.width, margin, photo.width);
    let (y, height) = axis(bounds.y, bounds.height, margin, photo.height);
    Rect { x, y, width, height }
}

/// Start and length of a window along one axis.
fn axis(start: u32, length: u32, margin: u32, photo: u32) -> (u32, u32) {
    let want = length.saturating_add(2 * margin).max(LEAST_SIDE).min(photo);
    let before = (want - length.min(want)) / 2;
    (start.saturating_sub(before).min(photo - want), want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_holds_the_paint_and_keeps_its_size_at_the_edges(
            x in 0u32..900, y in 0u32..700, width in 1u32..400, height in 1u32..400, area in 1u64..1_000_000,
        ) {
            let photo = Size::new(1000, 800);
            let bounds = Rect { x, y, width, height }.intersection(photo.rect());
            let margin = margin(area);
            let rect = around(bounds, margin, photo);
            prop_assert_eq!(rect.intersection(photo.rect()), rect);
            prop_assert_eq!(rect.intersection(bounds), bounds);
            prop_assert_eq!(rect.width, (bounds.width + 2 * margin).clamp(256, 1000));
            prop_assert_eq!(rect.height, (bounds.height + 2 * margin).clamp(256, 800));
        }
    }

    #[test]
    fn a_small_hole_gets_a_window_to_choose_from() {
        let rect = around(
            Rect { x: 500, y: 500, width: 10, height: 10 },
            margin(100),
            Size::new(6000, 4000),
        );
        assert_eq!(rect, Rect { x: 377, y: 377, width: 256, height: 256 });
    }

    #[test]
    fn a_large_hole_gets_as_much_around_it_as_it_is_wide() {
        let hole = Rect { x: 2000, y: 1000, width: 1500, height: 1500 };
        let rect = around(hole, margin(1500 * 1500), Size::new(6000, 4000));
        assert_eq!(rect, Rect { x: 1232, y: 232, width: 3036, height: 3036 });
    }

    #[test]
    fn a_photo_smaller_than_a_window_is_the_window() {
        let photo = Size::new(40, 30);
        assert_eq!(
            around(Rect { x: 39, y: 29, width: 1, height: 1 }, margin(1), photo),
            photo.rect()
        );
    }
}
