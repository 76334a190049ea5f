//! The fill of a window of which nothing at all is known: the guide, or one colour.

use super::budget::Budget;
use super::features::Packing;
use super::pyramid::Level;
use crate::raster::Picture;

/// Works row by row: first the mean colour, then the fill.
#[derive(Debug, Default)]
pub(super) struct Flat {
    row: usize,
    sum: [u64; 4],
}

impl Flat {
    /// Works on; `true` when the window is filled.
    pub(super) fn step(
        &mut self,
        packing: Packing,
        level: &Level,
        guide: Option<&Picture>,
        window: &mut Picture,
        budget: &mut Budget,
    ) -> bool {
        let count = level.pixels.len() as f64;
        while self.row < 2 * level.height {
            if !budget.open() {
                return false;
            }
            let from = self.row % level.height * level.width;
            if self.row < level.height {
                for pixel in &level.pixels[from..][..level.width] {
                    for k in 0..4 {
                        self.sum[k] += u64::from(pixel[k]);
                    }
                }
            } else {
                let mean = self.sum.map(|s| (s as f64 / count) as f32);
                let bytes = window.channels().count();
                for at in from..from + level.width {
                    let colour = match guide {
                        Some(guide) => {
                            let c = &guide.data()[at * 3..][..3];
                            [f32::from(c[0]), f32::from(c[1]), f32::from(c[2]), 255.0]
                        }
                        None => mean,
                    };
                    packing.unpack(colour, &mut window.data_mut()[at * bytes..][..bytes]);
                }
            }
            self.row += 1;
            budget.pay(level.width / 12);
        }
        true
    }
}
