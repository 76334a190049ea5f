//! Files to pixels and pixels to files.
//!
//! Everything that a file says is checked before memory is taken for it. Pixels come out upright: the EXIF
//! orientation is applied here, once, and never again. Of what else a file carries only the colour profile and the
//! values of the EXIF data that are on a list are kept.

mod bmp;
mod decode;
mod encode;
mod foreign;
mod gif;
mod header;
mod jpeg_structure;
mod jpeg_traits;
mod limits;
mod metadata;
mod naming;
mod orientation;
mod profile;
mod qoi;
mod tiff;

use thiserror::Error;

use super::picture::Picture;
use super::size::Size;

pub use decode::{decode, decode_common};
pub use encode::{EncodeParams, JpegQuality, PngEffort, Quality, encode, encode_with, over_white};
pub use foreign::{Foreign, foreign};
pub use header::{Header, probe};
pub use jpeg_traits::{JpegTraits, QuantTables, Subsampling};
pub use limits::Limits;
pub use metadata::{Exif, Metadata};
pub use naming::file_name;

/// A format that is read; the first three are written, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhotoFormat {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP; read lossy or lossless, written lossless.
    WebP,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF.
    Tiff,
    /// QOI.
    Qoi,
    /// AVIF, decoded by the browser.
    Avif,
    /// HEIC or HEIF, decoded by the browser.
    Heif,
    /// JPEG XL, decoded by the browser.
    JpegXl,
}

impl PhotoFormat {
    /// Whether most photos come in it: its decoder is always at hand, see [`decode_common`].
    #[must_use]
    pub const fn is_common(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// The format that a photo is saved in when it is to stay as it came: its own, or PNG, which loses nothing of
    /// what was opened.
    #[must_use]
    pub const fn saved_as(self) -> Self {
        match self {
            Self::Jpeg | Self::Png | Self::WebP => self,
            Self::Gif
            | Self::Bmp
            | Self::Tiff
            | Self::Qoi
            | Self::Avif
            | Self::Heif
            | Self::JpegXl => Self::Png,
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Qoi => "image/qoi",
            Self::Avif => "image/avif",
            Self::Heif => "image/heif",
            Self::JpegXl => "image/jxl",
        }
    }

    /// The usual end of a file name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tif",
            Self::Qoi => "qoi",
            Self::Avif => "avif",
            Self::Heif => "heic",
            Self::JpegXl => "jxl",
        }
    }

    /// Whether browsers show such a file with the very pixels that are read from it here.
    #[must_use]
    pub const fn shown_by_browsers(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Gif | Self::Bmp)
    }

    /// The most pixels in a row or a column that the format it is saved in allows.
    #[must_use]
    pub const fn longest_side(self) -> u32 {
        match self.saved_as() {
            Self::Jpeg => 65_535,
            Self::WebP => 16_383,
            _ => i32::MAX as u32,
        }
    }
}

/// Something that opening a file changed and that a person should be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// The file has more than 8 bits a channel, the picture 8.
    SixteenBitReduced,
    /// The file has inks (CMYK), the picture red, green and blue.
    CmykConverted,
    /// The file is an animation or has several pages; the picture is the first of them.
    FirstFrameOnly,
    /// The colour profile is damaged or made for another kind of colour, or the colours are described in another way
    /// than by a profile; that was left out.
    ProfileDropped,
}

/// A file as pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The pixels, upright.
    pub picture: Picture,
    /// The colour profile, byte for byte but for what is hidden in it; it fits the picture's channels.
    pub icc: Option<Vec<u8>>,
    /// The values of the EXIF data that are kept, with the place apart.
    pub exif: Option<Exif>,
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
    /// A Windows bitmap with JPEG, PNG or inks inside, or one of OS/2.
    Bmp,
    /// A TIFF with a palette, lossy compression, numbers with fractions or something rarer.
    Tiff,
    /// The raw file of a camera.
    CameraRaw,
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

impl Unreadable {
    /// The format, if some browsers decode it: their pixels can be taken with [`Decoded::from_rgba`].
    #[must_use]
    pub const fn read_by_browsers(self) -> Option<PhotoFormat> {
        match self {
            Self::Avif => Some(PhotoFormat::Avif),
            Self::Heif => Some(PhotoFormat::Heif),
            Self::JpegXl => Some(PhotoFormat::JpegXl),
            _ => None,
        }
    }
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
