//! Eight-bit pixels in memory.

use thiserror::Error;

use super::size::{Rect, Size};

/// How many bytes a pixel has and what they mean. Colour is not premultiplied by alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One byte of grey.
    Grey,
    /// Grey, then alpha.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha.
    Rgba,
}

impl Channels {
    /// Bytes a pixel.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// Whether the last byte of a pixel is alpha.
    #[must_use]
    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// Why a picture could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The buffer does not hold exactly one value for each channel of each pixel.
    #[error("{got} bytes for a picture of {width}x{height} that needs {want}")]
    Length {
        /// Width asked for.
        width: u32,
        /// Height asked for.
        height: u32,
        /// Bytes that such a picture has.
        want: u64,
        /// Bytes given.
        got: u64,
    },
}

/// A picture: rows from top to bottom, pixels interleaved, no padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    channels: Channels,
    data: Vec<u8>,
}

impl Picture {
    /// Takes `data` as pixels of a picture of `size`.
    ///
    /// # Errors
    /// [`PictureError::Length`] when the length is not exactly width x height x channels.
    pub fn new(size: Size, channels: Channels, data: Vec<u8>) -> Result<Self, PictureError> {
        let want = size.area() * channels.count() as u64;
        if data.len() as u64 != want {
            return Err(PictureError::Length {
                width: size.width,
                height: size.height,
                want,
                got: data.len() as u64,
            });
        }
        Ok(Self { size, channels, data })
    }

    /// A picture with every byte zero.
    #[must_use]
    pub fn zeros(size: Size, channels: Channels) -> Self {
        Self { size, channels, data: vec![0; size.pixels() * channels.count()] }
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// What a pixel is made of.
    #[must_use]
    pub const fn channels(&self) -> Channels {
        self.channels
    }

    /// All bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// All bytes, to write.
    #[must_use]
    pub fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// Gives the bytes away.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// The same colours without alpha where every pixel is opaque; otherwise, and without alpha, the picture as it is.
    #[must_use]
    pub fn without_opaque_alpha(self) -> Self {
        let (channels, count) = match self.channels {
            Channels::GreyAlpha => (Channels::Grey, 2),
            Channels::Rgba => (Channels::Rgb, 4),
            Channels::Grey | Channels::Rgb => return self,
        };
        if self.data.chunks_exact(count).any(|pixel| pixel[count - 1] != 255) {
            return self;
        }
        let mut data = self.data;
        let pixels = data.len() / count;
        for i in 1..pixels {
            data.copy_within(i * count..(i + 1) * count - 1, i * (count - 1));
        }
        data.truncate(pixels * (count - 1));
        data.shrink_to_fit();
        Self { size: self.size, channels, data }
    }

    /// A copy of the part of the picture inside `rect`, which is first cut at the picture's edges.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Self {
        let rect = rect.intersection(self.size.rect());
        let bytes = self.channels.count();
        let stride = self.size.width as usize * bytes;
        let mut data = Vec::with_capacity(rect.size().pixels() * bytes);
        for y in rect.y..rect.bottom() {
            let start = y as usize * stride + rect.x as usize * bytes;
            data.extend_from_slice(&self.data[start..start + rect.width as usize * bytes]);
        }
        Self { size: rect.size(), channels: self.channels, data }
    }

    /// Writes `part` with its top left pixel at (x, y) of `self`; what would lie outside is left out.
    /// Both pictures must have the same channels, otherwise nothing is written and `false` comes back.
    pub fn paste(&mut self, part: &Self, x: u32, y: u32) -> bool {
        if part.channels != self.channels {
            return false;
        }
        let at = Rect { x, y, width: part.size.width, height: part.size.height };
        let seen = at.intersection(self.size.rect());
        let bytes = self.channels.count();
        for row in 0..seen.height as usize {
            let from = row * part.size.width as usize * bytes;
            let to = ((seen.y as usize + row) * self.size.width as usize + seen.x as usize) * bytes;
            let len = seen.width as usize * bytes;
            self.data[to..to + len].copy_from_slice(&part.data[from..from + len]);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_goes_only_where_all_of_it_is_opaque() {
        let size = Size::new(3, 1);
        let new =
            |channels, data: &[u8]| Picture::new(size, channels, data.to_vec()).expect("fits");
        let opaque = new(Channels::Rgba, &[1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255]);
        let without = new(Channels::Rgb, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(opaque.without_opaque_alpha(), without);
        assert_eq!(without.clone().without_opaque_alpha(), without);
        let clear = new(Channels::GreyAlpha, &[1, 255, 2, 254, 3, 255]);
        assert_eq!(clear.clone().without_opaque_alpha(), clear);
        let grey = new(Channels::GreyAlpha, &[1, 255, 2, 255, 3, 255]);
        assert_eq!(grey.without_opaque_alpha(), new(Channels::Grey, &[1, 2, 3]));
    }

    #[test]
    fn a_short_buffer_is_refused() {
        assert!(matches!(
            Picture::new(Size::new(2, 2), Channels::Rgb, vec![0; 11]),
            Err(PictureError::Length { want: 12, got: 11, .. })
        ));
    }

    #[test]
    fn crop_and_paste_are_inverse() {
        let data: Vec<u8> = (0..5 * 4 * 3).map(|i| i as u8).collect();
        let picture = Picture::new(Size::new(5, 4), Channels::Rgb, data).expect("fits");
        let part = picture.crop(Rect::between(1, 1, 4, 3));
        let mut copy = Picture::zeros(Size::new(5, 4), Channels::Rgb);
        assert!(copy.paste(&part, 1, 1));
        assert_eq!(copy.crop(Rect::between(1, 1, 4, 3)), part);
        assert_eq!(copy.data()[0], 0);
    }
}
