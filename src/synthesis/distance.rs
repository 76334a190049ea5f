//! How unlike two patches are: the inner loop of everything.
//!
//! All of it is integer arithmetic, exact in any order, so a compiler may vectorise it and native code and
//! WebAssembly still agree to the last bit.

use super::field::Spot;
use super::params::SynthesisParams;
use super::pyramid::{Level, Pixel};

/// How many targets may take one source before it becomes dearer: two copies of a thing are seldom noticed.
const FREE: u32 = 2;
/// What each further target adds to the price: so many eighths of it,
const EIGHTHS: u64 = 3;
/// and at most so much for each pixel of the patch. Where a rim, a seam or a thing decides, the fee is next to nothing;
/// where all sources are about as good, as in water, snow and plaster, it decides.
const MOST: u64 = 30;
/// So many further targets are counted.
const COUNTED: u32 = 8;

/// Prices a target patch against a source patch on one level.
#[derive(Debug)]
pub(super) struct Metric {
    /// What a vertical displacement costs, by its length in pixels.
    rows: Vec<u32>,
    /// What a horizontal displacement costs.
    columns: Vec<u32>,
    /// The most that a further target of a source adds to its price.
    most: u64,
}

impl Metric {
    /// The place prior of `params`, worked out for the size of `level`.
    pub(super) fn new(level: &Level, params: &SynthesisParams) -> Self {
        let side = 2 * level.reach + 1;
        // A prior of one makes the whole window's height cost as much as one channel of full difference in every
        // pixel of the patch.
        let full = (side * side) as f64 * 255.0 * 255.0;
        let table = |prior: f32, length: usize| {
            let unit = full * f64::from(prior) / (length * length) as f64;
            (0..length).map(|d| (unit * (d * d) as f64) as u32).collect()
        };
        Self {
            rows: table(params.row_prior, level.height),
            columns: table(params.column_prior, level.width),
            most: (side * side) as u64 * MOST,
        }
    }

    /// A price with the fee for a source that `others` other targets take already. Without it a few columns at the rim
    /// fill all of a smooth hole, each copied from the last, and are seen as rows and grids (a cost for overused
    /// sources: Kaspar and others, 2015).
    #[inline]
    pub(super) fn charged(&self, price: u32, others: u32) -> u32 {
        let further = u64::from((others + 1).saturating_sub(FREE).min(COUNTED));
        let fee = (u64::from(price) * EIGHTHS * further / 8).min(self.most * further);
        (u64::from(price) + fee).min(u32::MAX.into()) as u32
    }

    /// The price of filling the patch around `target` from the patch around `source`: squared differences of all
    /// channels, summed over the patch, and the prior for their places. Once the sum reaches `limit` it may stop
    /// short; whatever it returns then is at least `limit`.
    #[inline]
    pub(super) fn price(&self, level: &Level, target: Spot, source: Spot, limit: u32) -> u32 {
        let start = self.rows[target.y.abs_diff(source.y) as usize]
            .saturating_add(self.columns[target.x.abs_diff(source.x) as usize]);
        if start >= limit {
            return start;
        }
        let from = |spot: Spot| {
            (spot.y as usize - level.reach) * level.width + spot.x as usize - level.reach
        };
        let (a, b) = (from(target), from(source));
        match level.reach {
            3 => squares::<7>(&level.pixels, level.width, a, b, start, limit),
            2 => squares::<5>(&level.pixels, level.width, a, b, start, limit),
            1 => squares::<3>(&level.pixels, level.width, a, b, start, limit),
            _ => squares::<1>(&level.pixels, level.width, a, b, start, limit),
        }
    }
}

/// Squared differences of two patches of `SIDE` x `SIDE` pixels whose first pixels are `a` and `b`, added to `sum`.
#[inline]
fn squares<const SIDE: usize>(
    pixels: &[Pixel],
    width: usize,
    a: usize,
    b: usize,
    mut sum: u32,
    limit: u32,
) -> u32 {
    for row in 0..SIDE {
        let p: &[Pixel] = &pixels[a + row * width..][..SIDE];
        let q: &[Pixel] = &pixels[b + row * width..][..SIDE];
        sum = sum.saturating_add(row_squares::<SIDE>(p, q));
        if sum >= limit {
            return sum;
        }
    }
    sum
}

/// Squared differences of one row of two patches. At most 7 x 8 x 255^2, so 32 bits are plenty.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline]
fn row_squares<const SIDE: usize>(p: &[Pixel], q: &[Pixel]) -> u32 {
    let mut lanes = [0i32; 8];
    for i in 0..SIDE {
        for k in 0..8 {
            let d = i32::from(i16::from(p[i][k]) - i16::from(q[i][k]));
            lanes[k] += d * d;
        }
    }
    lanes.iter().sum::<i32>() as u32
}

/// The same, spelled out for WebAssembly: of the loops above compilers make the best there is on other machines, but
/// single bytes here.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn row_squares<const SIDE: usize>(p: &[Pixel], q: &[Pixel]) -> u32 {
    use core::arch::wasm32::{
        i16x8_sub, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat,
        u16x8_extend_low_u8x16, u64x2,
    };
    let wide = |pixel: Pixel| u16x8_extend_low_u8x16(u64x2(u64::from_le_bytes(pixel), 0));
    let mut sums = i32x4_splat(0);
    for i in 0..SIDE {
        let d = i16x8_sub(wide(p[i]), wide(q[i]));
        sums = i32x4_add(sums, i32x4_dot_i16x8(d, d));
    }
    let sum = i32x4_extract_lane::<0>(sums)
        + i32x4_extract_lane::<1>(sums)
        + i32x4_extract_lane::<2>(sums)
        + i32x4_extract_lane::<3>(sums);
    sum as u32
}

#[cfg(test)]
mod tests {
    use super::super::pyramid::testing::level;
    use super::*;

    #[test]
    fn a_source_becomes_dearer_with_its_third_target_and_not_without_end() {
        let level = level(60, 60, |x, y| x.abs_diff(30) < 8 && y.abs_diff(30) < 8, |_, _| [0; 3]);
        let metric = Metric::new(&level, &SynthesisParams::default());
        assert_eq!(level.reach, 3);
        let charged = |others| metric.charged(800, others);
        assert_eq!(
            [0, 1, 2, 3, 9, 10, 5000].map(charged),
            [800, 800, 1100, 1400, 3200, 3200, 3200]
        );
        // A rim or a thing costs hundreds of thousands: there a further target adds 30 for each of 49 pixels.
        assert_eq!(metric.charged(400_000, 2), 401_470);
        assert_eq!(metric.charged(u32::MAX, 9), u32::MAX);
        assert_eq!(metric.charged(0, 9), 0);
    }
}
