//! Turns pictures upright as EXIF says.

use image::metadata::Orientation;

use crate::raster::{Picture, Size};

/// Whether width and height change places.
pub(super) const fn swaps_sides(orientation: Orientation) -> bool {
    use Orientation as O;
    matches!(orientation, O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH)
}

/// The picture upright.
pub(super) fn apply(picture: Picture, orientation: Orientation) -> Picture {
    use Orientation as O;
    match orientation {
        O::NoTransforms => picture,
        O::FlipHorizontal | O::FlipVertical | O::Rotate180 => flipped(picture, orientation),
        O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH => {
            turned(&picture, orientation)
        }
    }
}

/// Mirrors and half turns, in place.
fn flipped(mut picture: Picture, orientation: Orientation) -> Picture {
    let bytes = picture.channels().count();
    let row = picture.size().width as usize * bytes;
    if picture.size().is_empty() {
        return picture;
    }
    let data = picture.data_mut();
    if orientation != Orientation::FlipHorizontal {
        let half = data.len() / row / 2 * row;
        let (top, rest) = data.split_at_mut(half);
        for (a, b) in top.chunks_exact_mut(row).zip(rest.rchunks_exact_mut(row)) {
            a.swap_with_slice(b);
        }
    }
    if orientation != Orientation::FlipVertical {
        for row in data.chunks_exact_mut(row) {
            mirror(row, bytes);
        }
    }
    picture
}

fn mirror(row: &mut [u8], bytes: usize) {
    let pixels = row.len() / bytes;
    for left in 0..pixels / 2 {
        let right = pixels - 1 - left;
        for channel in 0..bytes {
            row.swap(left * bytes + channel, right * bytes + channel);
        }
    }
}

/// Side of the squares in which a turn is done, so that both pictures stay in the cache.
const TILE: usize = 32;

/// Quarter turns: the new pixel (x, y) is the old (y, x), either of them counted from the other end.
fn turned(picture: &Picture, orientation: Orientation) -> Picture {
    match picture.channels().count() {
        1 => turned_by::<1>(picture, orientation),
        2 => turned_by::<2>(picture, orientation),
        3 => turned_by::<3>(picture, orientation),
        _ => turned_by::<4>(picture, orientation),
    }
}

fn turned_by<const BYTES: usize>(picture: &Picture, orientation: Orientation) -> Picture {
    use Orientation as O;
    let (width, height) = (picture.size().height as usize, picture.size().width as usize);
    let mut out = Picture::zeros(Size::new(width as u32, height as u32), picture.channels());
    // The old column is the new row, the old row the new column.
    let column_from_end = matches!(orientation, O::Rotate270 | O::Rotate270FlipH);
    let row_from_end = matches!(orientation, O::Rotate90 | O::Rotate270FlipH);
    let (from, _) = picture.data().as_chunks::<BYTES>();
    let (to, _) = out.data_mut().as_chunks_mut::<BYTES>();
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(TILE) {
            for y in top..(top + TILE).min(height) {
                let column = if column_from_end { height - 1 - y } else { y };
                for x in left..(left + TILE).min(width) {
                    let row = if row_from_end { width - 1 - x } else { x };
                    to[y * width + x] = from[row * height + column];
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Channels;

    /// The stored pictures of which each orientation makes 1 2 3 / 4 5 6 (EXIF 2.3, tag 274).
    #[test]
    fn all_eight_come_upright() {
        let stored: [(u8, u32, u32, [u8; 6]); 8] = [
            (1, 3, 2, [1, 2, 3, 4, 5, 6]),
            (2, 3, 2, [3, 2, 1, 6, 5, 4]),
            (3, 3, 2, [6, 5, 4, 3, 2, 1]),
            (4, 3, 2, [4, 5, 6, 1, 2, 3]),
            (5, 2, 3, [1, 4, 2, 5, 3, 6]),
            (6, 2, 3, [3, 6, 2, 5, 1, 4]),
            (7, 2, 3, [6, 3, 5, 2, 4, 1]),
            (8, 2, 3, [4, 1, 5, 2, 6, 3]),
        ];
        for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba] {
            let wide = |values: &[u8]| -> Vec<u8> {
                values
                    .iter()
                    .flat_map(|&v| (0..channels.count() as u8).map(move |c| v * 10 + c))
                    .collect()
            };
            for (value, width, height, pixels) in &stored {
                let picture =
                    Picture::new(Size::new(*width, *height), channels, wide(pixels)).expect("fits");
                let orientation = Orientation::from_exif(*value).expect("1 to 8");
                let upright = apply(picture, orientation);
                assert_eq!(upright.size(), Size::new(3, 2), "orientation {value}");
                assert_eq!(upright.data(), wide(&[1, 2, 3, 4, 5, 6]), "orientation {value}");
            }
        }
    }

    #[test]
    fn large_pictures_turn_like_small_ones() {
        let size = Size::new(70, 45);
        let data: Vec<u8> = (0..size.pixels()).map(|i| (i * 7 % 251) as u8).collect();
        let picture = Picture::new(size, Channels::Grey, data).expect("fits");
        let there = apply(picture.clone(), Orientation::Rotate90);
        assert_eq!(there.data()[0], picture.data()[44 * 70]);
        assert_eq!(apply(there, Orientation::Rotate270), picture);
    }
}
