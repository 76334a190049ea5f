//! One lossy WebP picture without the container around it: 20 bytes less in every link.
//!
//! The layout is that of a VP8 key frame (RFC 6386, section 9.1) and of the simple WebP container (RFC 9649,
//! section 2.5).

use super::ShareError;
use crate::raster::Size;

/// The longest side of a picture in a link, in pixels. Bounds what a stranger's link makes a browser decode.
pub const LONGEST_SIDE: u32 = 1_280;

/// A preview whose longest side is below this shows nothing any more.
pub const SHORTEST_SIDE: u32 = 96;

/// Bytes before the compressed part: frame tag, start code, sides.
const HEAD: usize = 10;
/// Bytes of the container before the frame.
const CONTAINER: usize = 20;

/// A VP8 key frame of a size that is allowed. What follows its header is for the browser to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    bytes: Vec<u8>,
    size: Size,
}

impl Frame {
    /// Takes bytes as a frame.
    ///
    /// # Errors
    /// [`ShareError::Altered`] when they do not begin like a key frame that is shown, [`ShareError::TooLarge`] for
    /// sides above [`LONGEST_SIDE`].
    pub fn new(bytes: &[u8]) -> Result<Self, ShareError> {
        let head = bytes.get(..HEAD).ok_or(ShareError::Altered)?;
        // Bit 0 is set for frames that need another one, bit 4 for those that are shown; bits 1 to 3 hold a profile.
        let plain = head[0] & 1 == 0 && head[0] & 0x10 != 0 && (head[0] >> 1 & 7) <= 3;
        if !plain || head[3..6] != [0x9d, 0x01, 0x2a] {
            return Err(ShareError::Altered);
        }
        let first = u32::from(head[0]) | u32::from(head[1]) << 8 | u32::from(head[2]) << 16;
        if (first >> 5) as usize > bytes.len() - HEAD {
            return Err(ShareError::Altered);
        }
        // Two bits above the 14 of a side ask to be stretched, which nobody does.
        let side = |low: u8, high: u8| u32::from(low) | u32::from(high) << 8;
        let size = Size::new(side(head[6], head[7]), side(head[8], head[9]));
        if size.is_empty() {
            return Err(ShareError::Altered);
        }
        if size.width.max(size.height) > LONGEST_SIDE {
            return Err(ShareError::TooLarge);
        }
        Ok(Self { bytes: bytes.to_vec(), size })
    }

    /// Takes the frame out of a simple lossy WebP file.
    ///
    /// # Errors
    /// [`ShareError::Altered`] for any other file.
    pub fn of_webp(file: &[u8]) -> Result<Self, ShareError> {
        let (container, frame) = file.split_at_checked(CONTAINER).ok_or(ShareError::Altered)?;
        if container[..4] != *b"RIFF" || container[8..16] != *b"WEBPVP8 " {
            return Err(ShareError::Altered);
        }
        let length =
            u32::from_le_bytes([container[16], container[17], container[18], container[19]]);
        Self::new(frame.get(..length as usize).ok_or(ShareError::Cut)?)
    }

    /// The frame as a file.
    #[must_use]
    pub fn to_webp(&self) -> Vec<u8> {
        let length = self.bytes.len();
        let padded = length + length % 2;
        let mut file = Vec::with_capacity(CONTAINER + padded);
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&((padded + CONTAINER - 8) as u32).to_le_bytes());
        file.extend_from_slice(b"WEBPVP8 ");
        file.extend_from_slice(&(length as u32).to_le_bytes());
        file.extend_from_slice(&self.bytes);
        file.resize(CONTAINER + padded, 0);
        file
    }

    /// Width and height in pixels, each 1 to [`LONGEST_SIDE`].
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The frame's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The bytes of a frame that says it has this size and holds nothing.
#[cfg(test)]
pub(super) fn hollow(width: u16, height: u16) -> Frame {
    let mut bytes = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a];
    bytes.extend_from_slice(&width.to_le_bytes());
    bytes.extend_from_slice(&height.to_le_bytes());
    bytes.extend_from_slice(&[7; 3]);
    Frame::new(&bytes).expect("begins like a key frame")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_container_comes_off_and_on() {
        let frame = hollow(384, 256);
        let file = frame.to_webp();
        assert_eq!(file.len() % 2, 0);
        assert_eq!(file[4..8], (file.len() as u32 - 8).to_le_bytes());
        assert_eq!(Frame::of_webp(&file), Ok(frame));
    }

    #[test]
    fn frames_that_are_not_as_ours_are_refused() {
        let good = hollow(10, 10).bytes;
        let with = |index: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[index] = value;
            Frame::new(&bytes)
        };
        assert!(Frame::new(&good).is_ok());
        assert_eq!(with(0, 0x11), Err(ShareError::Altered), "needs another frame");
        assert_eq!(with(0, 0x00), Err(ShareError::Altered), "not shown");
        assert_eq!(with(0, 0x18), Err(ShareError::Altered), "no such profile");
        assert_eq!(with(1, 0xff), Err(ShareError::Altered), "longer than it is");
        assert_eq!(with(3, 0), Err(ShareError::Altered), "no start code");
        assert_eq!(with(6, 0), Err(ShareError::Altered), "no width");
        assert_eq!(with(7, 0x40), Err(ShareError::TooLarge), "to be stretched");
        assert_eq!(with(9, 0x3f), Err(ShareError::TooLarge), "16,138 rows");
        assert_eq!(Frame::new(&good[..9]), Err(ShareError::Altered));
    }
}
