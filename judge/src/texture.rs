//! A peer: the texture-synthesis crate, as its own examples fill a hole.

use std::time::Instant;

use anyhow::Context;
use serde_json::json;
use texture_synthesis::{Dims, Example, ImageSource, Session, image};

use crate::files;

/// Fills where `mask` is white. The crate wants the opposite: white is what it may copy and keep.
pub(crate) fn fill(photo: &str, mask: &str, out: &str) -> anyhow::Result<()> {
    let photo = files::picture(photo)?;
    let size = photo.size();
    let paint = files::mask(mask, &photo)?;
    let keep = image::ImageBuffer::from_fn(size.width, size.height, |x, y| {
        image::Luma([if paint.contains(x, y) { 0_u8 } else { 255 }])
    });
    let keep = image::DynamicImage::ImageLuma8(keep);
    let pixels = image::RgbImage::from_raw(size.width, size.height, photo.data().to_vec())
        .context("the photo is not RGB")?;
    let pixels = image::DynamicImage::ImageRgb8(pixels);
    let started = Instant::now();
    let example = Example::builder(ImageSource::Image(pixels))
        .set_sample_method(ImageSource::Image(keep.clone()));
    let session = Session::builder()
        .inpaint_example(
            ImageSource::Image(keep),
            example,
            Dims { width: size.width, height: size.height },
        )
        .max_thread_count(1)
        .build()?;
    let filled = session.run(None).into_image();
    let seconds = started.elapsed().as_secs_f64();
    let filled = lacuna::raster::Picture::new(
        size,
        lacuna::raster::Channels::Rgb,
        filled.to_rgb8().into_raw(),
    )?;
    files::save(out, &filled)?;
    println!("{}", json!({ "seconds": seconds }));
    Ok(())
}
