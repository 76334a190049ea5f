//! Which pixels of a row lie under a round brush that moves along a segment.

use super::{size::Point, within::within};

/// Coordinates and radii beyond this many pixels are brought to it: no photo is as large, and in `f64` positions
/// up to here are still exact to a billionth of a pixel.
const FARTHEST: f64 = 1e7;

/// A segment of a stroke thickened to a capsule: all positions within `radius` of it.
///
/// Only additions, products, quotients and square roots of `f64` occur, which every platform rounds alike.
pub(super) struct Capsule {
    ax: f64,
    ay: f64,
    bx: f64,
    by: f64,
    radius: f64,
    dx: f64,
    dy: f64,
    length: f64,
}

impl Capsule {
    /// A capsule from `a` to `b`; the same point twice gives a disc. All values must be finite, `radius` at least 0.
    pub(super) fn new(a: Point, b: Point, radius: f32) -> Self {
        let near = |value: f32| within(f64::from(value), -FARTHEST, FARTHEST);
        let (ax, ay, bx, by) = (near(a.x), near(a.y), near(b.x), near(b.y));
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).sqrt();
        // Four times as far, so that the widest brush still reaches everything from the farthest place.
        let radius = f64::from(radius).min(4.0 * FARTHEST);
        Self { ax, ay, bx, by, radius, dx, dy, length }
    }

    /// The rows whose pixel centres the capsule can reach, as a half-open range cut at `height`.
    pub(super) fn rows(&self, height: u32) -> (u32, u32) {
        whole(self.ay.min(self.by) - self.radius, self.ay.max(self.by) + self.radius, height)
    }

    /// The columns whose pixel centres the capsule can reach, as a half-open range cut at `width`.
    pub(super) fn columns(&self, width: u32) -> (u32, u32) {
        whole(self.ax.min(self.bx) - self.radius, self.ax.max(self.bx) + self.radius, width)
    }

    /// The pixels of row `row` whose centres lie within the radius, as a half-open range cut at `width`; empty
    /// ranges have both ends equal.
    pub(super) fn span(&self, row: u32, width: u32) -> (u32, u32) {
        let y = f64::from(row) + 0.5;
        // A capsule is convex: in a row, the parts of its two discs and of its body form one interval.
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (cx, cy) in [(self.ax, self.ay), (self.bx, self.by)] {
            let rest = self.radius * self.radius - (y - cy) * (y - cy);
            if rest >= 0.0 {
                let half = rest.sqrt();
                low = low.min(cx - half);
                high = high.max(cx + half);
            }
        }
        if self.length > 0.0 {
            let (left, right) = self.body(y);
            if left <= right {
                low = low.min(left);
                high = high.max(right);
            }
        }
        // Rounding must not lead out of the columns that the frame of the mask was made for.
        let edge = (self.ax.min(self.bx) - self.radius, self.ax.max(self.bx) + self.radius);
        whole(low.max(edge.0), high.min(edge.1), width)
    }

    /// Where the line at height `y` crosses the body: between the two ends and not farther than the radius.
    fn body(&self, y: f64) -> (f64, f64) {
        // Both conditions are linear in x.
        let (ux, uy) = (self.dx / self.length, self.dy / self.length);
        let along = band(ux, (y - self.ay) * uy, 0.0, self.length);
        let across = band(uy, -(y - self.ay) * ux, -self.radius, self.radius);
        (self.ax + along.0.max(across.0), self.ax + along.1.min(across.1))
    }
}

/// The interval of t for which `slope * t + offset` lies in `low..=high`.
fn band(slope: f64, offset: f64, low: f64, high: f64) -> (f64, f64) {
    if slope == 0.0 {
        return if offset >= low && offset <= high {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else {
            (f64::INFINITY, f64::NEG_INFINITY)
        };
    }
    let (a, b) = ((low - offset) / slope, (high - offset) / slope);
    (a.min(b), a.max(b))
}

/// The indices whose centres (index + 0.5) lie in `low..=high`, as a half-open range cut at `end`.
fn whole(low: f64, high: f64, end: u32) -> (u32, u32) {
    // Casts of floats saturate and turn not-a-number into 0, so that no input can overflow here.
    let first = (low - 0.5).ceil().max(0.0) as u32;
    let after = ((high - 0.5).floor() + 1.0).max(0.0) as u32;
    let after = after.min(end);
    if low.is_nan() || high.is_nan() || first >= after { (0, 0) } else { (first, after) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance(p: (f64, f64), a: Point, b: Point) -> f64 {
        let (ax, ay, bx, by) = (f64::from(a.x), f64::from(a.y), f64::from(b.x), f64::from(b.y));
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let t = if square == 0.0 {
            0.0
        } else {
            within(((p.0 - ax) * dx + (p.1 - ay) * dy) / square, 0.0, 1.0)
        };
        let (ex, ey) = (p.0 - ax - t * dx, p.1 - ay - t * dy);
        (ex * ex + ey * ey).sqrt()
    }

    proptest! {
        #[test]
        fn a_span_holds_exactly_the_centres_within_the_radius(
            ax in -20f32..60.0, ay in -20f32..60.0, bx in -20f32..60.0, by in -20f32..60.0, radius in 0f32..30.0,
        ) {
            let (a, b) = (Point { x: ax, y: ay }, Point { x: bx, y: by });
            let capsule = Capsule::new(a, b, radius);
            for y in 0..40 {
                let (start, end) = capsule.span(y, 40);
                for x in 0..40 {
                    let off = distance((f64::from(x) + 0.5, f64::from(y) + 0.5), a, b) - f64::from(radius);
                    // The two ways to compute may differ by rounding on the very edge.
                    if off.abs() > 1e-9 {
                        prop_assert_eq!(x >= start && x < end, off < 0.0, "pixel {} {} at {}", x, y, off);
                    }
                }
            }
        }

        #[test]
        fn any_finite_numbers_are_safe(
            ax in proptest::num::f32::NORMAL, ay in proptest::num::f32::NORMAL,
            bx in proptest::num::f32::NORMAL, by in proptest::num::f32::NORMAL, radius in 0f32..f32::MAX,
        ) {
            let capsule = Capsule::new(Point { x: ax, y: ay }, Point { x: bx, y: by }, radius);
            for y in [0, 1, 1000] {
                let (start, end) = capsule.span(y, 1001);
                prop_assert!(start <= end && end <= 1001);
            }
        }
    }

    #[test]
    fn a_dot_of_one_pixel() {
        let at = Point { x: 3.5, y: 2.5 };
        let dot = Capsule::new(at, at, 0.0);
        assert_eq!(dot.rows(10), (2, 3));
        assert_eq!(dot.span(2, 10), (3, 4));
        assert_eq!(dot.span(3, 10), (0, 0));
    }
}
