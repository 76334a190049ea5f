//! Files to pixels and pixels to files.
//!
//! Everything that a file says is checked before memory is taken for it. Pixels come out upright: the EXIF
//! orientation is applied here, once, and never again. Of what else a file carries only the colour profile is kept.

mod decode;
mod encode;
mod header;
mod jpeg_structure;
mod jpeg_traits;
mod limits;
mod naming;
mod orientation;
mod profile;

use thiserror::Error;

use super::picture::Picture;
use super::size::Size;

pub use decode::decode;
pub use encode::{EncodeParams, JpegQuality, PngEffort, Quality, encode};
pub use header::{Header, probe};
pub use jpeg_traits::{JpegTraits, QuantTables, Subsampling};
pub use limits::Limits;
pub use naming::file_name;

/// A format that is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhotoFormat {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP; read lossy or lossless, written lossless.
    WebP,
}

impl PhotoFormat {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// The usual end of a file name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    /// The most pixels that the format allows in a row or a column.
    #[must_use]
    pub const fn longest_side(self) -> u32 {
        match self {
            Self::Jpeg => 65_535,
            Self::Png => i32::MAX as u32,
            Self::WebP => 16_383,
        }
    }
}

/// Something that opening a file changed and that a person should be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// The file has 16 bits a channel, the picture 8.
    SixteenBitReduced,
    /// The file has inks (CMYK), the picture red, green and blue.
    CmykConverted,
    /// The file is an animation; the picture is its first frame.
    FirstFrameOnly,
    /// The colour profile is damaged or made for another kind of colour; it was left out.
    ProfileDropped,
}

/// A file as pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The pixels, upright.
    pub picture: Picture,
    /// The colour profile, byte for byte; it fits the picture's channels.
    pub icc: Option<Vec<u8>>,
    /// What the file was.
    pub format: PhotoFormat,
    /// How a JPEG was compressed, turned like the picture.
    pub jpeg: Option<JpegTraits>,
    /// What was changed on the way, each once.
    pub notes: Vec<Note>,
}

/// Something that was recognised and cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreadable {
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, or a camera's raw file built on it.
    Tiff,
    /// QOI.
    Qoi,
    /// AVIF.
    Avif,
    /// HEIC or HEIF.
    Heif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// Photoshop document.
    Photoshop,
    /// SVG drawing.
    Svg,
    /// PDF document.
    Pdf,
    /// A JPEG with arithmetic coding.
    ArithmeticJpeg,
    /// A JPEG that is lossless or hierarchical.
    LosslessJpeg,
    /// A JPEG with more than 8 bits a channel.
    DeepJpeg,
}

/// Where a file is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// In what describes the picture.
    Header,
    /// In the picture itself.
    Pixels,
    /// The end is missing.
    CutShort,
}

/// Why a file could not be opened or written; each kind names who can do something about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// No picture in any format that is known: another file must be chosen.
    #[error("not a picture in any known format")]
    Unknown,
    /// A known format, or a kind of it, that is not read: it must be converted first.
    #[error("{what:?} is not read")]
    Unsupported {
        /// What it is.
        what: Unreadable,
    },
    /// More pixels than are allowed: it must be made smaller first.
    #[error("{size:?} has more than {limit} pixels")]
    TooLarge {
        /// Size of the picture.
        size: Size,
        /// The most pixels allowed.
        limit: u64,
    },
    /// Opening it takes more memory than is allowed: a smaller picture or a larger machine is needed.
    #[error("{size:?} takes {needs} bytes to open and {limit} are allowed")]
    Memory {
        /// Size of the picture.
        size: Size,
        /// Bytes it would take at most.
        needs: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The file is damaged: another copy of it is needed.
    #[error("damaged {format:?}: {damage:?}")]
    Damaged {
        /// The format it claims.
        format: PhotoFormat,
        /// Where.
        damage: Damage,
    },
    /// The picture is empty or has longer sides than the format allows: another format must be chosen.
    #[error("{size:?} cannot be written as {format:?}")]
    Unwritable {
        /// The format asked for.
        format: PhotoFormat,
        /// Size of the picture.
        size: Size,
    },
}
