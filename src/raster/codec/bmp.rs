//! Windows bitmaps.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;

use super::decode::{Raw, damage_of, damaged, pixels};
use super::header::Header;
use super::{CodecError, Damage, PhotoFormat, Unreadable};
use crate::raster::Size;

/// Bytes before the header that describes the picture.
const BEFORE: usize = 14;

/// Reads the size of the picture.
pub(super) fn header(bytes: &[u8]) -> Result<Header, CodecError> {
    let cut = || damaged(PhotoFormat::Bmp, Damage::CutShort);
    let unsupported = CodecError::Unsupported { what: Unreadable::Bmp };
    let signed = |at: usize| le32(bytes, at).map(|value| value as i32).ok_or_else(cut);
    let size = match le32(bytes, BEFORE).ok_or_else(cut)? {
        12 => {
            let side = le32(bytes, 18).ok_or_else(cut)?;
            Size::new(side & 0xffff, side >> 16)
        }
        40 | 52 | 56 | 108 | 124 => {
            let (width, height) = (signed(18)?, signed(22)?);
            let kind = le32(bytes, 30).ok_or_else(cut)?;
            if kind > 3 {
                // JPEG, PNG or inks inside.
                return Err(unsupported);
            }
            let width =
                u32::try_from(width).map_err(|_| damaged(PhotoFormat::Bmp, Damage::Header))?;
            // A negative height says that the first row is the top one.
            Size::new(width, height.unsigned_abs())
        }
        // Those of OS/2.
        16 | 64 => return Err(unsupported),
        // Two letters at the start of some text.
        _ => return Err(CodecError::Unknown),
    };
    // Alpha is declared in many ways, so it is counted always.
    Ok(Header { format: PhotoFormat::Bmp, size, needs: size.area().saturating_mul(8) })
}

/// Decodes the picture.
pub(super) fn read(bytes: &[u8]) -> Result<Raw, CodecError> {
    let decoder = BmpDecoder::new(Cursor::new(bytes))
        .map_err(|error| damage_of(&error, PhotoFormat::Bmp, Damage::Header))?;
    let (picture, _) = pixels(decoder, PhotoFormat::Bmp)?;
    let mut raw = Raw::new(picture);
    raw.icc = profile(bytes);
    Ok(raw)
}

/// The profile that a header of the fifth version says is embedded.
fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let embedded = le32(bytes, BEFORE)? == 124 && le32(bytes, BEFORE + 56)? == 0x4d42_4544;
    let from = BEFORE.checked_add(usize::try_from(le32(bytes, BEFORE + 112)?).ok()?)?;
    let length = usize::try_from(le32(bytes, BEFORE + 116)?).ok()?;
    bytes.get(from..from.checked_add(length)?).filter(|_| embedded).map(<[u8]>::to_vec)
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
