//! What a file says of itself that only browsers decode: AVIF, HEIF and JPEG XL.
//!
//! Read before the browser is asked for the pixels, so that a picture that is too large is refused before anybody
//! takes memory for it. What the browser then decodes is checked again.

use super::header::Header;
use super::{CodecError, Damage, Note, PhotoFormat, probe};
use crate::raster::Size;

/// The header of a file that a browser may decode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Format and size as coded, before it is cut and turned; four bytes a pixel and as many for the decoder.
    pub header: Header,
    /// What the person should be told.
    pub notes: Vec<Note>,
}

/// Reads the header of a file of a format that only browsers decode.
///
/// # Errors
/// What [`probe`] says of every other file, [`CodecError::Damaged`] when the file does not say how large its picture
/// is. Any bytes are safe.
pub fn foreign(bytes: &[u8]) -> Result<Foreign, CodecError> {
    let what = match probe(bytes) {
        Err(CodecError::Unsupported { what }) => what,
        Err(error) => return Err(error),
        Ok(header) => return Ok(Foreign { header, notes: Vec::new() }),
    };
    let format = what.read_by_browsers().ok_or(CodecError::Unsupported { what })?;
    let mut said = match format {
        PhotoFormat::JpegXl => jpeg_xl(bytes).unwrap_or(NOTHING),
        _ => boxed(bytes),
    };
    said.animated |= matches!(bytes.get(8..12), Some(b"avis" | b"msf1" | b"hevc" | b"hevx"));
    if said.size.is_empty() {
        return Err(CodecError::Damaged { format, damage: Damage::Header });
    }
    let notes = [
        (said.depth > 8).then_some(Note::SixteenBitReduced),
        said.animated.then_some(Note::FirstFrameOnly),
    ];
    let needs = said.size.area().saturating_mul(8);
    Ok(Foreign {
        header: Header { format, size: said.size, needs },
        notes: notes.into_iter().flatten().collect(),
    })
}

/// What was found in a file.
struct Said {
    size: Size,
    /// Bits a channel.
    depth: u8,
    animated: bool,
}

const NOTHING: Said = Said { size: Size::new(0, 0), depth: 8, animated: false };

/// Properties of the pictures in a file of the ISO base media format (ISO/IEC 14496-12, 23008-12): the largest size
/// is that of the whole picture, smaller ones belong to its parts and to its thumbnail.
fn boxed(bytes: &[u8]) -> Said {
    let mut said = NOTHING;
    let inside = |content: &[u8], name: &[u8; 4]| -> Option<Vec<u8>> {
        boxes(content).find(|(found, _)| found == name).map(|(_, content)| content.to_vec())
    };
    let properties = inside(bytes, b"meta")
        // Four bytes of version and flags come first.
        .and_then(|meta| inside(meta.get(4..)?, b"iprp"))
        .and_then(|properties| inside(&properties, b"ipco"))
        .unwrap_or_default();
    for (name, content) in boxes(&properties) {
        match &name {
            b"ispe" => {
                let side = |at: usize| {
                    content
                        .get(at..at + 4)
                        .map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
                };
                let size = Size::new(side(4), side(8));
                if size.area() > said.size.area() {
                    said.size = size;
                }
            }
            b"pixi" => {
                let count = usize::from(content.get(4).copied().unwrap_or_default());
                let bits = content.get(5..).unwrap_or_default().iter().take(count).copied();
                said.depth = said.depth.max(bits.max().unwrap_or_default());
            }
            // Where `pixi` is missing, the decoder's own settings tell.
            b"av1C" if content.get(2).is_some_and(|flags| flags & 0x40 != 0) => {
                said.depth = said.depth.max(10);
            }
            b"hvcC" => {
                let more = content.get(17).map_or(0, |bits| bits & 7);
                said.depth = said.depth.max(8 + more);
            }
            _ => {}
        }
    }
    said
}

/// The boxes that follow each other in `bytes`, up to the first that does not fit.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let short = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let name: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (head, whole) = match short {
            // To the end of the file.
            0 => (8, rest.len()),
            1 => {
                let long = u64::from_be_bytes(rest.get(8..16)?.try_into().ok()?);
                (16, usize::try_from(long).ok()?)
            }
            whole => (8, whole as usize),
        };
        let content = rest.get(head..whole)?;
        rest = rest.get(whole..)?;
        Some((name, content))
    })
}

/// The size header of a JPEG XL codestream (ISO/IEC 18181-1), bare or in a box.
fn jpeg_xl(bytes: &[u8]) -> Option<Said> {
    let stream = if bytes.starts_with(b"\xff\x0a") {
        bytes
    } else {
        boxes(bytes).find_map(|(name, content)| match &name {
            b"jxlc" => Some(content),
            // The first of several parts; four bytes say which one it is.
            b"jxlp" => content.get(4..),
            _ => None,
        })?
    };
    let mut bits = Bits { bytes: stream.strip_prefix(b"\xff\x0a")?, at: 0 };
    let small = bits.take(1)? == 1;
    let side = |bits: &mut Bits<'_>| {
        if small {
            return Some((bits.take(5)? + 1) * 8);
        }
        let width = [9, 13, 18, 30][bits.take(2)? as usize];
        Some(bits.take(width)? + 1)
    };
    let height = side(&mut bits)?;
    let width = match bits.take(3)? {
        0 => side(&mut bits)?,
        ratio => {
            let (across, down) =
                [(1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)][ratio as usize - 1];
            u32::try_from(u64::from(height) * across / down).ok()?
        }
    };
    let mut said = Said { size: Size::new(width, height), ..NOTHING };
    // Most files say nothing more, or nothing between here and the depth.
    let plain = bits.take(1) == Some(1);
    if !plain && bits.take(1) == Some(0) && bits.take(1) == Some(0) {
        said.depth = match bits.take(2) {
            Some(1) => 10,
            Some(2) => 12,
            Some(3) => bits.take(6).map_or(8, |more| more as u8 + 1),
            _ => 8,
        };
    }
    Some(said)
}

/// Reads bits, the least significant of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for bit in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: &[u8] = include_bytes!("../../../tests/data/foreign/plain.avif");
    const CLEAR: &[u8] = include_bytes!("../../../tests/data/foreign/clear.avif");
    const TURNED: &[u8] = include_bytes!("../../../tests/data/foreign/turned.avif");
    const MOVING: &[u8] = include_bytes!("../../../tests/data/foreign/moving.avif");
    const HEIC: &[u8] = include_bytes!("../../../tests/data/foreign/plain.heic");
    const DEEP: &[u8] = include_bytes!("../../../tests/data/foreign/deep.heic");
    const JXL: &[u8] = include_bytes!("../../../tests/data/foreign/plain.jxl");
    const ODD: &[u8] = include_bytes!("../../../tests/data/foreign/odd.jxl");

    #[test]
    fn files_of_other_encoders_say_how_large_they_are() {
        let none: &[Note] = &[];
        let cases = [
            (PLAIN, PhotoFormat::Avif, (48, 32), none),
            (CLEAR, PhotoFormat::Avif, (48, 32), none),
            // As stored: the browser turns it.
            (TURNED, PhotoFormat::Avif, (48, 32), none),
            (MOVING, PhotoFormat::Avif, (48, 32), &[Note::FirstFrameOnly]),
            // As coded, in whole blocks: the browser cuts them.
            (HEIC, PhotoFormat::Heif, (64, 64), none),
            (DEEP, PhotoFormat::Heif, (64, 64), &[Note::SixteenBitReduced]),
            (JXL, PhotoFormat::JpegXl, (48, 32), none),
            (ODD, PhotoFormat::JpegXl, (333, 281), none),
        ];
        for (bytes, format, (width, height), notes) in cases {
            let found = foreign(bytes).expect("a header");
            assert_eq!(found.header.format, format);
            assert_eq!(found.header.size, Size::new(width, height), "{format:?}");
            assert_eq!(found.notes, notes, "{format:?}");
        }
    }

    #[test]
    fn a_bomb_is_seen_before_the_browser_sees_it() {
        let mut bytes = PLAIN.to_vec();
        let at = bytes.windows(4).position(|word| word == b"ispe").expect("a size");
        bytes[at + 8..at + 16].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let header = foreign(&bytes).expect("a header").header;
        assert_eq!(header.size, Size::new(65_536, 65_536));
        assert!(super::super::Limits::default().check(&header).is_err());
    }

    #[test]
    fn a_file_without_a_size_is_damaged() {
        let damaged = |format| Err(CodecError::Damaged { format, damage: Damage::Header });
        assert_eq!(foreign(&PLAIN[..40]), damaged(PhotoFormat::Avif));
        assert_eq!(foreign(&HEIC[..40]), damaged(PhotoFormat::Heif));
        assert_eq!(foreign(b"\xff\x0a"), damaged(PhotoFormat::JpegXl));
        assert_eq!(foreign(b"no picture"), Err(CodecError::Unknown));
    }

    proptest! {
        #[test]
        fn any_bytes_are_safe(
            which in 0usize..4,
            changes in prop::collection::vec((0usize..1000, any::<u8>()), 0..12),
            end in 0usize..1000,
        ) {
            let mut bytes = [PLAIN, MOVING, DEEP, ODD][which].to_vec();
            for (at, value) in changes {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            bytes.truncate(end.max(12));
            let _ = foreign(&bytes);
        }
    }
}
