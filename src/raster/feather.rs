//! Blend weights around a hole: full on the paint, falling to nothing outside of it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::distance::squared_distances;
use super::size::Size;

/// Width of the soft edge outside the mask, in pixels: 0..=[`Feather::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Feather(u8);

/// The feather is wider than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a feather of {got} pixels is wider than {}", Feather::MAX)]
pub struct FeatherTooWide {
    /// Width asked for.
    pub got: u8,
}

impl Feather {
    /// The widest feather, in pixels.
    pub const MAX: u8 = 16;
    /// No soft edge: only painted pixels change.
    pub const NONE: Self = Self(0);

    /// A feather of `pixels`.
    ///
    /// # Errors
    /// [`FeatherTooWide`] beyond [`Feather::MAX`].
    pub const fn new(pixels: u8) -> Result<Self, FeatherTooWide> {
        if pixels > Self::MAX { Err(FeatherTooWide { got: pixels }) } else { Ok(Self(pixels)) }
    }

    /// Its width in pixels.
    #[must_use]
    pub const fn pixels(self) -> u8 {
        self.0
    }
}

impl Default for Feather {
    /// Four pixels: enough to hide a step of a few values, too narrow to blur a texture.
    fn default() -> Self {
        Self(4)
    }
}

impl TryFrom<u8> for Feather {
    type Error = FeatherTooWide;

    fn try_from(pixels: u8) -> Result<Self, Self::Error> {
        Self::new(pixels)
    }
}

impl From<Feather> for u8 {
    fn from(feather: Feather) -> Self {
        feather.0
    }
}

/// Blend weights for a hole (one byte a pixel of `size`, 0 = keep), as large as the hole.
///
/// Painted pixels weigh 255. A pixel at a distance d of at least 1 between its centre and the nearest painted
/// one's weighs 255 s(1 - d / (f + 1)) for a feather of f, with s(t) = 3t^2 - 2t^3, and 0 when d > f. A hole of
/// the wrong length weighs nothing.
#[must_use]
pub fn weights(hole: &[u8], size: Size, feather: Feather) -> Vec<u8> {
    let mut out = vec![0; size.pixels()];
    if hole.len() != out.len() {
        return out;
    }
    let width = size.width as usize;
    let Some(first) = hole.iter().position(|&byte| byte != 0) else { return out };
    let last = hole.iter().rposition(|&byte| byte != 0).unwrap_or(first);
    // Only rows and columns that the feather can reach are worked on.
    let reach = usize::from(feather.0);
    let (top, bottom) = (
        (first / width).saturating_sub(reach),
        (last / width + reach + 1).min(size.height as usize),
    );
    let (mut left, mut right) = (width, 0);
    for row in hole[first / width * width..(last / width + 1) * width].chunks_exact(width) {
        if let Some(start) = row[..left].iter().position(|&byte| byte != 0) {
            left = start;
        }
        if let Some(end) = row[right..].iter().rposition(|&byte| byte != 0) {
            right += end + 1;
        }
    }
    let (left, right) = (left.saturating_sub(reach), (right + reach).min(width));

    let table = ramp(feather);
    let part: Vec<u8> = (top..bottom)
        .flat_map(|y| hole[y * width + left..y * width + right].iter().copied())
        .collect();
    let part_size = Size::new((right - left) as u32, (bottom - top) as u32);
    squared_distances(&part, part_size, u16::from(feather.0), |y, row| {
        let start = (top + y) * width + left;
        for (weight, &square) in out[start..].iter_mut().zip(row) {
            *weight = table.get(square as usize).copied().unwrap_or(0);
        }
    });
    out
}

/// The weight for each squared distance up to the square of the feather's width.
fn ramp(feather: Feather) -> Vec<u8> {
    let width = f64::from(feather.0);
    (0..=u32::from(feather.0) * u32::from(feather.0))
        .map(|square| {
            let t = 1.0 - f64::from(square).sqrt() / (width + 1.0);
            (255.0 * t * t * (3.0 - 2.0 * t)).round() as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn paint_weighs_all_and_the_ramp_lies_outside(
            width in 1usize..40, height in 1usize..30, feather in 0u8..=16,
            bits in proptest::collection::vec(0u8..40, 1200),
        ) {
            let hole: Vec<u8> = bits[..width * height].iter().map(|&b| u8::from(b == 0) * 255).collect();
            let size = Size::new(width as u32, height as u32);
            let weights = weights(&hole, size, Feather::new(feather).expect("in range"));
            for i in 0..hole.len() {
                let nearest = (0..hole.len())
                    .filter(|&j| hole[j] != 0)
                    .map(|j| (j % width).abs_diff(i % width).pow(2) + (j / width).abs_diff(i / width).pow(2))
                    .min();
                match nearest {
                    Some(0) => prop_assert_eq!(weights[i], 255),
                    Some(square) if square <= usize::from(feather).pow(2) => {
                        prop_assert!(weights[i] > 0 && weights[i] < 255, "{} at {}", weights[i], square);
                    }
                    _ => prop_assert_eq!(weights[i], 0),
                }
            }
        }
    }

    #[test]
    fn the_ramp_falls_evenly() {
        let mut hole = vec![0; 16];
        hole[3] = 255;
        let weights = weights(&hole, Size::new(16, 1), Feather::default());
        assert_eq!(weights, [90, 165, 228, 255, 228, 165, 90, 27, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_feather_has_a_most() {
        assert_eq!(Feather::new(17), Err(FeatherTooWide { got: 17 }));
        assert!(serde_json::from_str::<Feather>("17").is_err());
        assert_eq!(serde_json::to_string(&Feather::default()).expect("a number"), "4");
    }
}
