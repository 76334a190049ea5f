//! Writes PNG, JPEG and lossless WebP files.

use std::borrow::Cow;

use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use jpeg_encoder::{
    ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor,
};

use super::jpeg_traits::{JpegTraits, QuantTables, Subsampling};
use super::metadata::Metadata;
use super::{CodecError, PhotoFormat, profile};
use crate::raster::{Channels, Picture, convert};

/// Quality of a JPEG on the scale of the Independent JPEG Group, 1..=100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quality(u8);

impl Quality {
    /// A quality, brought into 1..=100.
    #[must_use]
    pub const fn new(quality: u8) -> Self {
        Self(if quality < 1 {
            1
        } else if quality > 100 {
            100
        } else {
            quality
        })
    }

    /// The number, 1..=100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Quality {
    /// 92: no difference is seen at 100 %, at a third of the size of 100.
    fn default() -> Self {
        Self(92)
    }
}

/// How strongly a JPEG is compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JpegQuality {
    /// On a scale.
    Level(Quality),
    /// With these tables. Written with the tables it came with, an unchanged part of a photo hardly changes.
    Tables(Box<QuantTables>),
}

/// How much time a PNG is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PngEffort {
    /// For a picture that is looked at and thrown away.
    Preview,
    /// For a file that is kept.
    Keep,
}

/// What file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeParams {
    /// PNG, lossless.
    Png(PngEffort),
    /// JPEG; alpha is laid over white.
    Jpeg {
        /// How strongly it is compressed.
        quality: JpegQuality,
        /// How much smaller the colour planes are; nothing to grey pictures.
        subsampling: Subsampling,
    },
    /// WebP, lossless.
    WebpLossless,
}

impl EncodeParams {
    /// A JPEG compressed like the one that was opened.
    #[must_use]
    pub fn like(traits: &JpegTraits) -> Self {
        Self::Jpeg {
            quality: JpegQuality::Tables(Box::new(traits.tables.clone())),
            subsampling: traits.subsampling,
        }
    }

    /// The format of the file.
    #[must_use]
    pub const fn format(&self) -> PhotoFormat {
        match self {
            Self::Png(_) => PhotoFormat::Png,
            Self::Jpeg { .. } => PhotoFormat::Jpeg,
            Self::WebpLossless => PhotoFormat::WebP,
        }
    }
}

/// Writes a picture as a file with the colour profile and nothing else beside the pixels.
///
/// A profile that does not fit the channels in the file (WebP has no grey) is left out.
///
/// # Errors
/// [`CodecError::Unwritable`] when the picture is empty or has sides that the format does not allow.
pub fn encode(
    picture: &Picture,
    icc: Option<&[u8]>,
    params: &EncodeParams,
) -> Result<Vec<u8>, CodecError> {
    encode_with(picture, &Metadata { icc, ..Metadata::default() }, params)
}

/// Writes a picture as a file with what is said of it, and nothing else beside the pixels.
///
/// The EXIF data is new; it holds the values that were kept and says nothing of orientation and sides.
///
/// # Errors
/// [`CodecError::Unwritable`] when the picture is empty or has sides that the format does not allow.
pub fn encode_with(
    picture: &Picture,
    metadata: &Metadata<'_>,
    params: &EncodeParams,
) -> Result<Vec<u8>, CodecError> {
    let beside = Beside { icc: metadata.icc, exif: metadata.exif_block() };
    let size = picture.size();
    let refused = CodecError::Unwritable { format: params.format(), size };
    if size.is_empty() || size.width.max(size.height) > params.format().longest_side() {
        return Err(refused);
    }
    let written = match params {
        EncodeParams::Png(effort) => png(picture, &beside, *effort),
        EncodeParams::Jpeg { quality, subsampling } => {
            jpeg(picture, &beside, quality, *subsampling)
        }
        EncodeParams::WebpLossless => webp(picture, &beside),
    };
    // Writing to memory fails only for sizes, which are the caller's to change.
    written.ok_or(refused)
}

/// What goes into a file beside the pixels.
struct Beside<'a> {
    icc: Option<&'a [u8]>,
    exif: Option<Vec<u8>>,
}

impl Beside<'_> {
    /// The profile, if it fits such channels.
    fn icc(&self, channels: Channels) -> Option<&[u8]> {
        self.icc.filter(|icc| profile::fits(icc, channels))
    }
}

fn png(picture: &Picture, beside: &Beside<'_>, effort: PngEffort) -> Option<Vec<u8>> {
    let size = picture.size();
    let mut info = png::Info::with_size(size.width, size.height);
    info.bit_depth = png::BitDepth::Eight;
    info.color_type = match picture.channels() {
        Channels::Grey => png::ColorType::Grayscale,
        Channels::GreyAlpha => png::ColorType::GrayscaleAlpha,
        Channels::Rgb => png::ColorType::Rgb,
        Channels::Rgba => png::ColorType::Rgba,
    };
    info.icc_profile = beside.icc(picture.channels()).map(Cow::Borrowed);
    info.exif_metadata = beside.exif.as_deref().map(Cow::Borrowed);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::with_info(&mut out, info).ok()?;
    match effort {
        PngEffort::Preview => encoder.set_compression(png::Compression::Fast),
        PngEffort::Keep => {
            // On photos this takes a third of the time of the encoder's balanced setting for 3 % more bytes.
            encoder.set_filter(png::Filter::Adaptive);
            encoder.set_deflate_compression(png::DeflateCompression::Level(3));
        }
    }
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(picture.data()).ok()?;
    writer.finish().ok()?;
    Some(out)
}

fn jpeg(
    picture: &Picture,
    beside: &Beside<'_>,
    quality: &JpegQuality,
    subsampling: Subsampling,
) -> Option<Vec<u8>> {
    let opaque = if picture.channels().has_alpha() {
        Cow::Owned(over_white(picture))
    } else {
        Cow::Borrowed(picture)
    };
    let mut out = Vec::new();
    let level = match quality {
        JpegQuality::Level(level) => level.get(),
        JpegQuality::Tables(_) => 100,
    };
    let mut encoder = Encoder::new(&mut out, level);
    if let JpegQuality::Tables(tables) = quality {
        // The encoder writes tables of 8 bits.
        let table = |values: &[u16; 64]| {
            QuantizationTableType::Custom(Box::new(values.map(|value| value.clamp(1, 255))))
        };
        encoder.set_quantization_tables(table(&tables.luma), table(&tables.chroma));
    }
    encoder.set_sampling_factor(match subsampling {
        Subsampling::None => SamplingFactor::F_1_1,
        Subsampling::Horizontal => SamplingFactor::F_2_1,
        Subsampling::Vertical => SamplingFactor::F_1_2,
        Subsampling::Both => SamplingFactor::F_2_2,
        Subsampling::Quarter => SamplingFactor::F_4_1,
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Readers look for it before everything else.
    if let Some(exif) = &beside.exif {
        encoder.add_exif_metadata(exif).ok()?;
    }
    if let Some(icc) = beside.icc(opaque.channels()) {
        encoder.add_icc_profile(icc).ok()?;
    }
    let colour = match opaque.channels() {
        Channels::Grey | Channels::GreyAlpha => ColorType::Luma,
        Channels::Rgb | Channels::Rgba => ColorType::Rgb,
    };
    let side = |value: u32| u16::try_from(value).ok();
    encoder
        .encode(opaque.data(), side(picture.size().width)?, side(picture.size().height)?, colour)
        .ok()?;
    Some(out)
}

/// The picture without alpha, over white; one that has none comes back as it is.
#[must_use]
pub fn over_white(picture: &Picture) -> Picture {
    if !picture.channels().has_alpha() {
        return picture.clone();
    }
    let from = picture.channels().count();
    let to = if picture.channels() == Channels::GreyAlpha { Channels::Grey } else { Channels::Rgb };
    let mut out = Picture::zeros(picture.size(), to);
    let pixels = picture.data().chunks_exact(from);
    for (new, old) in out.data_mut().chunks_exact_mut(to.count()).zip(pixels) {
        let alpha = u32::from(old[from - 1]);
        for (new, &old) in new.iter_mut().zip(old) {
            *new = ((u32::from(old) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    out
}

fn webp(picture: &Picture, beside: &Beside<'_>) -> Option<Vec<u8>> {
    // WebP has colour only; grey as three equal values costs it next to nothing.
    let (channels, colour) = if picture.channels().has_alpha() {
        (Channels::Rgba, ExtendedColorType::Rgba8)
    } else {
        (Channels::Rgb, ExtendedColorType::Rgb8)
    };
    let coloured = if picture.channels() == channels {
        Cow::Borrowed(picture)
    } else {
        Cow::Owned(convert(picture, channels))
    };
    let mut out = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut out);
    if let Some(icc) = beside.icc(channels) {
        encoder.set_icc_profile(icc.to_vec()).ok()?;
    }
    if let Some(exif) = &beside.exif {
        encoder.set_exif_metadata(exif.clone()).ok()?;
    }
    encoder
        .write_image(coloured.data(), picture.size().width, picture.size().height, colour)
        .ok()?;
    Some(out)
}
