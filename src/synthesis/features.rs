//! What patches compare: colours, texture and the guide, packed into eight bytes a pixel.
//!
//! | byte | an opaque window | a window with alpha |
//! |---|---|---|
//! | 0, 1, 2 | red, green, blue | the same, premultiplied by alpha |
//! | 3 | texture along rows | alpha |
//! | 4 | texture along columns | texture, both directions |
//! | 5, 6, 7 | the guide, scaled by the root of its strength | the same |
//!
//! The texture channels (Newson and others, 2014) hold three times the mean absolute difference of neighbouring
//! pixels round about: without them the coarse levels forget fine texture and smooth blotches win. Colours under
//! alpha are premultiplied, so that the colour of a fully transparent pixel, which nobody sees, is compared and
//! copied as nothing. The guide channels hold the guide under the hole and the window elsewhere, blurred together:
//! a blurry guide is compared with an equally blurry photo.

use super::boxsum::BoxSum;
use super::budget::Budget;
use super::params::SynthesisParams;
use super::pyramid::{HOLE, Level, Pixel};
use crate::raster::Picture;

/// Reach of the square over which texture is averaged.
const TEXTURE_REACH: usize = 4;
/// Reach of each of the two box blurs that the guide and the photo go through.
const GUIDE_REACH: usize = 3;

/// How the pixels of one synthesis are packed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    /// The window has an alpha channel.
    pub(super) alpha: bool,
    /// What guide values are multiplied by, in 1/256; 0 without a guide.
    guide: u32,
}

impl Packing {
    pub(super) fn new(alpha: bool, guided: bool, params: &SynthesisParams) -> Self {
        // Patches compare squares, hence the root.
        let scale = if guided { libm::sqrtf(params.guide_strength) * 256.0 } else { 0.0 };
        Self { alpha, guide: scale as u32 }
    }

    /// Whether guide values are there to start from.
    pub(super) fn guided(self) -> bool {
        self.guide > 0
    }

    /// The colour that the guide channels of `pixel` stand for.
    pub(super) fn guide_colour(self, pixel: Pixel) -> [u8; 3] {
        [5, 6, 7].map(|k| {
            ((u32::from(pixel[k]) * 256 + self.guide / 2) / self.guide.max(1)).min(255) as u8
        })
    }

    /// Bytes of a window's pixel as they are packed, without texture.
    fn pack(self, bytes: &[u8]) -> Pixel {
        if self.alpha {
            let alpha = u32::from(bytes[3]);
            let over = |c: u8| ((u32::from(c) * alpha + 127) / 255) as u8;
            [over(bytes[0]), over(bytes[1]), over(bytes[2]), bytes[3], 0, 0, 0, 0]
        } else {
            [bytes[0], bytes[1], bytes[2], 0, 0, 0, 0, 0]
        }
    }

    /// Writes a filled colour (0 to 255, and alpha) as bytes of the window.
    pub(super) fn unpack(self, filled: [f32; 4], bytes: &mut [u8]) {
        let byte = |v: f32| (v + 0.5).clamp(0.0, 255.0) as u8;
        if self.alpha {
            let alpha = byte(filled[3]);
            let scale = if alpha == 0 { 0.0 } else { 255.0 / f32::from(alpha) };
            for k in 0..3 {
                bytes[k] = byte(filled[k] * scale);
            }
            bytes[3] = alpha;
        } else {
            for k in 0..3 {
                bytes[k] = byte(filled[k]);
            }
        }
    }
}

/// Packs a window into the finest level, row by row, in three passes.
#[derive(Debug)]
pub(super) enum Packer {
    /// Colours and the hole.
    Colours { row: usize },
    /// Texture channels.
    Texture { boxes: BoxSum<3>, fed: usize },
    /// Guide channels.
    Guide { first: BoxSum<3>, second: BoxSum<3>, fed: usize },
}

/// What is packed.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    pub(super) window: &'a Picture,
    pub(super) hole: &'a [u8],
    pub(super) guide: Option<&'a Picture>,
}

impl Packer {
    pub(super) fn new() -> Self {
        Self::Colours { row: 0 }
    }

    /// Works on; `true` when every pixel is packed.
    pub(super) fn step(
        &mut self,
        packing: Packing,
        raw: Raw<'_>,
        level: &mut Level,
        budget: &mut Budget,
    ) -> bool {
        let (width, height) = (level.width, level.height);
        loop {
            match self {
                Self::Colours { row } => {
                    while *row < height {
                        if !budget.open() {
                            return false;
                        }
                        pack_row(packing, raw, level, *row);
                        *row += 1;
                        budget.pay(width / 12);
                    }
                    *self = Self::Texture { boxes: BoxSum::new(width, TEXTURE_REACH), fed: 0 };
                }
                Self::Texture { boxes, fed } => {
                    let mut line = vec![[0; 3]; width];
                    while *fed < height + TEXTURE_REACH {
                        if !budget.open() {
                            return false;
                        }
                        let row = (*fed < height).then(|| {
                            differences(level, *fed, &mut line);
                            &line[..]
                        });
                        if let Some(sums) = boxes.feed(row) {
                            let y = *fed - TEXTURE_REACH;
                            write_texture(packing, sums, &mut level.pixels[y * width..][..width]);
                        }
                        *fed += 1;
                        budget.pay(width / 4);
                    }
                    if !packing.guided() {
                        return true;
                    }
                    *self = Self::Guide {
                        first: BoxSum::new(width, GUIDE_REACH),
                        second: BoxSum::new(width, GUIDE_REACH),
                        fed: 0,
                    };
                }
                Self::Guide { first, second, fed } => {
                    let Some(guide) = raw.guide else { return true };
                    let (mut line, mut mean) = (vec![[0; 3]; width], vec![[0; 3]; width]);
                    while *fed < height + 2 * GUIDE_REACH {
                        if !budget.open() {
                            return false;
                        }
                        let row = (*fed < height).then(|| {
                            mix(level, guide, *fed, &mut line);
                            &line[..]
                        });
                        let y = *fed as isize - GUIDE_REACH as isize;
                        let blurred = first.feed(row).and_then(|sums| {
                            ((y as usize) < height).then(|| {
                                // Sixteen times the mean keeps what eight bits would round away.
                                average(sums, y as usize, height, 16, &mut mean);
                                &mean[..]
                            })
                        });
                        let twice = if y >= 0 { second.feed(blurred) } else { None };
                        if let Some(sums) = twice {
                            let y = y as usize - GUIDE_REACH;
                            average(sums, y, height, 1, &mut line);
                            let pixels = &mut level.pixels[y * width..][..width];
                            for (pixel, value) in pixels.iter_mut().zip(&line) {
                                for k in 0..3 {
                                    pixel[5 + k] =
                                        ((value[k] * packing.guide + 2048) / 4096).min(255) as u8;
                                }
                            }
                        }
                        *fed += 1;
                        budget.pay(width / 2);
                    }
                    return true;
                }
            }
        }
    }
}

/// Colours and the hole of one row.
fn pack_row(packing: Packing, raw: Raw<'_>, level: &mut Level, y: usize) {
    let bytes = raw.window.channels().count();
    let from = y * level.width;
    level.open_row();
    for x in 0..level.width {
        let at = from + x;
        level.pixels[at] = packing.pack(&raw.window.data()[at * bytes..][..bytes]);
        if raw.hole[at] != 0 {
            level.add_hole(x, y);
        }
    }
}

/// Absolute differences to the right and downwards of the sum of colours, and a one, where all pixels are known.
fn differences(level: &Level, y: usize, line: &mut [[u32; 3]]) {
    let width = level.width;
    line.fill([0; 3]);
    if y + 1 == level.height {
        return;
    }
    let grey = |at: usize| level.pixels[at][..3].iter().map(|&c| i32::from(c)).sum::<i32>();
    for x in 0..width - 1 {
        let at = y * width + x;
        if (level.marks[at] | level.marks[at + 1] | level.marks[at + width]) & HOLE == 0 {
            let here = grey(at);
            line[x] = [grey(at + 1).abs_diff(here), grey(at + width).abs_diff(here), 1];
        }
    }
}

/// Mean differences as texture channels. Differences of a sum of three colours are already three times as large.
fn write_texture(packing: Packing, sums: &[[u32; 3]], pixels: &mut [Pixel]) {
    for (pixel, sum) in pixels.iter_mut().zip(sums) {
        if sum[2] == 0 {
            continue;
        }
        let mean = |v: u32| ((v + sum[2] / 2) / sum[2]).min(255) as u8;
        if packing.alpha {
            pixel[4] = mean((sum[0] + sum[1]) * 7 / 10);
        } else {
            pixel[3] = mean(sum[0]);
            pixel[4] = mean(sum[1]);
        }
    }
}

/// One row of the window with the guide put into the hole.
fn mix(level: &Level, guide: &Picture, y: usize, line: &mut [[u32; 3]]) {
    for (x, value) in line.iter_mut().enumerate() {
        let at = y * level.width + x;
        let colour = if level.marks[at] & HOLE == 0 {
            &level.pixels[at][..3]
        } else {
            &guide.data()[at * 3..][..3]
        };
        for k in 0..3 {
            value[k] = u32::from(colour[k]);
        }
    }
}

/// Sums of row `y` as means, times `scale`.
fn average(sums: &[[u32; 3]], y: usize, height: usize, scale: u32, out: &mut [[u32; 3]]) {
    let span = |at: usize, length: usize| {
        ((at + GUIDE_REACH + 1).min(length) - at.saturating_sub(GUIDE_REACH)) as u32
    };
    let rows = span(y, height);
    for (x, (value, sum)) in out.iter_mut().zip(sums).enumerate() {
        let count = rows * span(x, sums.len());
        for k in 0..3 {
            value[k] = (sum[k] * scale + count / 2) / count;
        }
    }
}
