//! A coarse fill at the window's size, and at its own.

use super::features::Packing;
use super::pyramid::{HOLE, Level};
use crate::raster::{Channels, Picture, Size};

/// A level as a picture of its own size.
pub(super) fn as_it_is(packing: Packing, level: &Level) -> Picture {
    let channels = if packing.alpha { Channels::Rgba } else { Channels::Rgb };
    let mut picture = Picture::zeros(Size::new(level.width as u32, level.height as u32), channels);
    let pixels = picture.data_mut().chunks_exact_mut(channels.count());
    for (bytes, pixel) in pixels.zip(&level.pixels) {
        packing.unpack([0, 1, 2, 3].map(|k| f32::from(pixel[k])), bytes);
    }
    picture
}

/// Writes the fill of `coarse`, which was halved `halvings` times from `fine`, into the hole of `picture`, enlarged
/// by bilinear interpolation. Known pixels are not touched.
pub(super) fn enlarge(
    packing: Packing,
    fine: &Level,
    coarse: &Level,
    halvings: usize,
    picture: &mut Picture,
) {
    let bytes = picture.channels().count();
    let columns: Vec<Between> =
        (fine.hole.x0..fine.hole.x1).map(|x| between(x, halvings, coarse.width)).collect();
    for y in fine.hole.y0..fine.hole.y1 {
        let (top, bottom, down) = between(y, halvings, coarse.height);
        for x in fine.hole.x0..fine.hole.x1 {
            let at = y * fine.width + x;
            if fine.marks[at] & HOLE == 0 {
                continue;
            }
            let (left, right, across) = columns[x - fine.hole.x0];
            let corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
                .map(|(u, v)| coarse.pixels[v * coarse.width + u]);
            let shares = [
                (256 - across) * (256 - down),
                across * (256 - down),
                (256 - across) * down,
                across * down,
            ];
            let mut filled = [0.0; 4];
            for k in 0..4 {
                let sum: u32 = (0..4).map(|n| u32::from(corners[n][k]) * shares[n]).sum();
                filled[k] = sum as f32 / 65536.0;
            }
            packing.unpack(filled, &mut picture.data_mut()[at * bytes..][..bytes]);
        }
    }
}

/// Two neighbouring coarse pixels and the share of the second, in 1/256.
type Between = (usize, usize, u32);

/// Where the centre of a fine pixel lies among coarse pixels.
fn between(at: usize, halvings: usize, length: usize) -> Between {
    // In 1/256 of a coarse pixel, measured from the centre of the first one.
    let place = (((2 * at + 1) * 128) >> halvings).saturating_sub(128);
    let first = (place >> 8).min(length - 1);
    (first, (first + 1).min(length - 1), (place & 255) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_between_centres() {
        assert_eq!(between(0, 1, 8), (0, 1, 0));
        assert_eq!(between(1, 1, 8), (0, 1, 64));
        assert_eq!(between(2, 1, 8), (0, 1, 192));
        assert_eq!(between(15, 1, 8), (7, 7, 64));
        assert_eq!(between(5, 0, 8), (5, 6, 0));
    }
}
