//! Pictures as the floats that models take, and back.

use super::picture::{Channels, Picture};
use super::size::Size;

/// The numbers that stand for black and full brightness in a model's tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    /// 0 to 1.
    Unit,
    /// -1 to 1.
    Signed,
    /// 0 to 255.
    Bytes,
}

impl Range {
    /// The number for a byte.
    #[must_use]
    pub fn value(self, byte: u8) -> f32 {
        match self {
            Self::Unit => f32::from(byte) / 255.0,
            Self::Signed => f32::from(byte) / 127.5 - 1.0,
            Self::Bytes => f32::from(byte),
        }
    }

    /// The nearest byte for a number; numbers outside the range become its ends, not-a-number becomes 0.
    #[must_use]
    pub fn byte(self, value: f32) -> u8 {
        let byte = match self {
            Self::Unit => value * 255.0,
            Self::Signed => (value + 1.0) * 127.5,
            Self::Bytes => value,
        };
        // The cast saturates, so that half is added without a branch.
        (byte + 0.5) as u8
    }
}

/// The colours of a picture as three planes, red, green, blue, each row by row: the layout NCHW of a batch of one
/// with shape 1 x 3 x height x width. Grey is repeated, alpha left out.
#[must_use]
pub fn to_planes(picture: &Picture, range: Range) -> Vec<f32> {
    let pixels = picture.size().pixels();
    let channels = picture.channels();
    // A table of 256 is as exact as the division and much faster.
    let table: Vec<f32> = (0..=255).map(|byte| range.value(byte)).collect();
    let mut out = vec![0.0; 3 * pixels];
    for (plane, out) in out.chunks_exact_mut(pixels.max(1)).enumerate() {
        let offset = match channels {
            Channels::Grey | Channels::GreyAlpha => 0,
            Channels::Rgb | Channels::Rgba => plane,
        };
        for (value, pixel) in out.iter_mut().zip(picture.data().chunks_exact(channels.count())) {
            *value = table[usize::from(pixel[offset])];
        }
    }
    out
}

/// The RGB picture of three planes as [`to_planes`] makes them. `None` when there are not 3 x width x height values.
#[must_use]
pub fn from_planes(planes: &[f32], size: Size, range: Range) -> Option<Picture> {
    let pixels = size.pixels();
    if planes.len() as u64 != 3 * size.area() {
        return None;
    }
    let (red, rest) = planes.split_at(pixels);
    let (green, blue) = rest.split_at(pixels);
    let data = (0..pixels)
        .flat_map(|i| [range.byte(red[i]), range.byte(green[i]), range.byte(blue[i])])
        .collect();
    Picture::new(size, Channels::Rgb, data).ok()
}

/// A mask (one byte a pixel, 0 = keep) as one plane of shape 1 x 1 x height x width: 1 = repaint, 0 = keep.
#[must_use]
pub fn mask_to_plane(mask: &[u8]) -> Vec<f32> {
    mask.iter().map(|&byte| f32::from(u8::from(byte != 0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_every_range() {
        for range in [Range::Unit, Range::Signed, Range::Bytes] {
            for byte in 0..=255 {
                assert_eq!(range.byte(range.value(byte)), byte);
            }
        }
        assert_eq!((Range::Signed.value(0), Range::Signed.value(255)), (-1.0, 1.0));
        assert_eq!(Range::Unit.value(255), 1.0);
    }

    #[test]
    fn numbers_outside_become_the_ends() {
        assert_eq!(Range::Unit.byte(-3.0), 0);
        assert_eq!(Range::Unit.byte(7.0), 255);
        assert_eq!(Range::Signed.byte(f32::INFINITY), 255);
        assert_eq!(Range::Bytes.byte(f32::NAN), 0);
    }

    #[test]
    fn planes_hold_one_colour_each() {
        let picture =
            Picture::new(Size::new(2, 1), Channels::Rgb, vec![1, 2, 3, 4, 5, 6]).expect("fits");
        let planes = to_planes(&picture, Range::Bytes);
        assert_eq!(planes, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(from_planes(&planes, picture.size(), Range::Bytes), Some(picture));
        assert_eq!(from_planes(&planes[1..], Size::new(2, 1), Range::Bytes), None);
        let grey = Picture::new(Size::new(1, 1), Channels::GreyAlpha, vec![9, 0]).expect("fits");
        assert_eq!(to_planes(&grey, Range::Bytes), [9.0, 9.0, 9.0]);
        assert_eq!(mask_to_plane(&[0, 255, 7]), [0.0, 1.0, 1.0]);
    }
}
