//! Pixels from the field: every target patch that covers a pixel has a say in it (Wexler and others, 2007).

use super::budget::Budget;
use super::field::Field;
use super::pyramid::{FILLED, HOLE, Level};

/// How much less a patch counts for each step deeper into the hole.
const TRUST: f32 = 1.0 / 1.3;
/// No patch counts less than this.
const LEAST: f32 = 1e-6;
/// Buckets of the histogram of prices: sixteen for each power of two.
const BUCKETS: usize = 33 * 16;

/// Turns the prices of a field into weights, in two passes over its targets.
#[derive(Debug)]
pub(super) struct Weighing {
    histogram: Vec<u32>,
    counted: usize,
    weighed: usize,
    /// Divides the usual price that weights are relative to: 1 is broad, more is sharper.
    sharpness: f32,
    trust: Vec<f32>,
}

impl Weighing {
    pub(super) fn new(sharpness: f32) -> Self {
        let mut trust = vec![1.0];
        while trust[trust.len() - 1] > LEAST {
            trust.push((trust[trust.len() - 1] * TRUST).max(LEAST));
        }
        Self { histogram: vec![0; BUCKETS], counted: 0, weighed: 0, sharpness, trust }
    }

    /// Works on; `true` when every target has its weight.
    pub(super) fn step(&mut self, field: &mut Field, budget: &mut Budget) -> bool {
        while let Some(target) = field.targets.get(self.counted) {
            if !budget.open() {
                return false;
            }
            let at = field.index(target.x.into(), target.y.into());
            self.histogram[bucket(field.prices[at])] += 1;
            self.counted += 1;
            // Cheap: every eighth pays.
            if self.counted.is_multiple_of(8) {
                budget.pay(1);
            }
        }
        // The 75th percentile, as Wexler has it, up to the width of a bucket.
        let usual = upper_quartile(&self.histogram, field.targets.len());
        let scale = -0.5 * self.sharpness / usual;
        while let Some(target) = field.targets.get(self.weighed) {
            if !budget.open() {
                return false;
            }
            let at = field.index(target.x.into(), target.y.into());
            let trust = self.trust[usize::from(field.depth[at]).min(self.trust.len() - 1)];
            field.weights[at] = trust * libm::expf(field.prices[at] as f32 * scale).max(LEAST);
            self.weighed += 1;
            budget.pay(1);
        }
        true
    }
}

/// The bucket of a price: its power of two and the four bits below.
fn bucket(price: u32) -> usize {
    let price = price.max(16);
    let power = price.ilog2();
    (power as usize) * 16 + ((price >> (power - 4)) & 15) as usize
}

/// The price below which three quarters lie; at least 16.
fn upper_quartile(histogram: &[u32], count: usize) -> f32 {
    let mut left = count - count / 4;
    for (bucket, &n) in histogram.iter().enumerate() {
        left = left.saturating_sub(n as usize);
        if left == 0 {
            let power = (bucket / 16) as u32;
            return (((16 + bucket % 16) as u64) << power.saturating_sub(4)) as f32;
        }
    }
    16.0
}

/// Fills the hole by vote, row by row of the field's region. Returns `true` at the end.
pub(super) fn vote(level: &mut Level, field: &Field, row: &mut usize, budget: &mut Budget) -> bool {
    while *row < field.region.height() {
        if !budget.open() {
            return false;
        }
        let y = field.region.y0 + *row;
        let mut work = 0;
        for x in field.region.x0..field.region.x1 {
            if level.marks[y * level.width + x] & HOLE != 0 {
                let filled = mean(level, field, x, y);
                let pixel = &mut level.pixels[y * level.width + x];
                for k in 0..FILLED {
                    // Means of bytes: never below 0 nor above 255.
                    pixel[k] = (filled[k] + 0.5) as u8;
                }
                work += 4;
            }
        }
        *row += 1;
        budget.pay(work + field.region.width() / 30);
    }
    true
}

/// What the patches that cover a pixel of the hole make of it. Order of the sum: from top to bottom, left to right.
#[inline]
fn mean(level: &Level, field: &Field, x: usize, y: usize) -> [f32; 8] {
    let r = level.reach;
    let rows = y.saturating_sub(r).max(r)..=(y + r).min(level.height - 1 - r);
    let columns = x.saturating_sub(r).max(r)..=(x + r).min(level.width - 1 - r);
    let mut sum = [0.0; 8];
    let mut total = 0.0;
    for cy in rows {
        let mut at = field.index(*columns.start(), cy);
        for cx in columns.clone() {
            let weight = field.weights[at];
            let source = field.sources[at];
            let pixel = level.pixels
                [(usize::from(source.y) + y - cy) * level.width + usize::from(source.x) + x - cx];
            for k in 0..8 {
                sum[k] += weight * f32::from(pixel[k]);
            }
            total += weight;
            at += 1;
        }
    }
    sum.map(|s| s / total)
}
