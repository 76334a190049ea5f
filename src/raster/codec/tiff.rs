//! TIFF: the first page of it, where it is of a kind that photos are kept in.
//!
//! The format allows far more than its decoder knows, and the decoder asks for memory as the file says. So the
//! directory is read here first, and only what is understood as a whole is handed on.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::tiff::TiffDecoder;

use super::decode::{Raw, damage_of, damaged, pixels};
use super::header::Header;
use super::metadata::directory::{Directory, Tiff};
use super::{CodecError, Damage, Note, PhotoFormat, Unreadable};
use crate::raster::{Channels, Picture, Size};

/// Tags: TIFF 6.0 (1992), section 8 and following; DNG 1.0 (2004) for the last.
mod tag {
    pub(super) const SUBFILE: u16 = 254;
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const COLOUR: u16 = 262;
    pub(super) const SAMPLES: u16 = 277;
    pub(super) const PLANES: u16 = 284;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const EXTRA: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
    pub(super) const PROFILE: u16 = 34_675;
    pub(super) const DNG: u16 = 50_706;
}

/// What the values of a pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    Grey,
    Rgb,
    Cmyk,
}

/// A page that can be decoded.
struct Page {
    size: Size,
    colour: Colour,
    /// Bits a value: 1, 8 or 16.
    bits: u32,
    /// Values a pixel.
    samples: u32,
    /// Whether colours are stored multiplied by alpha.
    premultiplied: bool,
}

/// Reads what the first page is.
pub(super) fn header(bytes: &[u8]) -> Result<Header, CodecError> {
    let page = page(bytes, &first(bytes)?)?;
    let out = if page.colour == Colour::Grey { 1 } else { 4 };
    // The decoder has all values in a buffer of its own.
    let each = u64::from(page.bits.div_ceil(8)) * (u64::from(page.samples) + out);
    let needs = page.size.area().saturating_mul(each);
    Ok(Header { format: PhotoFormat::Tiff, size: page.size, needs })
}

fn first(bytes: &[u8]) -> Result<Directory<'_>, CodecError> {
    let tiff = Tiff::new(bytes).ok_or(CodecError::Unsupported { what: Unreadable::Tiff })?;
    tiff.first().ok_or(damaged(PhotoFormat::Tiff, Damage::CutShort))
}

fn page(bytes: &[u8], directory: &Directory<'_>) -> Result<Page, CodecError> {
    let number = |tag, otherwise| directory.number(tag).unwrap_or(otherwise);
    // A camera's raw file has a small picture first, or says what it is.
    let raw = number(tag::SUBFILE, 0) & 1 != 0
        || directory.find(tag::DNG).is_some()
        || bytes.get(8..10) == Some(b"CR");
    if raw {
        return Err(CodecError::Unsupported { what: Unreadable::CameraRaw });
    }
    let (Some(width), Some(height)) = (directory.number(tag::WIDTH), directory.number(tag::HEIGHT))
    else {
        return Err(damaged(PhotoFormat::Tiff, Damage::Header));
    };
    known_page(directory, Size::new(width, height))
        .ok_or(CodecError::Unsupported { what: Unreadable::Tiff })
}

/// The page, if it is of a kind that is read: whole numbers of 1, 8 or 16 bits, uncompressed or with a lossless
/// compression, in grey, red, green and blue with or without alpha, or inks.
fn known_page(directory: &Directory<'_>, size: Size) -> Option<Page> {
    let number = |tag, otherwise| directory.number(tag).unwrap_or(otherwise);
    let samples = number(tag::SAMPLES, 1);
    let bits = number(tag::BITS, 1);
    let same = directory.find(tag::BITS).is_none_or(|entry| {
        (entry.count == 1 || entry.count == samples) && entry.numbers().all(|other| other == bits)
    });
    let whole = directory
        .find(tag::SAMPLE_FORMAT)
        .is_none_or(|entry| entry.numbers().all(|format| format == 1));
    let extra = directory.find(tag::EXTRA);
    let alpha = extra.and_then(|entry| entry.numbers().next()).unwrap_or(0);
    let of_colour = samples.checked_sub(extra.map_or(0, |entry| entry.count))?;
    let colour = match (directory.number(tag::COLOUR)?, of_colour, bits) {
        (0 | 1, 1, 1 | 8 | 16) if samples == 1 => Colour::Grey,
        (2, 3 | 4, 8 | 16) => Colour::Rgb,
        (5, 4, 8 | 16) if !matches!(alpha, 1 | 2) => Colour::Cmyk,
        _ => return None,
    };
    let packed = matches!(number(tag::COMPRESSION, 1), 1 | 5 | 8 | 32_773 | 32_946);
    let predicted = match number(tag::PREDICTOR, 1) {
        1 => true,
        2 => bits >= 8,
        _ => false,
    };
    let planes = match number(tag::PLANES, 1) {
        1 => true,
        2 => colour == Colour::Rgb && extra.is_none(),
        _ => false,
    };
    // A tile is at most as large as a sheet of the largest scanners.
    let tiled = [tag::TILE_WIDTH, tag::TILE_HEIGHT]
        .into_iter()
        .all(|tag| directory.find(tag).is_none() || (1..=65_536).contains(&number(tag, 0)));
    let known = same && whole && packed && predicted && planes && tiled && samples <= 8;
    known.then_some(Page { size, colour, bits, samples, premultiplied: alpha == 1 })
}

/// Decodes the first page.
pub(super) fn read(bytes: &[u8], header: &Header) -> Result<Raw, CodecError> {
    let directory = first(bytes)?;
    let page = page(bytes, &directory)?;
    let failed = |error, otherwise| damage_of(&error, PhotoFormat::Tiff, otherwise);
    let mut decoder =
        TiffDecoder::new(Cursor::new(bytes)).map_err(|error| failed(error, Damage::Header))?;
    let mut limits = image::Limits::no_limits();
    // Packed pixels are counted, too, and they may be longer than plain ones, but never than the file.
    limits.max_alloc = Some(header.needs.saturating_add(bytes.len() as u64));
    decoder.set_limits(limits).map_err(|error| failed(error, Damage::Header))?;
    let (mut picture, deep) = pixels(decoder, PhotoFormat::Tiff)?;
    if page.premultiplied && picture.channels() == Channels::Rgba {
        divide_by_alpha(&mut picture);
    }
    let mut raw = Raw::new(picture);
    raw.icc = directory.find(tag::PROFILE).map(|entry| entry.data.to_vec());
    raw.describe(bytes);
    if deep {
        raw.notes.push(Note::SixteenBitReduced);
    }
    if page.colour == Colour::Cmyk {
        raw.notes.push(Note::CmykConverted);
    }
    if has_another_page(bytes, &directory) {
        raw.notes.push(Note::FirstFrameOnly);
    }
    Ok(raw)
}

/// Whether a directory follows that is neither a smaller copy nor a mask.
fn has_another_page(bytes: &[u8], directory: &Directory<'_>) -> bool {
    let next = directory.next.and_then(|at| Tiff::new(bytes)?.directory(at));
    next.is_some_and(|next| {
        next.number(tag::WIDTH).is_some() && next.number(tag::SUBFILE).unwrap_or(0) & 0b101 == 0
    })
}

fn divide_by_alpha(picture: &mut Picture) {
    for pixel in picture.data_mut().as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        if (1..255).contains(&alpha) {
            for value in &mut pixel[..3] {
                *value = ((u32::from(*value) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}
