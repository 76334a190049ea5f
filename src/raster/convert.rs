//! Pictures with other channels: grey to colour and back, alpha added and dropped.

use super::picture::{Channels, Picture};

/// Brightness of a colour, after the weights of ITU-R BT.601 in 256ths. Of a grey it is that grey exactly.
#[must_use]
pub const fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * red as u32 + 150 * green as u32 + 29 * blue as u32 + 128) >> 8) as u8
}

/// A pixel of any channels as red, green, blue and alpha; without alpha it is opaque.
#[must_use]
pub(super) const fn to_rgba(pixel: &[u8], channels: Channels) -> [u8; 4] {
    match channels {
        Channels::Grey => [pixel[0], pixel[0], pixel[0], 255],
        Channels::GreyAlpha => [pixel[0], pixel[0], pixel[0], pixel[1]],
        Channels::Rgb => [pixel[0], pixel[1], pixel[2], 255],
        Channels::Rgba => [pixel[0], pixel[1], pixel[2], pixel[3]],
    }
}

/// Writes a colour as a pixel of the given channels.
pub(super) const fn from_rgba(
    [red, green, blue, alpha]: [u8; 4],
    channels: Channels,
    pixel: &mut [u8],
) {
    match channels {
        Channels::Grey => pixel[0] = luma(red, green, blue),
        Channels::GreyAlpha => {
            pixel[0] = luma(red, green, blue);
            pixel[1] = alpha;
        }
        Channels::Rgb => {
            pixel[0] = red;
            pixel[1] = green;
            pixel[2] = blue;
        }
        Channels::Rgba => {
            pixel[0] = red;
            pixel[1] = green;
            pixel[2] = blue;
            pixel[3] = alpha;
        }
    }
}

/// The same picture with other channels. Colours keep their values when alpha is dropped (they are not laid over
/// a background), grey becomes three equal values, and colour becomes grey by [`luma`].
#[must_use]
pub fn convert(picture: &Picture, channels: Channels) -> Picture {
    if picture.channels() == channels {
        return picture.clone();
    }
    let mut out = Picture::zeros(picture.size(), channels);
    let from = picture.channels();
    let pixels = picture.data().chunks_exact(from.count());
    for (to, pixel) in out.data_mut().chunks_exact_mut(channels.count()).zip(pixels) {
        from_rgba(to_rgba(pixel, from), channels, to);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Size;

    #[test]
    fn grey_goes_through_colour_unchanged() {
        let grey =
            Picture::new(Size::new(256, 1), Channels::Grey, (0..=255).collect()).expect("fits");
        assert_eq!(convert(&convert(&grey, Channels::Rgba), Channels::Grey), grey);
        assert_eq!(convert(&convert(&grey, Channels::Rgb), Channels::Grey), grey);
    }

    #[test]
    fn dropping_alpha_keeps_the_colour() {
        let clear = Picture::new(Size::new(1, 1), Channels::Rgba, vec![9, 8, 7, 0]).expect("fits");
        assert_eq!(convert(&clear, Channels::Rgb).data(), [9, 8, 7]);
        assert_eq!(convert(&convert(&clear, Channels::Rgb), Channels::Rgba).data(), [9, 8, 7, 255]);
    }
}
