//! How the photo lies on the screen: one scale and one offset, and the ways to change them.
//!
//! Screen positions are CSS pixels from the top left corner of the surface that shows the photo.

use super::{
    size::{Point, Size},
    within::within,
};

/// Largest scale, in CSS pixels for one photo pixel.
const CLOSEST: f64 = 32.0;
/// Smallest length of the photo's longer side, in CSS pixels.
const SMALLEST: f64 = 64.0;

/// The surface that shows the photo, and how much of it is free of bars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// What a fitted photo leaves free at the left and at the right.
    pub side: f64,
    /// What a fitted photo leaves free at the top.
    pub top: f64,
    /// What a fitted photo leaves free at the bottom.
    pub bottom: f64,
    /// Device pixels in one CSS pixel.
    pub density: f64,
}

/// Where a photo pixel is on the screen: `screen = photo * scale + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// CSS pixels for one photo pixel.
    pub scale: f64,
    /// Screen position of the photo's left edge.
    pub x: f64,
    /// Screen position of the photo's top edge.
    pub y: f64,
}

impl View {
    /// The whole photo in the free part of the surface, never larger than one CSS pixel a pixel.
    #[must_use]
    pub fn fit(photo: Size, port: &Viewport) -> Self {
        let (width, height) = (f64::from(photo.width.max(1)), f64::from(photo.height.max(1)));
        let free_width = (port.width - 2.0 * port.side).max(SMALLEST);
        let free_height = (port.height - port.top - port.bottom).max(SMALLEST);
        let scale = (free_width / width).min(free_height / height).min(1.0);
        Self {
            scale,
            x: (port.width - width * scale) / 2.0,
            y: port.top + (free_height - height * scale) / 2.0,
        }
        .settled(photo, port)
    }

    /// Another scale, with the photo's point under the screen position (x, y) staying there.
    #[must_use]
    pub fn scaled(self, scale: f64, (x, y): (f64, f64), photo: Size, port: &Viewport) -> Self {
        let longest = f64::from(photo.width.max(photo.height).max(1));
        let scale = within(scale, (SMALLEST / longest).min(1.0), CLOSEST);
        let factor = scale / self.scale;
        Self { scale, x: x - (x - self.x) * factor, y: y - (y - self.y) * factor }
            .settled(photo, port)
    }

    /// Moved by CSS pixels.
    #[must_use]
    pub fn moved(self, dx: f64, dy: f64, photo: Size, port: &Viewport) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }.settled(photo, port)
    }

    /// The nearest view in which the photo still covers the middle of the free part, or as much of it as it can,
    /// and in which its edges lie on device pixels, so that it is sharp at 100 %.
    fn settled(self, photo: Size, port: &Viewport) -> Self {
        let middle_x = port.width / 2.0;
        let middle_y = (port.top + port.height - port.bottom) / 2.0;
        let snap = |value: f64| (value * port.density).round() / port.density;
        let keep =
            |offset: f64, length: f64, middle: f64| snap(within(offset, middle - length, middle));
        Self {
            scale: self.scale,
            x: keep(self.x, f64::from(photo.width) * self.scale, middle_x),
            y: keep(self.y, f64::from(photo.height) * self.scale, middle_y),
        }
    }

    /// The photo's point at a screen position.
    #[must_use]
    pub fn to_photo(self, (x, y): (f64, f64)) -> Point {
        Point { x: ((x - self.x) / self.scale) as f32, y: ((y - self.y) / self.scale) as f32 }
    }

    /// The screen position of a point of the photo.
    #[must_use]
    pub fn to_screen(self, point: Point) -> (f64, f64) {
        (f64::from(point.x) * self.scale + self.x, f64::from(point.y) * self.scale + self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORT: Viewport = Viewport {
        width: 1280.0,
        height: 744.0,
        side: 24.0,
        top: 8.0,
        bottom: 104.0,
        density: 1.0,
    };

    #[test]
    fn a_fitted_photo_lies_in_the_free_part() {
        let photo = Size::new(6000, 4000);
        let view = View::fit(photo, &PORT);
        let (left, top) = view.to_screen(Point { x: 0.0, y: 0.0 });
        let (right, bottom) = view.to_screen(Point { x: 6000.0, y: 4000.0 });
        assert!(left >= 24.0 && right <= 1256.0 && top >= 8.0 && bottom <= 641.0, "{view:?}");
        assert!((bottom - top - 632.0).abs() < 1.0, "it is as large as it can be: {view:?}");
    }

    #[test]
    fn a_small_photo_is_not_blown_up() {
        let view = View::fit(Size::new(64, 48), &PORT);
        assert_eq!((view.scale, view.x, view.y), (1.0, 608.0, 300.0));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let photo = Size::new(6000, 4000);
        let view = View::fit(photo, &PORT);
        let at = (700.0, 300.0);
        let before = view.to_photo(at);
        let closer = view.scaled(view.scale * 3.0, at, photo, &PORT);
        let after = closer.to_photo(at);
        // Half a device pixel is lost to sharpness.
        assert!((before.x - after.x).abs() * closer.scale as f32 <= 0.51, "{before:?} {after:?}");
        assert!((before.y - after.y).abs() * closer.scale as f32 <= 0.51, "{before:?} {after:?}");
    }

    #[test]
    fn the_photo_cannot_be_lost() {
        let photo = Size::new(300, 200);
        let view = View::fit(photo, &PORT).moved(9999.0, -9999.0, photo, &PORT);
        assert_eq!((view.x, view.y), (640.0, 324.0 - 200.0));
        let tiny = view.scaled(0.0, (0.0, 0.0), photo, &PORT);
        assert!((tiny.scale * 300.0 - SMALLEST).abs() < 1e-9);
    }
}
