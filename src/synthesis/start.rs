//! The first fill of the coarsest level: the guide where there is one, otherwise the rim drawn inwards.

use super::budget::Budget;
use super::features::Packing;
use super::field::Field;
use super::pyramid::{FILLED, HOLE, Level};

/// Fills the hole ring by ring, each pixel with the mean of its neighbours one step nearer to the rim.
#[derive(Debug)]
pub(super) struct Start {
    /// How many pixels lie at each depth, then where the next pixel of that depth belongs in `order`.
    slots: Vec<usize>,
    /// Pixels of the hole by depth, as indices into the level.
    order: Vec<u32>,
    stage: Stage,
    next: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Count,
    Sort,
    Fill,
}

impl Start {
    pub(super) fn new(level: &Level) -> Self {
        // Steps along rows and columns: no pixel lies deeper than the two sides together.
        let deepest = level.width + level.height;
        Self {
            slots: vec![0; deepest + 1],
            order: vec![0; level.missing],
            stage: Stage::Count,
            next: 0,
        }
    }

    /// Works on; `true` when the hole is filled.
    pub(super) fn step(
        &mut self,
        packing: Packing,
        level: &mut Level,
        field: &Field,
        budget: &mut Budget,
    ) -> bool {
        loop {
            match self.stage {
                Stage::Count | Stage::Sort => {
                    while self.next < field.region.height() {
                        if !budget.open() {
                            return false;
                        }
                        self.sort_row(level, field);
                        self.next += 1;
                        budget.pay(field.region.width() / 8);
                    }
                    if self.stage == Stage::Count {
                        let mut sum = 0;
                        for slot in &mut self.slots {
                            sum += std::mem::replace(slot, sum);
                        }
                        self.stage = Stage::Sort;
                    } else {
                        self.stage = Stage::Fill;
                    }
                    self.next = 0;
                }
                Stage::Fill => {
                    while let Some(&at) = self.order.get(self.next) {
                        if !budget.open() {
                            return false;
                        }
                        fill(packing, level, field, at as usize);
                        self.next += 1;
                        budget.pay(1);
                    }
                    return true;
                }
            }
        }
    }

    /// Counts or places the pixels of one row of the region.
    fn sort_row(&mut self, level: &Level, field: &Field) {
        let y = field.region.y0 + self.next;
        for x in field.region.x0..field.region.x1 {
            let at = y * level.width + x;
            if level.marks[at] & HOLE == 0 {
                continue;
            }
            let slot = &mut self.slots[usize::from(field.depth[field.index(x, y)])];
            if self.stage == Stage::Sort {
                self.order[*slot] = at as u32;
            }
            *slot += 1;
        }
    }
}

/// Fills the pixel at index `at`.
fn fill(packing: Packing, level: &mut Level, field: &Field, at: usize) {
    let (x, y) = (at % level.width, at / level.width);
    let depth = field.depth[field.index(x, y)];
    let (mut sum, mut count) = ([0u32; FILLED], 0);
    for (dx, dy) in [(0, -1), (-1, 0), (1, 0), (0, 1)] {
        let (nx, ny) = (x.wrapping_add_signed(dx), y.wrapping_add_signed(dy));
        if field.covers(nx, ny) && field.depth[field.index(nx, ny)] < depth {
            let pixel = level.pixels[ny * level.width + nx];
            for k in 0..FILLED {
                sum[k] += u32::from(pixel[k]);
            }
            count += 1;
        }
    }
    let pixel = &mut level.pixels[at];
    for k in 0..FILLED {
        if let Some(mean) = (sum[k] + count / 2).checked_div(count) {
            pixel[k] = mean as u8;
        }
    }
    if packing.guided() {
        let colour = packing.guide_colour(*pixel);
        pixel[..3].copy_from_slice(&colour);
    }
}
