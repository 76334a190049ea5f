//! SSIMULACRA2 over a window of two pictures.

use std::io::BufRead;

use anyhow::{Context, bail, ensure};
use lacuna::raster::{Channels, Picture, Rect, convert};
use serde_json::json;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

use crate::files;

/// Answers each line of standard input with a line of its own.
pub(crate) fn score() -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let parts: Vec<&str> = line.split('\t').collect();
        let [truth, fill, x, y, width, height] = parts[..] else { bail!("not six fields: {line}") };
        let rect =
            Rect { x: x.parse()?, y: y.parse()?, width: width.parse()?, height: height.parse()? };
        let truth = window(truth, rect)?;
        let fill = window(fill, rect)?;
        let score = compute_frame_ssimulacra2(truth, fill).context("cannot be compared")?;
        println!("{}", json!({ "ssimulacra2": score }));
    }
    Ok(())
}

fn window(path: &str, rect: Rect) -> anyhow::Result<Rgb> {
    let picture: Picture = convert(&files::picture(path)?, Channels::Rgb);
    ensure!(rect.intersection(picture.size().rect()) == rect, "{path} is smaller than the window");
    let window = picture.crop(rect);
    let pixels =
        window.data().chunks_exact(3).map(|c| [0, 1, 2].map(|k| f32::from(c[k]) / 255.0)).collect();
    Rgb::new(
        pixels,
        rect.width as usize,
        rect.height as usize,
        TransferCharacteristic::SRGB,
        ColorPrimaries::BT709,
    )
    .context("not as many pixels as the window has")
}
