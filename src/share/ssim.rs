//! How alike two pictures look: structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004).

use crate::raster::{Channels, Picture, convert};

/// Side of the square windows, in pixels.
const WINDOW: usize = 8;
/// Windows begin at every so many pixels.
const STEP: usize = 4;

/// Mean structural similarity of the brightness of two pictures of one size, over windows of 8 x 8 pixels at every
/// fourth pixel, all of a window's pixels counting alike: 1 for equal pictures, less the less they look alike.
///
/// Pictures of different sizes, and such that are smaller than a window, have no similarity: 0.
#[must_use]
pub fn ssim(a: &Picture, b: &Picture) -> f64 {
    let size = a.size();
    let (width, height) = (size.width as usize, size.height as usize);
    if size != b.size() || width < WINDOW || height < WINDOW {
        return 0.0;
    }
    let (a, b) = (convert(a, Channels::Grey), convert(b, Channels::Grey));
    let (a, b) = (a.data(), b.data());
    let (mut total, mut windows) = (0.0, 0u32);
    for top in (0..=height - WINDOW).step_by(STEP) {
        for left in (0..=width - WINDOW).step_by(STEP) {
            let (mut sum_a, mut sum_b, mut sum_aa, mut sum_bb, mut sum_ab) =
                (0u32, 0u32, 0u32, 0u32, 0u32);
            for row in top..top + WINDOW {
                let at = row * width + left;
                for (&a, &b) in a[at..at + WINDOW].iter().zip(&b[at..at + WINDOW]) {
                    let (a, b) = (u32::from(a), u32::from(b));
                    sum_a += a;
                    sum_b += b;
                    sum_aa += a * a;
                    sum_bb += b * b;
                    sum_ab += a * b;
                }
            }
            total += of_window(sum_a, sum_b, sum_aa, sum_bb, sum_ab);
            windows += 1;
        }
    }
    total / f64::from(windows)
}

fn of_window(sum_a: u32, sum_b: u32, sum_aa: u32, sum_bb: u32, sum_ab: u32) -> f64 {
    // The constants of the paper for values of 0 to 255.
    const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
    const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);
    const COUNT: f64 = (WINDOW * WINDOW) as f64;
    let [mean_a, mean_b, mean_aa, mean_bb, mean_ab] =
        [sum_a, sum_b, sum_aa, sum_bb, sum_ab].map(|sum| f64::from(sum) / COUNT);
    let variance_a = mean_aa - mean_a * mean_a;
    let variance_b = mean_bb - mean_b * mean_b;
    let covariance = mean_ab - mean_a * mean_b;
    (2.0 * mean_a * mean_b + C1) * (2.0 * covariance + C2)
        / ((mean_a * mean_a + mean_b * mean_b + C1) * (variance_a + variance_b + C2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Size;

    /// A picture of grey values that a formula makes.
    fn grey(width: u32, height: u32, value: impl Fn(u32, u32) -> u32) -> Picture {
        let values = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let data = values.map(|(x, y)| value(x, y) as u8).collect();
        Picture::new(Size::new(width, height), Channels::Grey, data)
            .expect("as many as there are pixels")
    }

    /// By Python's `statistics` over the same windows.
    const REFERENCE: f64 = 0.7637058683255014;

    #[test]
    fn agrees_with_the_reference() {
        let a = grey(37, 26, |x, y| (x * 7 + y * 13 + x * y) % 256);
        let b = grey(37, 26, |x, y| (x * 7 + y * 13 + x * y + (x * x + y) % 23) % 256);
        assert!((ssim(&a, &b) - REFERENCE).abs() < 1e-9, "{}", ssim(&a, &b));
        assert!((ssim(&a, &a) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn pictures_that_cannot_be_compared_have_nothing_in_common() {
        let small = grey(7, 20, |_, _| 5);
        assert!(ssim(&small, &small).abs() < f64::EPSILON);
        let wide = grey(9, 20, |_, _| 5);
        assert!(ssim(&wide, &small).abs() < f64::EPSILON);
    }
}
