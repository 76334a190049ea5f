//! Pictures and masks at other sizes: down to what a model takes, and back up.

use super::mask::{KEEP, REPAINT};
use super::picture::Picture;
use super::size::Size;

/// One weighted tap of a one-dimensional filter: the weights sum to [`ONE`].
struct Taps {
    /// First value that counts.
    start: usize,
    /// Weights from there on, in 16384ths.
    weights: Vec<i32>,
}

/// Fixed-point one of the weights. Integers make the result the same on every platform.
const ONE: i32 = 1 << 14;

/// The picture at `size`: averaged over areas along an axis that becomes shorter, smooth (Catmull-Rom, after
/// Catmull and Rom, "A class of local interpolating splines", 1974) along one that becomes longer.
///
/// Channels are treated alike; a picture with alpha should be opaque or have colours where it is clear. An empty
/// picture, or an empty size, gives zeros.
#[must_use]
pub fn resample(picture: &Picture, size: Size) -> Picture {
    if picture.size() == size {
        return picture.clone();
    }
    let channels = picture.channels();
    if picture.size().is_empty() || size.is_empty() {
        return Picture::zeros(size, channels);
    }
    let across = taps(picture.size().width as usize, size.width as usize);
    let down = taps(picture.size().height as usize, size.height as usize);
    let mut out = Picture::zeros(size, channels);
    let stride = picture.size().width as usize * channels.count();
    let row = size.width as usize * channels.count();
    // Rows first along y into one row of sums, then along x: no picture of the size between is held.
    let mut sums = vec![0i32; stride];
    for (taps, out) in down.iter().zip(out.data_mut().chunks_exact_mut(row)) {
        sums.fill(0);
        for (i, &weight) in taps.weights.iter().enumerate() {
            let from = &picture.data()[(taps.start + i) * stride..][..stride];
            for (sum, &value) in sums.iter_mut().zip(from) {
                *sum += weight * i32::from(value);
            }
        }
        match channels.count() {
            1 => mix::<1>(&across, &sums, out),
            2 => mix::<2>(&across, &sums, out),
            3 => mix::<3>(&across, &sums, out),
            _ => mix::<4>(&across, &sums, out),
        }
    }
    out
}

/// One row of pixels of `N` channels from a row of sums.
fn mix<const N: usize>(across: &[Taps], sums: &[i32], out: &mut [u8]) {
    let one = i64::from(ONE) * i64::from(ONE);
    let (sums, _) = sums.as_chunks::<N>();
    let (out, _) = out.as_chunks_mut::<N>();
    for (taps, pixel) in across.iter().zip(out) {
        let mut totals = [0_i64; N];
        for (sums, &weight) in sums[taps.start..].iter().zip(&taps.weights) {
            for (total, &sum) in totals.iter_mut().zip(sums) {
                *total += i64::from(sum) * i64::from(weight);
            }
        }
        *pixel = totals.map(|total| (total + one / 2).div_euclid(one).clamp(0, 255) as u8);
    }
}

/// The mask at a smaller or larger size (one byte a pixel of `from`, 0 = keep): a pixel is painted when any part
/// of its area was. A mask of the wrong length, or an empty one, paints nothing.
#[must_use]
pub fn resample_mask(mask: &[u8], from: Size, to: Size) -> Vec<u8> {
    let mut out = vec![KEEP; to.pixels()];
    if mask.len() != from.pixels() || from.is_empty() || to.is_empty() {
        return out;
    }
    let cover = |i: usize, old: u32, new: u32| {
        let (i, old, new) = (i as u64, u64::from(old), u64::from(new));
        ((i * old / new) as usize, ((i + 1) * old).div_ceil(new) as usize)
    };
    let columns: Vec<(usize, usize)> =
        (0..to.width as usize).map(|x| cover(x, from.width, to.width)).collect();
    let width = from.width as usize;
    let mut any = vec![KEEP; width];
    for (y, out) in out.chunks_exact_mut(to.width as usize).enumerate() {
        let (top, bottom) = cover(y, from.height, to.height);
        any.fill(KEEP);
        for row in mask[top * width..bottom * width].chunks_exact(width) {
            for (any, &value) in any.iter_mut().zip(row) {
                *any |= value;
            }
        }
        for (value, &(left, right)) in out.iter_mut().zip(&columns) {
            if any[left..right].iter().any(|&byte| byte != KEEP) {
                *value = REPAINT;
            }
        }
    }
    out
}

/// The filter along one axis from `old` to `new` values.
fn taps(old: usize, new: usize) -> Vec<Taps> {
    (0..new).map(|i| if new < old { area(i, old, new) } else { smooth(i, old, new) }).collect()
}

/// The average over the stretch of old values that the new value `i` covers.
fn area(i: usize, old: usize, new: usize) -> Taps {
    let (low, high) = (i * old, (i + 1) * old);
    let (start, end) = (low / new, high.div_ceil(new));
    // Positions are counted in units of 1 / new, so that a whole old value spans `new` of them.
    let parts: Vec<f64> =
        (start..end).map(|at| (((at + 1) * new).min(high) - (at * new).max(low)) as f64).collect();
    Taps { start, weights: whole(&parts) }
}

/// Catmull-Rom between the four nearest old values; at the ends the last value is repeated.
fn smooth(i: usize, old: usize, new: usize) -> Taps {
    let position = (i as f64 + 0.5) * old as f64 / new as f64 - 0.5;
    let base = position.floor();
    let t = position - base;
    let kernel = [
        ((2.0 - t) * t - 1.0) * t / 2.0,
        ((3.0 * t - 5.0) * t * t + 2.0) / 2.0,
        ((4.0 - 3.0 * t) * t + 1.0) * t / 2.0,
        (t - 1.0) * t * t / 2.0,
    ];
    let last = old as i64 - 1;
    let at = |tap: usize| (base as i64 - 1 + tap as i64).clamp(0, last) as usize;
    let (start, end) = (at(0), at(3));
    let mut parts = vec![0.0; end - start + 1];
    for (tap, weight) in kernel.iter().enumerate() {
        parts[at(tap) - start] += weight;
    }
    Taps { start, weights: whole(&parts) }
}

/// Weights in fixed point that sum to exactly [`ONE`], so that an even area stays as it is.
fn whole(parts: &[f64]) -> Vec<i32> {
    let sum: f64 = parts.iter().sum();
    let mut weights: Vec<i32> =
        parts.iter().map(|part| (part / sum * f64::from(ONE)).round() as i32).collect();
    let rest = ONE - weights.iter().sum::<i32>();
    // What rounding left over goes to the heaviest, where it matters least.
    if let Some(heaviest) = weights.iter_mut().max_by_key(|weight| **weight) {
        *heaviest += rest;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Channels;
    use proptest::prelude::*;

    fn grey(width: u32, height: u32, data: Vec<u8>) -> Picture {
        Picture::new(Size::new(width, height), Channels::Grey, data).expect("fits")
    }

    #[test]
    fn halving_averages() {
        let picture = grey(4, 2, vec![10, 20, 0, 255, 30, 40, 0, 1]);
        assert_eq!(resample(&picture, Size::new(2, 1)).data(), [25, 64]);
    }

    #[test]
    fn areas_that_do_not_divide_are_shared() {
        let picture = grey(3, 1, vec![0, 90, 30]);
        assert_eq!(resample(&picture, Size::new(2, 1)).data(), [30, 50]);
    }

    #[test]
    fn a_ramp_stays_a_ramp_when_enlarged() {
        let picture = grey(16, 1, (0..16).map(|i| i * 16).collect());
        let large = resample(&picture, Size::new(64, 1));
        for i in 8..56 {
            let want = (f64::from(i) + 0.5) / 4.0 * 16.0 - 8.0;
            assert!((f64::from(large.data()[i as usize]) - want).abs() <= 0.6, "{i}");
        }
    }

    #[test]
    fn down_and_up_again_keeps_a_smooth_picture() {
        let size = Size::new(96, 80);
        let data: Vec<u8> = (0..size.pixels())
            .flat_map(|i| [(i % 96 * 2) as u8, (i / 96 * 3) as u8, (i % 96 + i / 96) as u8])
            .collect();
        let picture = Picture::new(size, Channels::Rgb, data).expect("fits");
        let back = resample(&resample(&picture, Size::new(41, 37)), size);
        for (i, (a, b)) in picture.data().iter().zip(back.data()).enumerate() {
            let (x, y) = (i / 3 % 96, i / 288);
            if (4..92).contains(&x) && (4..76).contains(&y) {
                assert!(a.abs_diff(*b) <= 2, "{x} {y}: {a} {b}");
            }
        }
    }

    proptest! {
        #[test]
        fn an_even_picture_stays_even(
            width in 1u32..40, height in 1u32..40, to_width in 1u32..90, to_height in 1u32..90, value in any::<u8>(),
        ) {
            let picture = grey(width, height, vec![value; (width * height) as usize]);
            let size = Size::new(to_width, to_height);
            let out = resample(&picture, size);
            prop_assert_eq!(out.size(), size);
            prop_assert!(out.data().iter().all(|&v| v == value));
        }

        #[test]
        fn a_smaller_mask_hides_no_paint(
            width in 1u32..24, height in 1u32..24, to_width in 1u32..24, to_height in 1u32..24,
            bits in prop::collection::vec(0u8..30, 576),
        ) {
            let (from, to) = (Size::new(width, height), Size::new(to_width, to_height));
            let mask: Vec<u8> = bits[..from.pixels()].iter().map(|&b| u8::from(b == 0) * 255).collect();
            let small = resample_mask(&mask, from, to);
            for y in 0..to_height {
                for x in 0..to_width {
                    // Two areas meet when each starts before the other ends.
                    let painted = (0..from.pixels() as u32).any(|i| {
                        let (ox, oy) = (i % width, i / width);
                        mask[i as usize] != 0
                            && x * width < (ox + 1) * to_width && ox * to_width < (x + 1) * width
                            && y * height < (oy + 1) * to_height && oy * to_height < (y + 1) * height
                    });
                    prop_assert_eq!(small[(y * to_width + x) as usize] == REPAINT, painted);
                }
            }
        }
    }
}
