//! Strokes as a few bytes: places on a grid, and of those only how the brush's speed changed.

use super::{
    ShareError,
    bytes::{Reader, put_block, put_number},
    nibbles::{NibbleReader, NibbleWriter},
};
use crate::raster::{Point, Stroke, StrokeMode};

/// Grid units in a photo pixel, for a grid of unit 1; radii are always so fine.
const EIGHTHS: f32 = 8.0;
/// The coarsest grid, in eighths of a pixel.
pub(super) const COARSEST: u32 = 4_096;
/// The most strokes that are read at once.
const MOST_STROKES: u32 = 10_000;
/// The most points that are read at once.
const MOST_POINTS: u32 = 1_000_000;
/// The most bytes of all points.
const MOST_BYTES: usize = 4 << 20;
/// The farthest place, in grid units: beyond any photo that can be opened.
const FARTHEST: i64 = 1 << 24;

/// Writes strokes on a grid of `unit` eighths of a pixel.
pub(super) fn put_strokes(out: &mut Vec<u8>, strokes: &[Stroke], unit: u32) {
    put_number(out, strokes.len() as u64);
    let mut places = NibbleWriter::default();
    for stroke in strokes {
        let path = on_grid(stroke, unit);
        let radius = (stroke.radius * EIGHTHS).round().clamp(0.0, FARTHEST as f32) as u64;
        put_number(out, radius << 1 | u64::from(stroke.mode == StrokeMode::Unpaint));
        put_number(out, path.len() as u64);
        let mut speed = Motion::default();
        for place in path {
            let ahead = speed.ahead();
            places.signed(place.0 - ahead.0);
            places.signed(place.1 - ahead.1);
            speed.reached(place);
        }
    }
    put_block(out, &places.finish());
}

/// Reads strokes.
pub(super) fn read_strokes(from: &mut Reader<'_>, unit: u32) -> Result<Vec<Stroke>, ShareError> {
    let count = from.small(MOST_STROKES)?;
    // Two bytes at least for each, so that what is reserved is there.
    let mut heads = Vec::with_capacity((count as usize).min(from.left() / 2));
    let mut points = 0u32;
    for _ in 0..count {
        let head = from.number((FARTHEST as u64) << 1 | 1)?;
        let length = from.small(MOST_POINTS)?;
        points = points.checked_add(length).ok_or(ShareError::TooLarge)?;
        heads.push((head, length));
    }
    if points > MOST_POINTS {
        return Err(ShareError::TooLarge);
    }
    let mut places = NibbleReader::new(from.block(MOST_BYTES)?);
    // A point takes two groups at least.
    if points as usize > places.left() / 2 {
        return Err(ShareError::Cut);
    }
    let scale = unit as f32 / EIGHTHS;
    let stroke = |(head, length): (u64, u32)| {
        let mut path = Vec::with_capacity(length as usize);
        let mut speed = Motion::default();
        for _ in 0..length {
            let ahead = speed.ahead();
            let place = (ahead.0 + places.signed()?, ahead.1 + places.signed()?);
            if place.0.abs().max(place.1.abs()) > FARTHEST {
                return Err(ShareError::Altered);
            }
            speed.reached(place);
            path.push(Point { x: place.0 as f32 * scale, y: place.1 as f32 * scale });
        }
        Ok(Stroke {
            mode: if head & 1 == 1 { StrokeMode::Unpaint } else { StrokeMode::Paint },
            radius: (head >> 1) as f32 / EIGHTHS,
            points: path,
        })
    };
    heads.into_iter().map(stroke).collect()
}

/// The path on the grid, without points that fall together.
fn on_grid(stroke: &Stroke, unit: u32) -> Vec<(i64, i64)> {
    let most = FARTHEST as f32;
    let snap = |value: f32| (value * EIGHTHS / unit as f32).round().clamp(-most, most) as i64;
    let mut path: Vec<(i64, i64)> =
        stroke.points.iter().map(|point| (snap(point.x), snap(point.y))).collect();
    path.dedup();
    path
}

/// The last two places: the next one is expected where the brush would be if it kept its speed.
#[derive(Default)]
struct Motion {
    last: Option<(i64, i64)>,
    before: Option<(i64, i64)>,
}

impl Motion {
    const fn ahead(&self) -> (i64, i64) {
        match (self.last, self.before) {
            (Some(last), Some(before)) => (2 * last.0 - before.0, 2 * last.1 - before.1),
            (Some(last), None) => last,
            (None, _) => (0, 0),
        }
    }

    const fn reached(&mut self, place: (i64, i64)) {
        self.before = self.last;
        self.last = Some(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(unit: f32) -> Stroke {
        let point = |i: i32| Point {
            x: (i as f32 * 9.0 / unit).round() * unit,
            y: ((300.0 + 80.0 * (i as f32 / 9.0).sin()) / unit).round() * unit,
        };
        Stroke { mode: StrokeMode::Paint, radius: 12.5, points: (0..60).map(point).collect() }
    }

    #[test]
    fn strokes_on_the_grid_survive_exactly() {
        let dot = Stroke {
            mode: StrokeMode::Unpaint,
            radius: 0.0,
            points: vec![Point { x: -3.125, y: 9.875 }],
        };
        for unit in [1, 8, 32] {
            let strokes = [wave(unit as f32 / 8.0), dot.clone()];
            let strokes = if unit == 1 { &strokes[..] } else { &strokes[..1] };
            let mut bytes = Vec::new();
            put_strokes(&mut bytes, strokes, unit);
            let mut reader = Reader::new(&bytes);
            assert_eq!(read_strokes(&mut reader, unit).as_deref(), Ok(strokes));
            assert_eq!(reader.left(), 0);
        }
    }

    #[test]
    fn a_point_takes_about_a_byte() {
        let mut bytes = Vec::new();
        put_strokes(&mut bytes, &[wave(4.0), wave(4.0), wave(4.0)], 32);
        assert!(bytes.len() < 200, "{} bytes for 180 points", bytes.len());
    }

    #[test]
    fn counts_that_are_not_there_take_no_memory() {
        let mut bytes = Vec::new();
        put_number(&mut bytes, 1);
        put_number(&mut bytes, 8);
        put_number(&mut bytes, u64::from(MOST_POINTS));
        put_block(&mut bytes, &[0; 4]);
        assert_eq!(read_strokes(&mut Reader::new(&bytes), 1), Err(ShareError::Cut));
    }
}
