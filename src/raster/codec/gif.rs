//! GIF: the first picture of it.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::decode::{Raw, damage_of, damaged, pixels};
use super::header::Header;
use super::{CodecError, Damage, Note, PhotoFormat};
use crate::raster::Size;

/// What the blocks say: GIF89a specification (1990).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Blocks {
    /// Bytes that the first picture takes beside the screen; none when it fills rows of the screen.
    beside: u64,
    /// Pictures, counted up to two.
    pictures: u8,
}

/// Reads the size of the screen and looks for the first picture.
pub(super) fn header(bytes: &[u8]) -> Result<Header, CodecError> {
    let cut = damaged(PhotoFormat::Gif, Damage::CutShort);
    let start = bytes.get(6..13).ok_or(cut.clone())?;
    let side = |at: usize| u32::from(u16::from_le_bytes([start[at], start[at + 1]]));
    let size = Size::new(side(0), side(2));
    let blocks = blocks(bytes, size);
    if blocks.pictures == 0 {
        return Err(cut);
    }
    // Four bytes a pixel, and twice as many while it becomes another picture.
    let needs = size.area().saturating_mul(8).saturating_add(blocks.beside);
    Ok(Header { format: PhotoFormat::Gif, size, needs })
}

/// Walks over the blocks, each turn forward by one byte at least.
fn blocks(bytes: &[u8], screen: Size) -> Blocks {
    let mut found = Blocks::default();
    let palette = |flags: u8| if flags & 0x80 == 0 { 0 } else { 6 << (flags & 7) };
    let mut at = 13 + bytes.get(10).map_or(0, |&flags| palette(flags));
    while found.pictures < 2 {
        match bytes.get(at) {
            Some(0x21) => at = after_parts(bytes, at + 2),
            Some(0x2c) => {
                let Some(picture) = bytes.get(at + 1..at + 10) else { break };
                let side = |i: usize| u64::from(u16::from_le_bytes([picture[i], picture[i + 1]]));
                let (left, top, width, height) = (side(0), side(2), side(4), side(6));
                let in_rows = left == 0 && width == u64::from(screen.width);
                if found.pictures == 0 && !(in_rows && top + height <= u64::from(screen.height)) {
                    found.beside = width * height * 4;
                }
                found.pictures += 1;
                // A palette of its own and the width of codes come before the pixels.
                at = after_parts(bytes, at + 11 + palette(picture[8]));
            }
            _ => break,
        }
    }
    found
}

/// The position behind the parts that start at `at`, each with its length before it, the last one empty.
fn after_parts(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&length) = bytes.get(at) {
        at += 1 + usize::from(length);
        if length == 0 {
            break;
        }
    }
    at
}

/// Decodes the first picture on its screen; what it leaves free is clear.
pub(super) fn read(bytes: &[u8], header: &Header) -> Result<Raw, CodecError> {
    let failed = |error, otherwise| damage_of(&error, PhotoFormat::Gif, otherwise);
    let mut decoder =
        GifDecoder::new(Cursor::new(bytes)).map_err(|error| failed(error, Damage::Header))?;
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(header.needs);
    decoder.set_limits(limits).map_err(|error| failed(error, Damage::Header))?;
    let icc = decoder.icc_profile().ok().flatten();
    let (picture, _) = pixels(decoder, PhotoFormat::Gif)?;
    let mut raw = Raw::new(picture.without_opaque_alpha());
    raw.icc = icc;
    if blocks(bytes, header.size).pictures > 1 {
        raw.notes.push(Note::FirstFrameOnly);
    }
    Ok(raw)
}
