//! Opens files.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError};

use super::header::{Header, probe};
use super::jpeg_structure::JpegStructure;
use super::jpeg_traits::JpegTraits;
use super::limits::Limits;
use super::metadata::{self, Exif};
use super::{
    CodecError, Damage, Decoded, Note, PhotoFormat, Unreadable, bmp, gif, orientation, profile,
    qoi, tiff,
};
use crate::raster::{Channels, Picture, Size};

/// What a decoder found, before the picture is turned upright.
pub(super) struct Raw {
    pub(super) picture: Picture,
    pub(super) icc: Option<Vec<u8>>,
    pub(super) notes: Vec<Note>,
    /// Whether the file says in a way of its own that its numbers are other colours than sRGB.
    recoloured: bool,
    exif: Option<Exif>,
    orientation: Orientation,
    jpeg: Option<JpegTraits>,
}

impl Raw {
    /// A picture of which nothing else is known yet.
    pub(super) fn new(picture: Picture) -> Self {
        Self {
            picture,
            icc: None,
            notes: Vec::new(),
            recoloured: false,
            exif: None,
            orientation: Orientation::NoTransforms,
            jpeg: None,
        }
    }

    /// Reads EXIF data, or what a whole TIFF file has of it.
    pub(super) fn describe(&mut self, exif: &[u8]) {
        self.exif = Exif::read(exif);
        if let Some(orientation) = metadata::orientation(exif).and_then(Orientation::from_exif) {
            self.orientation = orientation;
        }
    }
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
    decode_by(bytes, limits, |header| match header.format {
        PhotoFormat::WebP => webp(bytes),
        PhotoFormat::Gif => gif::read(bytes, header),
        PhotoFormat::Bmp => bmp::read(bytes),
        PhotoFormat::Tiff => tiff::read(bytes, header),
        PhotoFormat::Qoi => qoi::read(bytes),
        _ => common(bytes, header),
    })
}

/// As [`decode`], for JPEG and PNG alone: where only this is called, the other decoders need not be linked.
///
/// # Errors
/// As [`decode`], and [`CodecError::Unknown`] for the other formats.
pub fn decode_common(bytes: &[u8], limits: &Limits) -> Result<Decoded, CodecError> {
    decode_by(bytes, limits, |header| common(bytes, header))
}

fn common(bytes: &[u8], header: &Header) -> Result<Raw, CodecError> {
    match header.format {
        PhotoFormat::Jpeg => jpeg(bytes),
        PhotoFormat::Png => png(bytes, header),
        _ => Err(CodecError::Unknown),
    }
}

fn decode_by(
    bytes: &[u8],
    limits: &Limits,
    read: impl Fn(&Header) -> Result<Raw, CodecError>,
) -> Result<Decoded, CodecError> {
    let header = probe(bytes)?;
    limits.check(&header)?;
    let mut raw = read(&header)?;
    if raw.picture.size() != header.size {
        return Err(damaged(header.format, Damage::Header));
    }
    if orientation::swaps_sides(raw.orientation) {
        raw.jpeg = raw.jpeg.map(|traits| traits.transposed());
    }
    let channels = raw.picture.channels();
    let icc = raw.icc.as_deref().and_then(|icc| profile::carried_on(icc, channels));
    if (raw.icc.is_some() && icc.is_none()) || raw.recoloured {
        raw.notes.push(Note::ProfileDropped);
    }
    Ok(Decoded {
        picture: orientation::apply(raw.picture, raw.orientation),
        icc,
        exif: raw.exif,
        format: header.format,
        jpeg: raw.jpeg,
        notes: raw.notes,
    })
}

impl Decoded {
    /// Takes pixels that a browser decoded: red, green, blue and alpha, not multiplied by it, in sRGB, upright.
    ///
    /// Alpha is left out where all of it is opaque. Nothing is known of the file's profile or EXIF data.
    ///
    /// # Errors
    /// [`CodecError::TooLarge`] and [`CodecError::Memory`] for what `limits` forbid, [`CodecError::Damaged`] when the
    /// picture is empty or `rgba` is not four bytes a pixel.
    pub fn from_rgba(
        format: PhotoFormat,
        size: Size,
        rgba: Vec<u8>,
        limits: &Limits,
    ) -> Result<Self, CodecError> {
        limits.check(&Header { format, size, needs: size.area().saturating_mul(4) })?;
        let picture = Picture::new(size, Channels::Rgba, rgba)
            .ok()
            .filter(|picture| !picture.size().is_empty())
            .ok_or(damaged(format, Damage::Pixels))?
            .without_opaque_alpha();
        Ok(Self { picture, icc: None, exif: None, format, jpeg: None, notes: Vec::new() })
    }
}

pub(super) const fn damaged(format: PhotoFormat, damage: Damage) -> CodecError {
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
    let (picture, _) = pixels(decoder, PhotoFormat::Jpeg)?;
    let mut raw = Raw::new(picture);
    raw.icc = icc;
    raw.describe(exif.as_deref().unwrap_or_default());
    raw.jpeg = JpegTraits::read(&structure);
    if inks {
        raw.notes.push(Note::CmykConverted);
    }
    Ok(raw)
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
    let animated = decoder.has_animation();
    let icc = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    let (picture, _) = pixels(decoder, PhotoFormat::WebP)?;
    let mut raw = Raw::new(picture);
    raw.icc = icc;
    raw.describe(exif.as_deref().unwrap_or_default());
    if animated {
        raw.notes.push(Note::FirstFrameOnly);
    }
    Ok(raw)
}

/// Lets a decoder of the `image` crate fill a picture, and says whether 16 bits became 8.
pub(super) fn pixels(
    decoder: impl ImageDecoder,
    format: PhotoFormat,
) -> Result<(Picture, bool), CodecError> {
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    let (channels, deep) = match decoder.color_type() {
        ColorType::L8 => (Channels::Grey, false),
        ColorType::La8 => (Channels::GreyAlpha, false),
        ColorType::Rgb8 => (Channels::Rgb, false),
        ColorType::Rgba8 => (Channels::Rgba, false),
        ColorType::L16 => (Channels::Grey, true),
        ColorType::La16 => (Channels::GreyAlpha, true),
        ColorType::Rgb16 => (Channels::Rgb, true),
        ColorType::Rgba16 => (Channels::Rgba, true),
        _ => return Err(damaged(format, Damage::Header)),
    };
    let mut data = vec![0; size.pixels() * channels.count() * if deep { 2 } else { 1 }];
    decoder.read_image(&mut data).map_err(|e| damage_of(&e, format, Damage::Pixels))?;
    if deep {
        reduce(&mut data, u16::from_ne_bytes);
    }
    let picture =
        Picture::new(size, channels, data).map_err(|_| damaged(format, Damage::Header))?;
    Ok((picture, deep))
}

/// What an error of the `image` crate means for the file.
pub(super) fn damage_of(error: &ImageError, format: PhotoFormat, otherwise: Damage) -> CodecError {
    match (error, format) {
        (ImageError::Unsupported(_), PhotoFormat::Bmp) => {
            return CodecError::Unsupported { what: Unreadable::Bmp };
        }
        (ImageError::Unsupported(_), PhotoFormat::Tiff) => {
            return CodecError::Unsupported { what: Unreadable::Tiff };
        }
        _ => {}
    }
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
        reduce(&mut data, u16::from_be_bytes);
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
    let picture = Picture::new(header.size, channels, data)
        .map_err(|_| damaged(PhotoFormat::Png, Damage::Header))?;
    let mut raw = Raw::new(picture);
    raw.icc = icc;
    raw.describe(info.exif_metadata.as_deref().unwrap_or_default());
    raw.notes = notes;
    raw.recoloured = recoloured(info);
    Ok(raw)
}

/// Whether chunks of a PNG other than a profile give its numbers other colours than sRGB has. In the order in which
/// they count (PNG, third edition, 4.3): code points, a profile, sRGB, then gamma and chromaticities.
fn recoloured(info: &png::Info<'_>) -> bool {
    if let Some(points) = &info.coding_independent_code_points {
        // Primaries and transfer of ITU-T H.273; its sRGB goes by two numbers for the transfer.
        return points.color_primaries != 1 || !matches!(points.transfer_function, 1 | 13);
    }
    if info.icc_profile.is_some() || info.srgb.is_some() {
        return false;
    }
    // Numbers in hundred thousandths, rounded by whoever wrote them.
    let far = |value: png::ScaledFloat, from: u32| value.into_scaled().abs_diff(from) > 500;
    info.gama_chunk.is_some_and(|gamma| far(gamma, 45_455))
        || info.chrm_chunk.is_some_and(|said| {
            let points = [said.white, said.red, said.green, said.blue];
            let srgb = [(31_270, 32_900), (64_000, 33_000), (30_000, 60_000), (15_000, 6_000)];
            points
                .iter()
                .zip(srgb)
                .any(|(point, srgb)| far(point.0, srgb.0) || far(point.1, srgb.1))
        })
}

/// Values of 16 bits to the nearest of 8 bits, in place.
fn reduce(data: &mut Vec<u8>, value_of: fn([u8; 2]) -> u16) {
    let values = data.len() / 2;
    for i in 0..values {
        let value = u32::from(value_of([data[2 * i], data[2 * i + 1]]));
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
        reduce(&mut data, u16::from_be_bytes);
        assert_eq!(data, [0, 0, 1, 1, 127, 254, 255, 255]);
    }
}
