//! Points, sizes and rectangles in photo pixels.

use serde::{Deserialize, Serialize};

/// A position in photo pixels; (0, 0) is the outer corner of the top left pixel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// A size of `width` by `height` pixels; either may be zero.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels. Never overflows: two 32-bit factors fit into 64 bits.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Number of pixels as an index type, for a size that is known to be in memory.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Whether there is no pixel at all.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The rectangle of this size at the origin.
    #[must_use]
    pub const fn rect(self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }
}

/// A rectangle of whole pixels, half open: `x..x + width`, `y..y + height`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    /// Left column.
    pub x: u32,
    /// Top row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Rect {
    /// The rectangle between two corners; `x1` and `y1` are exclusive. Empty when they do not lie beyond the first.
    #[must_use]
    pub const fn between(x0: u32, y0: u32, x1: u32, y1: u32) -> Self {
        Self { x: x0, y: y0, width: x1.saturating_sub(x0), height: y1.saturating_sub(y0) }
    }

    /// Exclusive right edge.
    #[must_use]
    pub const fn right(self) -> u32 {
        self.x + self.width
    }

    /// Exclusive bottom edge.
    #[must_use]
    pub const fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// Width and height.
    #[must_use]
    pub const fn size(self) -> Size {
        Size { width: self.width, height: self.height }
    }

    /// Whether there is no pixel inside.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.size().is_empty()
    }

    /// Whether the pixel (x, y) lies inside.
    #[must_use]
    pub const fn contains(self, x: u32, y: u32) -> bool {
        x >= self.x && y >= self.y && x < self.right() && y < self.bottom()
    }

    /// The common part; empty when there is none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self::between(
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        )
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self::between(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    /// Grown by `margin` on every side and cut at `bounds`.
    #[must_use]
    pub fn grown(self, margin: u32, bounds: Size) -> Self {
        Self::between(
            self.x.saturating_sub(margin),
            self.y.saturating_sub(margin),
            self.right().saturating_add(margin).min(bounds.width),
            self.bottom().saturating_add(margin).min(bounds.height),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_only_to_the_border() {
        let grown = Rect::between(2, 3, 8, 9).grown(5, Size::new(10, 100));
        assert_eq!(grown, Rect::between(0, 0, 10, 14));
    }

    #[test]
    fn apart_rectangles_share_nothing() {
        assert!(Rect::between(0, 0, 2, 2).intersection(Rect::between(5, 5, 9, 9)).is_empty());
    }

    #[test]
    fn an_empty_rectangle_adds_nothing_to_a_union() {
        let some = Rect::between(4, 4, 6, 6);
        assert_eq!(Rect::between(0, 0, 0, 0).union(some), some);
    }
}
