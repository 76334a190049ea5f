//! Opens JPEG, PNG and WebP files.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError};

use super::header::{Header, probe};
use super::jpeg_structure::JpegStructure;
use super::jpeg_traits::JpegTraits;
use super::limits::Limits;
use super::{CodecError, Damage, Decoded, Note, PhotoFormat, orientation, profile};
use crate::raster::{Channels, Picture};

/// What a decoder found, before the picture is turned upright.
struct Raw {
    picture: Picture,
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
    jpeg: Option<JpegTraits>,
    notes: Vec<Note>,
}

/// Opens a file.
///
/// Grey stays grey, a palette becomes colours (with alpha where it has some), 16 bits become 8 with rounding, inks
/// become red, green and blue, of an animation the first frame is taken, and the EXIF orientation is applied.
/// Colours are not converted: they are to be read by the profile that comes along.
///
/// # Errors
/// [`CodecError::Unknown`] and [`CodecError::Unsupported`] for what is not read, [`CodecError::TooLarge`] and
/// [`CodecError::Memory`] for what `limits` forbid, [`CodecError::Damaged`] otherwise. Any bytes are safe.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, CodecError> {
    let header = probe(bytes)?;
    limits.check(&header)?;
    let mut raw = match header.format {
        PhotoFormat::Jpeg => jpeg(bytes),
        PhotoFormat::Png => png(bytes, &header),
        PhotoFormat::WebP => webp(bytes),
    }?;
    if raw.picture.size() != header.size {
        return Err(damaged(header.format, Damage::Header));
    }
    let orientation = raw.exif.as_deref().map_or(Orientation::NoTransforms, orientation::read);
    if orientation::swaps_sides(orientation) {
        raw.jpeg = raw.jpeg.map(|traits| traits.transposed());
    }
    let channels = raw.picture.channels();
    let had_profile = raw.icc.is_some();
    let icc = raw.icc.filter(|icc| profile::fits(icc, channels));
    if had_profile && icc.is_none() {
        raw.notes.push(Note::ProfileDropped);
    }
    Ok(Decoded {
        picture: orientation::apply(raw.picture, orientation),
        icc,
        format: header.format,
        jpeg: raw.jpeg,
        notes: raw.notes,
    })
}

const fn damaged(format: PhotoFormat, damage: Damage) -> CodecError {
    CodecError::Damaged { format, damage }
}

fn jpeg(bytes: &[u8]) -> Result<Raw, CodecError> {
    let structure = JpegStructure::whole(bytes);
    if !structure.ended {
        // The decoder would paint the missing rest grey without a word.
        return Err(damaged(PhotoFormat::Jpeg, Damage::CutShort));
    }
    let mut decoder = JpegDecoder::new(Cursor::new(bytes))
        .map_err(|e| damage_of(&e, PhotoFormat::Jpeg, Damage::Header))?;
    let icc = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    let inks = structure.frame.as_ref().is_some_and(|frame| frame.components.len() == 4);
    let picture = read(decoder, PhotoFormat::Jpeg)?;
    Ok(Raw {
        picture,
        icc,
        exif,
        jpeg: JpegTraits::read(&structure),
        notes: if inks { vec![Note::CmykConverted] } else { Vec::new() },
    })
}

fn webp(bytes: &[u8]) -> Result<Raw, CodecError> {
    // The container says how long it is; the lossy decoder would read zeros beyond the end.
    let said =
        bytes.get(4..8).map_or(0, |b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    if said + 8 > bytes.len() as u64 {
        return Err(damaged(PhotoFormat::WebP, Damage::CutShort));
    }
    let mut decoder = WebPDecoder::new(Cursor::new(bytes))
        .map_err(|e| damage_of(&e, PhotoFormat::WebP, Damage::Header))?;
    let notes = if decoder.has_animation() { vec![Note::FirstFrameOnly] } else { Vec::new() };
    let icc = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    Ok(Raw { picture: read(decoder, PhotoFormat::WebP)?, icc, exif, jpeg: None, notes })
}

/// Lets a decoder of the `image` crate fill a picture.
fn read(decoder: impl ImageDecoder, format: PhotoFormat) -> Result<Picture, CodecError> {
    let (width, height) = decoder.dimensions();
    let size = crate::raster::Size::new(width, height);
    let channels = match decoder.color_type() {
        ColorType::L8 => Channels::Grey,
        ColorType::La8 => Channels::GreyAlpha,
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        _ => return Err(damaged(format, Damage::Header)),
    };
    let mut picture = Picture::zeros(size, channels);
    decoder.read_image(picture.data_mut()).map_err(|e| damage_of(&e, format, Damage::Pixels))?;
    Ok(picture)
}

/// What an error of the `image` crate means for the file.
fn damage_of(error: &ImageError, format: PhotoFormat, otherwise: Damage) -> CodecError {
    match error {
        ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged(format, Damage::CutShort)
        }
        _ => damaged(format, otherwise),
    }
}

fn png(bytes: &[u8], header: &Header) -> Result<Raw, CodecError> {
    let failed = |error: &png::DecodingError, otherwise| match error {
        png::DecodingError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged(PhotoFormat::Png, Damage::CutShort)
        }
        _ => damaged(PhotoFormat::Png, otherwise),
    };
    // Rows, the profile and other chunks; the pixels themselves are in our buffer.
    let allowed = png::Limits { bytes: 64 << 20 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), allowed);
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(|e| failed(&e, Damage::Header))?;
    let (colour, depth) = reader.output_color_type();
    let channels = match colour {
        png::ColorType::Grayscale => Channels::Grey,
        png::ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        png::ColorType::Rgb => Channels::Rgb,
        png::ColorType::Rgba => Channels::Rgba,
        png::ColorType::Indexed => return Err(damaged(PhotoFormat::Png, Damage::Header)),
    };
    let deep = depth == png::BitDepth::Sixteen;
    let bytes_needed = header.size.pixels() * channels.count() * if deep { 2 } else { 1 };
    if reader.output_buffer_size() != Some(bytes_needed) {
        return Err(damaged(PhotoFormat::Png, Damage::Header));
    }
    let mut data = vec![0; bytes_needed];
    reader.next_frame(&mut data).map_err(|e| failed(&e, Damage::Pixels))?;

    let mut notes = Vec::new();
    if deep {
        reduce(&mut data);
        notes.push(Note::SixteenBitReduced);
    }
    if reader.info().animation_control.is_some_and(|control| control.num_frames > 1) {
        notes.push(Note::FirstFrameOnly);
    } else {
        // EXIF may come after the pixels; a broken end does not harm what was read.
        let _ = reader.finish();
    }
    let info = reader.info();
    let icc = info.icc_profile.as_ref().map(|icc| icc.to_vec());
    let exif = info.exif_metadata.as_ref().map(|exif| exif.to_vec());
    let picture = Picture::new(header.size, channels, data)
        .map_err(|_| damaged(PhotoFormat::Png, Damage::Header))?;
    Ok(Raw { picture, icc, exif, jpeg: None, notes })
}

/// Values of 16 bits, most significant byte first, to the nearest of 8 bits, in place.
fn reduce(data: &mut Vec<u8>) {
    let values = data.len() / 2;
    for i in 0..values {
        let value = u32::from(u16::from_be_bytes([data[2 * i], data[2 * i + 1]]));
        data[i] = ((value * 255 + 32_767) / 65_535) as u8;
    }
    data.truncate(values);
    data.shrink_to_fit();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_rounded() {
        let mut data: Vec<u8> = [0u16, 128, 129, 257, 32_767, 65_406, 65_407, 65_535]
            .iter()
            .flat_map(|v| v.to_be_bytes())
            .collect();
        reduce(&mut data);
        assert_eq!(data, [0, 0, 1, 1, 127, 254, 255, 255]);
    }
}
