//! What is to be repainted: one byte a pixel, kept only where there is paint.

use thiserror::Error;

use super::distance::squared_distances;
use super::size::{Rect, Size};
use super::spans::Capsule;
use super::stroke::{Stroke, StrokeMode};

/// Value of a pixel that is to be repainted.
pub const REPAINT: u8 = 255;
/// Value of a pixel that stays.
pub const KEEP: u8 = 0;

/// Why bytes are not a mask.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MaskError {
    /// There is not exactly one byte for each pixel of the frame.
    #[error("{got} bytes for a mask of {width}x{height}")]
    Length {
        /// Width of the frame.
        width: u32,
        /// Height of the frame.
        height: u32,
        /// Bytes given.
        got: u64,
    },
}

/// A mask over a photo: [`REPAINT`] or [`KEEP`] for each pixel inside a frame, [`KEEP`] outside.
///
/// The frame is always the tightest rectangle around the paint, so that two masks with the same paint are equal
/// and cost follows the strokes, not the photo. An empty mask has an empty frame at the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    frame: Rect,
    data: Vec<u8>,
}

impl Mask {
    /// A mask without paint.
    #[must_use]
    pub const fn empty() -> Self {
        Self { frame: Rect { x: 0, y: 0, width: 0, height: 0 }, data: Vec::new() }
    }

    /// A mask from one byte a pixel of `frame` (in photo pixels), row by row; every byte but 0 is paint.
    ///
    /// # Errors
    /// [`MaskError::Length`] when the number of bytes is not the area of the frame.
    pub fn from_bytes(frame: Rect, mut data: Vec<u8>) -> Result<Self, MaskError> {
        if data.len() as u64 != frame.size().area() {
            return Err(MaskError::Length {
                width: frame.width,
                height: frame.height,
                got: data.len() as u64,
            });
        }
        for byte in &mut data {
            *byte = if *byte == KEEP { KEEP } else { REPAINT };
        }
        Ok(Self { frame, data }.trimmed())
    }

    /// The mask that `strokes`, in order, leave on a photo of `size`.
    ///
    /// A pixel belongs to a stroke when its centre lies within the radius of the line through the points; paint
    /// adds, unpaint takes away. Points that are not finite are left out, those
    /// farther than ten million pixels are brought nearer; a stroke whose radius is negative or not
    /// finite does nothing. Time grows with the rows that segments cross and with the pixels painted.
    #[must_use]
    pub fn rasterise<'a>(
        strokes: impl IntoIterator<Item = &'a Stroke> + Clone,
        size: Size,
    ) -> Self {
        let mut frame = Rect::between(0, 0, 0, 0);
        for stroke in strokes.clone() {
            if stroke.mode == StrokeMode::Paint {
                for capsule in capsules(stroke) {
                    let (left, right) = capsule.columns(size.width);
                    let (top, bottom) = capsule.rows(size.height);
                    frame = frame.union(Rect::between(left, top, right, bottom));
                }
            }
        }
        let mut mask = Self { frame, data: vec![KEEP; frame.size().pixels()] };
        if !frame.is_empty() {
            for stroke in strokes {
                mask.draw(stroke, size);
            }
        }
        mask.trimmed()
    }

    /// The smallest rectangle around all paint, in photo pixels; empty for an empty mask.
    #[must_use]
    pub const fn bounds(&self) -> Rect {
        self.frame
    }

    /// The bytes inside [`Mask::bounds`], row by row.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Whether nothing is painted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.frame.is_empty()
    }

    /// Number of painted pixels.
    #[must_use]
    pub fn area(&self) -> u64 {
        self.data.iter().map(|&byte| u64::from(byte == REPAINT)).sum()
    }

    /// Whether the photo's pixel (x, y) is painted.
    #[must_use]
    pub fn contains(&self, x: u32, y: u32) -> bool {
        self.frame.contains(x, y)
            && self.data[(y - self.frame.y) as usize * self.frame.width as usize
                + (x - self.frame.x) as usize]
                == REPAINT
    }

    /// The bytes of the mask inside `rect` of the photo, row by row, as large as `rect`.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Vec<u8> {
        let mut out = vec![KEEP; rect.size().pixels()];
        let seen = rect.intersection(self.frame);
        if seen.is_empty() {
            return out;
        }
        for y in seen.y..seen.bottom() {
            let from = (y - self.frame.y) as usize * self.frame.width as usize
                + (seen.x - self.frame.x) as usize;
            let to = (y - rect.y) as usize * rect.width as usize + (seen.x - rect.x) as usize;
            let len = seen.width as usize;
            out[to..to + len].copy_from_slice(&self.data[from..from + len]);
        }
        out
    }

    /// The mask grown by `radius` pixels: a pixel is painted when its centre lies within that distance of the
    /// centre of one that was. Cut at the edges of the photo of `size`.
    #[must_use]
    pub fn dilate(&self, radius: u16, size: Size) -> Self {
        if self.is_empty() || radius == 0 {
            return self.clone();
        }
        let frame = self.frame.grown(u32::from(radius), size);
        let mut data = self.crop(frame);
        let most = u32::from(radius) * u32::from(radius);
        let old = data.clone();
        squared_distances(&old, frame.size(), radius, |y, row| {
            let start = y * frame.width as usize;
            for (byte, &square) in data[start..].iter_mut().zip(row) {
                *byte = if square <= most { REPAINT } else { KEEP };
            }
        });
        Self { frame, data }
    }

    /// Adds or takes away one stroke inside the frame.
    fn draw(&mut self, stroke: &Stroke, size: Size) {
        let value = match stroke.mode {
            StrokeMode::Paint => REPAINT,
            StrokeMode::Unpaint => KEEP,
        };
        // Neighbouring segments of a slow stroke cover nearly the same pixels. Of each row only what the segment
        // before did not cover is written, so that a wide brush with many points costs rows and not areas.
        let mut before = vec![(0, 0); self.frame.height as usize];
        let mut before_rows = (0, 0);
        for capsule in capsules(stroke) {
            let (top, bottom) = capsule.rows(size.height);
            let rows = (top.max(self.frame.y), bottom.min(self.frame.bottom()));
            for y in rows.0..rows.1 {
                let row = (y - self.frame.y) as usize;
                let (start, end) = capsule.span(y, self.frame.right());
                let start = start.max(self.frame.x);
                let known =
                    if y >= before_rows.0 && y < before_rows.1 { before[row] } else { (0, 0) };
                before[row] = (start, end.max(start));
                self.fill(row, start, end.min(known.0), value);
                self.fill(row, start.max(known.1), end, value);
            }
            before_rows = rows;
        }
    }

    /// Sets the pixels of columns `start..end` of the photo in a row of the frame; nothing when `end <= start`.
    fn fill(&mut self, row: usize, start: u32, end: u32, value: u8) {
        if start < end {
            let base = row * self.frame.width as usize;
            let (from, to) = ((start - self.frame.x) as usize, (end - self.frame.x) as usize);
            self.data[base + from..base + to].fill(value);
        }
    }

    /// The same paint in the tightest frame.
    fn trimmed(self) -> Self {
        let width = self.frame.width as usize;
        if width == 0 {
            return Self::empty();
        }
        let (mut left, mut right, mut top, mut bottom) = (width, 0, None, 0);
        for (y, row) in self.data.chunks_exact(width).enumerate() {
            if let Some(first) = row.iter().position(|&byte| byte == REPAINT) {
                let last = row.iter().rposition(|&byte| byte == REPAINT).unwrap_or(first);
                left = left.min(first);
                right = right.max(last + 1);
                top.get_or_insert(y);
                bottom = y + 1;
            }
        }
        let Some(top) = top else { return Self::empty() };
        let frame = Rect {
            x: self.frame.x + left as u32,
            y: self.frame.y + top as u32,
            width: (right - left) as u32,
            height: (bottom - top) as u32,
        };
        if frame == self.frame {
            return self;
        }
        let data = self.crop(frame);
        Self { frame, data }
    }
}

/// The segments of a stroke; a single point is a segment of no length.
fn capsules(stroke: &Stroke) -> impl Iterator<Item = Capsule> + '_ {
    let usable = stroke.radius.is_finite() && stroke.radius >= 0.0;
    let mut last = None;
    let mut points =
        stroke.points.iter().filter(move |p| usable && p.x.is_finite() && p.y.is_finite());
    std::iter::from_fn(move || {
        let point = *points.next()?;
        let from = match last {
            Some(last) => last,
            // The first point alone would draw a disc that the first segment covers anyway.
            None => match points.next() {
                Some(&second) => {
                    last = Some(second);
                    return Some(Capsule::new(point, second, stroke.radius));
                }
                None => point,
            },
        };
        last = Some(point);
        Some(Capsule::new(from, point, stroke.radius))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Point;
    use proptest::prelude::*;

    fn stroke(mode: StrokeMode, radius: f32, points: &[(f32, f32)]) -> Stroke {
        Stroke { mode, radius, points: points.iter().map(|&(x, y)| Point { x, y }).collect() }
    }

    /// The definition, pixel by pixel: the last stroke that reaches a pixel decides.
    fn slow(strokes: &[Stroke], size: Size) -> Vec<u8> {
        let mut data = vec![KEEP; size.pixels()];
        for stroke in strokes {
            for capsule in capsules(stroke) {
                for y in 0..size.height {
                    let (start, end) = capsule.span(y, size.width);
                    for x in start..end {
                        data[(y * size.width + x) as usize] =
                            if stroke.mode == StrokeMode::Paint { REPAINT } else { KEEP };
                    }
                }
            }
        }
        data
    }

    fn any_stroke() -> impl Strategy<Value = Stroke> {
        let coordinate = prop_oneof![8 => -10f32..60.0, 1 => proptest::num::f32::ANY];
        let radius = prop_oneof![8 => 0f32..12.0, 1 => proptest::num::f32::ANY];
        let points = proptest::collection::vec((coordinate.clone(), coordinate), 0..8);
        (any::<bool>(), radius, points).prop_map(|(paint, radius, points)| {
            stroke(if paint { StrokeMode::Paint } else { StrokeMode::Unpaint }, radius, &points)
        })
    }

    proptest! {
        #[test]
        fn rasterising_follows_the_definition(strokes in proptest::collection::vec(any_stroke(), 0..6)) {
            let size = Size::new(48, 37);
            let mask = Mask::rasterise(&strokes, size);
            prop_assert!(mask.crop(size.rect()) == slow(&strokes, size));
            prop_assert_eq!(mask.is_empty(), mask.area() == 0);
        }

        #[test]
        fn the_frame_is_tight_and_dilating_is_a_distance(
            cells in proptest::collection::vec(proptest::bool::weighted(0.1), 20 * 15), radius in 0u16..7,
        ) {
            let size = Size::new(20, 15);
            let mask = Mask::from_bytes(size.rect(), cells.iter().map(|&c| u8::from(c)).collect()).expect("fits");
            let painted: Vec<(i64, i64)> =
                (0..300).filter(|&i| cells[i]).map(|i| ((i % 20) as i64, (i / 20) as i64)).collect();
            if let Some(left) = painted.iter().map(|p| p.0).min() {
                prop_assert_eq!(i64::from(mask.bounds().x), left);
                prop_assert_eq!(Some(i64::from(mask.bounds().bottom()) - 1), painted.iter().map(|p| p.1).max());
            }
            let wide = mask.dilate(radius, size);
            for y in 0..15i64 {
                for x in 0..20i64 {
                    let near = painted.iter().any(|p| (p.0 - x).pow(2) + (p.1 - y).pow(2) <= i64::from(radius).pow(2));
                    prop_assert_eq!(wide.contains(x as u32, y as u32), near);
                }
            }
            if let Ok(again) = Mask::from_bytes(wide.bounds(), wide.data().to_vec()) {
                prop_assert_eq!(again, wide);
            }
        }
    }

    #[test]
    fn a_dot_is_a_disc() {
        let mask =
            Mask::rasterise(&[stroke(StrokeMode::Paint, 1.0, &[(5.5, 5.5)])], Size::new(20, 20));
        assert_eq!(mask.bounds(), Rect::between(4, 4, 7, 7));
        assert_eq!(mask.area(), 5);
    }

    #[test]
    fn unpaint_takes_away_and_paint_after_it_adds_again() {
        let line = [(2.0, 8.0), (30.0, 8.0)];
        let paint = stroke(StrokeMode::Paint, 3.0, &line);
        let unpaint = stroke(StrokeMode::Unpaint, 4.0, &line);
        let size = Size::new(40, 20);
        assert_eq!(Mask::rasterise(&[paint.clone(), unpaint.clone()], size), Mask::empty());
        assert_eq!(
            Mask::rasterise(&[unpaint, paint.clone()], size),
            Mask::rasterise(&[paint], size)
        );
    }

    #[test]
    fn cost_follows_the_stroke() {
        let dot = stroke(StrokeMode::Paint, 2.0, &[(40_000.0, 50_000.0)]);
        let mask = Mask::rasterise(&[dot], Size::new(60_000, 60_000));
        assert_eq!(mask.data().len(), 16);
    }

    #[test]
    fn a_brush_larger_than_the_photo_paints_all_of_it() {
        let all = stroke(StrokeMode::Paint, 1e30, &[(0.0, 0.0), (1e30, -1e30)]);
        let size = Size::new(9, 7);
        assert_eq!(Mask::rasterise(&[all], size).area(), size.area());
    }

    #[test]
    fn wrong_length_is_refused() {
        assert_eq!(
            Mask::from_bytes(Rect::between(1, 1, 3, 3), vec![0; 5]),
            Err(MaskError::Length { width: 2, height: 2, got: 5 })
        );
    }
}
