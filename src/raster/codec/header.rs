//! What a file is and how large its picture, from its first bytes alone.

use super::jpeg_structure::{Frame, JpegStructure};
use super::{CodecError, Damage, PhotoFormat, Unreadable, bmp, gif, qoi, tiff};
use crate::raster::Size;

/// What the first bytes of a file say. Nothing of it is proven before the file is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format.
    pub format: PhotoFormat,
    /// Width and height as stored, before the orientation is applied.
    pub size: Size,
    /// The most bytes that decoding holds at once.
    pub needs: u64,
}

const PNG_SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Reads the header of a file without decoding it.
///
/// # Errors
/// [`CodecError::Unknown`], [`CodecError::Unsupported`] or [`CodecError::Damaged`].
pub fn probe(bytes: &[u8]) -> Result<Header, CodecError> {
    let header = if bytes.starts_with(&PNG_SIGNATURE) {
        png(bytes)
    } else if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        gif::header(bytes)
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        tiff::header(bytes)
    } else if bytes.starts_with(b"qoif") {
        qoi::header(bytes)
    } else if bytes.starts_with(b"BM") {
        bmp::header(bytes)
    } else {
        Err(unreadable(bytes).map_or(CodecError::Unknown, |what| CodecError::Unsupported { what }))
    }?;
    if header.size.is_empty() {
        return Err(CodecError::Damaged { format: header.format, damage: Damage::Header });
    }
    Ok(header)
}

/// The memory for a picture of `size` with `out` bytes a pixel while the decoder holds `work` bytes a pixel more,
/// or while the picture is turned into a second one.
fn needs(size: Size, out: u64, work: u64) -> u64 {
    size.area().saturating_mul(out + work.max(out))
}

fn png(bytes: &[u8]) -> Result<Header, CodecError> {
    let short = CodecError::Damaged { format: PhotoFormat::Png, damage: Damage::CutShort };
    let broken = CodecError::Damaged { format: PhotoFormat::Png, damage: Damage::Header };
    let start = bytes.get(8..26).ok_or(short)?;
    if start[..8] != *b"\0\0\0\x0dIHDR" {
        return Err(broken);
    }
    let size = Size::new(be32(&start[8..]), be32(&start[12..]));
    // Transparency can be declared later, so alpha is counted where it may come.
    let out = match start[17] {
        0 | 4 => 2,
        2 | 3 | 6 => 4,
        _ => return Err(broken),
    };
    // Pictures of 16 bits are decoded whole before they are reduced in place.
    let work = if start[16] == 16 { out } else { 0 };
    Ok(Header { format: PhotoFormat::Png, size, needs: needs(size, out, work) })
}

fn jpeg(bytes: &[u8]) -> Result<Header, CodecError> {
    let damaged = |damage| CodecError::Damaged { format: PhotoFormat::Jpeg, damage };
    let structure = JpegStructure::headers(bytes);
    let Some(frame) = structure.frame else {
        return Err(damaged(if structure.ended { Damage::Header } else { Damage::CutShort }));
    };
    let what = match (frame.marker, frame.precision) {
        (0xc0..=0xc2, 8) => None,
        (0xc0..=0xc2, _) => Some(Unreadable::DeepJpeg),
        (0xc3 | 0xc5..=0xc7, _) => Some(Unreadable::LosslessJpeg),
        _ => Some(Unreadable::ArithmeticJpeg),
    };
    if let Some(what) = what {
        return Err(CodecError::Unsupported { what });
    }
    let out = if frame.components.len() == 1 { 1 } else { 3 };
    Ok(Header { format: PhotoFormat::Jpeg, size: frame.size, needs: jpeg_needs(&frame, out) })
}

/// A progressive decoder keeps 16-bit coefficients of all components until the last scan.
fn jpeg_needs(frame: &Frame, out: u64) -> u64 {
    let most = |factor: fn(&super::jpeg_structure::Component) -> u8| {
        frame.components.iter().map(factor).max().map_or(1, |factor| u64::from(factor.max(1)))
    };
    let whole = most(|c| c.across) * most(|c| c.down);
    let parts: u64 = frame.components.iter().map(|c| u64::from(c.across) * u64::from(c.down)).sum();
    needs(frame.size, out, (2 * parts).div_ceil(whole))
}

fn webp(bytes: &[u8]) -> Result<Header, CodecError> {
    let damaged = |damage| CodecError::Damaged { format: PhotoFormat::WebP, damage };
    let start = bytes.get(12..30).ok_or(damaged(Damage::CutShort))?;
    // The chunk's name and length come first, then its content.
    let content = &start[8..];
    let size = match &start[..4] {
        b"VP8 " => {
            if content[3..6] != [0x9d, 0x01, 0x2a] {
                return Err(damaged(Damage::Header));
            }
            let side =
                |at: usize| u32::from(u16::from_le_bytes([content[at], content[at + 1]]) & 0x3fff);
            Size::new(side(6), side(8))
        }
        b"VP8L" => {
            if content[0] != 0x2f {
                return Err(damaged(Damage::Header));
            }
            let packed = u32::from_le_bytes([content[1], content[2], content[3], content[4]]);
            Size::new((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1)
        }
        b"VP8X" => {
            let side = |at: usize| {
                u32::from_le_bytes([content[at], content[at + 1], content[at + 2], 0]) + 1
            };
            Size::new(side(4), side(7))
        }
        _ => return Err(damaged(Damage::Header)),
    };
    // The decoder has four bytes a pixel of its own beside the picture.
    Ok(Header { format: PhotoFormat::WebP, size, needs: needs(size, 4, 4) })
}

/// Formats that are recognised to be named.
fn unreadable(bytes: &[u8]) -> Option<Unreadable> {
    let starts: [(&[u8], Unreadable); 12] = [
        // With offsets of 64 bits.
        (b"II+\0", Unreadable::Tiff),
        (b"MM\0+", Unreadable::Tiff),
        (b"IIU\0", Unreadable::CameraRaw),
        (b"IIRO", Unreadable::CameraRaw),
        (b"IIRS", Unreadable::CameraRaw),
        (b"FUJIFILMCCD-RAW", Unreadable::CameraRaw),
        (b"\xff\x0a", Unreadable::JpegXl),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Unreadable::JpegXl),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Unreadable::Jpeg2000),
        (b"\xff\x4f\xff\x51", Unreadable::Jpeg2000),
        (b"8BPS", Unreadable::Photoshop),
        (b"%PDF", Unreadable::Pdf),
    ];
    if let Some((_, what)) = starts.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(*what);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12)? {
            b"avif" | b"avis" => Some(Unreadable::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                Some(Unreadable::Heif)
            }
            b"crx " => Some(Unreadable::CameraRaw),
            _ => None,
        };
    }
    let text = bytes.get(..bytes.len().min(1024))?;
    text.windows(4).any(|word| word == b"<svg").then_some(Unreadable::Svg)
}

fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_formats_are_named() {
        let cases: [(&[u8], Unreadable); 6] = [
            (b"\0\0\0\x18ftypcrx ....", Unreadable::CameraRaw),
            (b"IIRO\x08\0\0\0", Unreadable::CameraRaw),
            (b"\0\0\0\x1cftypavif....", Unreadable::Avif),
            (b"\0\0\0\x1cftypheic....", Unreadable::Heif),
            (b"<?xml version=\"1.0\"?><svg xmlns=", Unreadable::Svg),
            (b"MM\0+....", Unreadable::Tiff),
        ];
        for (bytes, what) in cases {
            assert_eq!(probe(bytes), Err(CodecError::Unsupported { what }));
        }
        assert_eq!(probe(b""), Err(CodecError::Unknown));
        assert_eq!(probe(b"hello, world"), Err(CodecError::Unknown));
        assert_eq!(probe(b"BMX bikes are for sale here"), Err(CodecError::Unknown));
    }

    #[test]
    fn a_png_bomb_is_seen_in_its_header() {
        let mut bytes = PNG_SIGNATURE.to_vec();
        bytes.extend_from_slice(b"\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x10\x06\0\0\0");
        let header = probe(&bytes).expect("a header");
        assert_eq!(header.size, Size::new(0x7fff_ffff, 0x7fff_ffff));
        assert!(matches!(
            super::super::Limits::default().check(&header),
            Err(CodecError::TooLarge { .. })
        ));
    }

    proptest! {
        #[test]
        fn any_bytes_are_safe(kind in 0usize..9, tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let starts: [&[u8]; 9] = [
                b"", &PNG_SIGNATURE, b"\xff\xd8", b"RIFF\0\0\0\0WEBPVP8X", b"GIF89a", b"II*\0", b"MM\0*\0\0\0\x08",
                b"qoif", b"BM",
            ];
            let bytes = [starts[kind], &tail].concat();
            let _ = probe(&bytes);
        }
    }
}
