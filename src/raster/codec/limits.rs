//! How much a file may ask for.

use super::CodecError;
use super::header::Header;

/// Bounds on what is opened, checked against a file's header before memory is taken for its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels.
    pub pixels: u64,
    /// The most bytes that opening may hold at once, the finished picture among them, the file itself not.
    pub bytes: u64,
}

impl Default for Limits {
    /// 100 megapixels, and what those take in the most wasteful format: a TIFF with four values of 16 bits a pixel.
    fn default() -> Self {
        Self { pixels: 100_000_000, bytes: 1_600_000_000 }
    }
}

impl Limits {
    /// Whether a file with this header may be opened.
    ///
    /// # Errors
    /// [`CodecError::TooLarge`] or [`CodecError::Memory`] when not.
    pub fn check(&self, header: &Header) -> Result<(), CodecError> {
        if header.size.area() > self.pixels {
            return Err(CodecError::TooLarge { size: header.size, limit: self.pixels });
        }
        if header.needs > self.bytes {
            return Err(CodecError::Memory {
                size: header.size,
                needs: header.needs,
                limit: self.bytes,
            });
        }
        Ok(())
    }
}
