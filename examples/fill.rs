//! Fills a hole in a picture by hand: `fill [--seed N] [--strength S] IMAGE MASK [GUIDE] OUT`.
//!
//! MASK is white where IMAGE is to be filled; GUIDE and MASK have the size of IMAGE.

use std::error::Error;
use std::time::Instant;

use lacuna::raster::{Channels, Picture, Size};
use lacuna::synthesis::{DEFAULT_WORK, Step, Synthesis, SynthesisParams};

#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a native program that reports its time"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let mut params = SynthesisParams::default();
    let mut paths = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => params.seed = words.next().ok_or("--seed needs a number")?.parse()?,
            "--strength" => {
                params.guide_strength = words.next().ok_or("--strength needs a number")?.parse()?
            }
            _ => paths.push(word),
        }
    }
    let (image, mask, guide, out) = match &paths[..] {
        [image, mask, out] => (image, mask, None, out),
        [image, mask, guide, out] => (image, mask, Some(guide), out),
        _ => return Err("usage: fill [--seed N] [--strength S] IMAGE MASK [GUIDE] OUT".into()),
    };
    let image = image::open(image)?;
    let size = Size::new(image.width(), image.height());
    let window = if image.color().has_alpha() {
        Picture::new(size, Channels::Rgba, image.into_rgba8().into_raw())?
    } else {
        Picture::new(size, Channels::Rgb, image.into_rgb8().into_raw())?
    };
    let hole =
        image::open(mask)?.into_luma8().into_raw().into_iter().map(|v| u8::from(v > 127)).collect();
    let guide = match guide {
        Some(path) => {
            Some(Picture::new(size, Channels::Rgb, image::open(path)?.into_rgb8().into_raw())?)
        }
        None => None,
    };
    let start = Instant::now();
    let mut synthesis = Synthesis::start(window, hole, guide, params)?;
    let (mut longest, mut steps) = (0.0f32, 0);
    loop {
        let before = Instant::now();
        let step = synthesis.step(DEFAULT_WORK);
        longest = longest.max(before.elapsed().as_secs_f32());
        steps += 1;
        match step {
            Step::Working => {}
            Step::LevelDone { level, levels } => {
                let progress = synthesis.progress() * 100.0;
                println!(
                    "level {level} of {levels}: {:.3} s, {progress:.0} %",
                    start.elapsed().as_secs_f32()
                );
            }
            Step::Done => break,
        }
    }
    println!(
        "done: {:.3} s, {steps} steps, longest {:.1} ms",
        start.elapsed().as_secs_f32(),
        longest * 1000.0
    );
    let picture = synthesis.into_picture();
    let colour = if picture.channels().has_alpha() {
        image::ColorType::Rgba8
    } else {
        image::ColorType::Rgb8
    };
    image::save_buffer(out, picture.data(), size.width, size.height, colour)?;
    Ok(())
}
