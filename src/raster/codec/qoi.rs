//! QOI, the Quite OK Image format.

use std::io::Cursor;

use image::codecs::qoi::QoiDecoder;

use super::decode::{Raw, damage_of, damaged, pixels};
use super::header::Header;
use super::{CodecError, Damage, PhotoFormat};
use crate::raster::Size;

/// Reads the size of the picture.
pub(super) fn header(bytes: &[u8]) -> Result<Header, CodecError> {
    let start = bytes.get(4..14).ok_or(damaged(PhotoFormat::Qoi, Damage::CutShort))?;
    let side =
        |at: usize| u32::from_be_bytes([start[at], start[at + 1], start[at + 2], start[at + 3]]);
    let size = Size::new(side(0), side(4));
    let channels = match start[8] {
        channels @ (3 | 4) => u64::from(channels),
        _ => return Err(damaged(PhotoFormat::Qoi, Damage::Header)),
    };
    Ok(Header { format: PhotoFormat::Qoi, size, needs: size.area().saturating_mul(2 * channels) })
}

/// Decodes the picture.
pub(super) fn read(bytes: &[u8]) -> Result<Raw, CodecError> {
    let decoder = QoiDecoder::new(Cursor::new(bytes))
        .map_err(|error| damage_of(&error, PhotoFormat::Qoi, Damage::Header))?;
    let (picture, _) = pixels(decoder, PhotoFormat::Qoi)?;
    Ok(Raw::new(picture))
}
