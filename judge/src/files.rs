//! Pictures and masks from files and into them, by the product's own codecs.

use std::path::Path;

use anyhow::{Context, ensure};
use lacuna::raster::{
    Channels, Mask, Picture, Rect,
    codec::{EncodeParams, Limits, PngEffort, decode, encode},
    convert,
};

/// A picture as RGB, or RGBA where it has alpha.
pub(crate) fn picture(path: &str) -> anyhow::Result<Picture> {
    let bytes = std::fs::read(path).with_context(|| path.to_owned())?;
    let picture = decode(&bytes, &Limits::default()).with_context(|| path.to_owned())?.picture;
    let channels = if picture.channels().has_alpha() { Channels::Rgba } else { Channels::Rgb };
    Ok(convert(&picture, channels))
}

/// A mask that is white where a photo is to be filled.
pub(crate) fn mask(path: &str, photo: &Picture) -> anyhow::Result<Mask> {
    let bytes = std::fs::read(path).with_context(|| path.to_owned())?;
    let picture = decode(&bytes, &Limits::default()).with_context(|| path.to_owned())?.picture;
    let size = picture.size();
    ensure!(size == photo.size(), "{path} is not as large as the photo");
    let grey = convert(&picture, Channels::Grey);
    let paint = grey.data().iter().map(|&value| u8::from(value > 127)).collect();
    Ok(Mask::from_bytes(Rect { x: 0, y: 0, width: size.width, height: size.height }, paint)?)
}

/// Writes a PNG file.
pub(crate) fn save(path: impl AsRef<Path>, picture: &Picture) -> anyhow::Result<()> {
    let png = encode(picture, None, &EncodeParams::Png(PngEffort::Preview))?;
    std::fs::write(&path, png).with_context(|| path.as_ref().display().to_string())
}
