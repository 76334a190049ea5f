//! Writes a fill into the photo by weights.

use thiserror::Error;

use super::convert::{from_rgba, to_rgba};
use super::picture::{Channels, Picture};
use super::size::{Rect, Size};

/// Why a fill could not be written; the photo is unchanged then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CompositeError {
    /// The window reaches out of the photo.
    #[error("the window {window:?} reaches out of a photo of {photo:?}")]
    Outside {
        /// The window.
        window: Rect,
        /// The photo's size.
        photo: Size,
    },
    /// The fill is not as large as the window.
    #[error("a fill of {fill:?} for a window of {window:?}")]
    Fill {
        /// The fill's size.
        fill: Size,
        /// The window's size.
        window: Size,
    },
    /// There is not one weight for each pixel of the window.
    #[error("{got} weights for a window of {window:?}")]
    Weights {
        /// Weights given.
        got: usize,
        /// The window's size.
        window: Size,
    },
}

/// Blends `fill` into `photo` at `window`, one weight a pixel of the window.
///
/// Where the weight is 0 the photo is never written; where it is 255 the pixel becomes the fill's exactly. In
/// between the two are mixed with rounding; colours of a photo with alpha are mixed as much as they are seen, so
/// that the colour of a clear pixel does not bleed. A grey photo takes the brightness of the fill, a fill without
/// alpha is opaque.
///
/// # Errors
/// [`CompositeError`] when sizes do not agree or the window leaves the photo.
pub fn composite(
    photo: &mut Picture,
    window: Rect,
    fill: &Picture,
    weights: &[u8],
) -> Result<(), CompositeError> {
    let size = photo.size();
    let fits =
        |start: u32, length: u32, end: u32| u64::from(start) + u64::from(length) <= u64::from(end);
    if !fits(window.x, window.width, size.width) || !fits(window.y, window.height, size.height) {
        return Err(CompositeError::Outside { window, photo: size });
    }
    if fill.size() != window.size() {
        return Err(CompositeError::Fill { fill: fill.size(), window: window.size() });
    }
    if weights.len() != window.size().pixels() {
        return Err(CompositeError::Weights { got: weights.len(), window: window.size() });
    }
    if window.is_empty() {
        return Ok(());
    }
    let (to, from) = (photo.channels(), fill.channels());
    let stride = size.width as usize * to.count();
    let start = window.y as usize * stride + window.x as usize * to.count();
    let width = window.width as usize;
    let fills = fill.data().chunks_exact(width * from.count());
    let rows = photo.data_mut()[start..].chunks_mut(stride);
    for ((row, fill), weights) in rows.zip(fills).zip(weights.chunks_exact(width)) {
        composite_row(row, to, fill, from, weights);
    }
    Ok(())
}

/// One row; `row` may reach beyond the weights.
fn composite_row(row: &mut [u8], to: Channels, fill: &[u8], from: Channels, weights: &[u8]) {
    let pixels = row.chunks_exact_mut(to.count()).zip(fill.chunks_exact(from.count()));
    for ((pixel, fill), &weight) in pixels.zip(weights) {
        if weight == 0 {
            continue;
        }
        let mut new = [0; 4];
        let new = &mut new[..to.count()];
        from_rgba(to_rgba(fill, from), to, new);
        if weight < 255 {
            mix(pixel, new, u32::from(weight), to);
        }
        pixel.copy_from_slice(new);
    }
}

/// Mixes `weight` 255ths of `new` with the rest of `old`, into `new`.
fn mix(old: &[u8], new: &mut [u8], weight: u32, channels: Channels) {
    let rest = 255 - weight;
    if !channels.has_alpha() {
        for (new, &old) in new.iter_mut().zip(old) {
            *new = ((weight * u32::from(*new) + rest * u32::from(old) + 127) / 255) as u8;
        }
        return;
    }
    let last = channels.count() - 1;
    let (seen_new, seen_old) = (weight * u32::from(new[last]), rest * u32::from(old[last]));
    let seen = seen_new + seen_old;
    for (new, &old) in new[..last].iter_mut().zip(old) {
        // Where nothing is seen of either, the photo's own hidden colour stays.
        *new = (seen_new * u32::from(*new) + seen_old * u32::from(old) + seen / 2)
            .checked_div(seen)
            .map_or(old, |mixed| mixed as u8);
    }
    new[last] = ((seen + 127) / 255) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(channels: Channels, pixel: &[u8]) -> Picture {
        Picture::new(Size::new(1, 1), channels, pixel.to_vec()).expect("one pixel")
    }

    fn mixed(photo: &Picture, fill: &Picture, weight: u8) -> Vec<u8> {
        let mut photo = photo.clone();
        composite(&mut photo, Size::new(1, 1).rect(), fill, &[weight]).expect("sizes agree");
        photo.into_data()
    }

    #[test]
    fn opaque_pixels_mix_like_pixels_without_alpha() {
        for weight in 0..=255 {
            let plain = mixed(
                &one(Channels::Rgb, &[10, 200, 77]),
                &one(Channels::Rgb, &[250, 0, 78]),
                weight,
            );
            let alpha = mixed(
                &one(Channels::Rgba, &[10, 200, 77, 255]),
                &one(Channels::Rgba, &[250, 0, 78, 255]),
                weight,
            );
            assert_eq!(plain, alpha[..3]);
            assert_eq!(alpha[3], 255);
        }
    }

    #[test]
    fn a_clear_pixel_lends_no_colour() {
        let clear_black = one(Channels::Rgba, &[0, 0, 0, 0]);
        let white = one(Channels::Rgb, &[255, 255, 255]);
        assert_eq!(mixed(&clear_black, &white, 128), [255, 255, 255, 128]);
        assert_eq!(mixed(&clear_black, &one(Channels::Rgba, &[9, 9, 9, 0]), 128), [0, 0, 0, 0]);
        assert_eq!(mixed(&clear_black, &one(Channels::Rgba, &[9, 9, 9, 0]), 255), [9, 9, 9, 0]);
    }

    #[test]
    fn grey_photos_take_brightness() {
        assert_eq!(mixed(&one(Channels::Grey, &[3]), &one(Channels::Rgb, &[255, 0, 0]), 255), [77]);
        assert_eq!(
            mixed(&one(Channels::Rgb, &[1, 2, 3]), &one(Channels::Grey, &[8]), 255),
            [8, 8, 8]
        );
        assert_eq!(
            mixed(&one(Channels::GreyAlpha, &[1, 2]), &one(Channels::Rgb, &[8, 8, 8]), 255),
            [8, 255]
        );
    }

    #[test]
    fn sizes_that_disagree_are_refused() {
        let mut photo = Picture::zeros(Size::new(4, 4), Channels::Rgb);
        let fill = Picture::zeros(Size::new(2, 2), Channels::Rgb);
        let far = Rect { x: u32::MAX, y: 0, width: 2, height: 2 };
        assert!(matches!(
            composite(&mut photo, far, &fill, &[0; 4]),
            Err(CompositeError::Outside { .. })
        ));
        let wide = Rect { x: 0, y: 0, width: 3, height: 2 };
        assert!(matches!(
            composite(&mut photo, wide, &fill, &[0; 6]),
            Err(CompositeError::Fill { .. })
        ));
        let right = Rect { x: 2, y: 2, width: 2, height: 2 };
        assert!(matches!(
            composite(&mut photo, right, &fill, &[0; 3]),
            Err(CompositeError::Weights { .. })
        ));
        assert!(composite(&mut photo, right, &fill, &[255; 4]).is_ok());
    }
}
