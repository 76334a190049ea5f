//! PatchMatch (Barnes and others, 2009): neighbours share their luck, and chance does the rest.

use super::budget::Budget;
use super::distance::Metric;
use super::field::{Field, Spot};
use super::pyramid::{Level, TARGET};
use super::rng::Rng;

/// Prices the present choices again: the fill has changed since they were made.
///
/// `next` counts targets. Returns `true` at the end.
pub(super) fn reprice(
    level: &Level,
    metric: &Metric,
    field: &mut Field,
    next: &mut usize,
    budget: &mut Budget,
) -> bool {
    while let Some(&target) = field.targets.get(*next) {
        if !budget.open() {
            return false;
        }
        let at = field.index(target.x.into(), target.y.into());
        field.prices[at] = metric.price(level, target, field.sources[at], u32::MAX);
        *next += 1;
        budget.pay(1);
    }
    true
}

/// On the fine levels: what a neighbour offers continues its copy; what chance offers begins another, and every seam
/// between copies costs sharpness in the vote. So chance must be better by this much, in percent.
pub(super) const BETTER_BY: u64 = 25;

/// One pass over all targets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sweep {
    /// From the first target to the last, or the other way.
    pub(super) forward: bool,
    /// How far the first random try may lie from the present source; each further try halves it.
    pub(super) radius: i32,
    /// By how much, in percent, a random find must beat the present source.
    pub(super) better_by: u64,
}

impl Sweep {
    /// Goes on with target number `next` of this sweep. Returns `true` at the end.
    pub(super) fn step(
        self,
        level: &Level,
        metric: &Metric,
        field: &mut Field,
        rng: &mut Rng,
        next: &mut usize,
        budget: &mut Budget,
    ) -> bool {
        let count = field.targets.len();
        while *next < count {
            if !budget.open() {
                return false;
            }
            let target = field.targets[if self.forward { *next } else { count - 1 - *next }];
            let tries = self.improve(level, metric, field, rng, target);
            *next += 1;
            budget.pay(1 + tries / 2);
        }
        true
    }

    /// Looks for a better source for one target; returns how many were priced.
    fn improve(
        self,
        level: &Level,
        metric: &Metric,
        field: &mut Field,
        rng: &mut Rng,
        target: Spot,
    ) -> usize {
        let (x, y) = (usize::from(target.x), usize::from(target.y));
        let at = field.index(x, y);
        let (mut best, mut price) = (field.sources[at], field.prices[at]);
        let mut tries = 0;
        let mut consider = |candidate: Spot, best: &mut Spot, better_by: u64| {
            let limit = price - (u64::from(price) * better_by / 100) as u32;
            let new = metric.price(level, target, candidate, limit);
            tries += 1;
            if new < limit {
                price = new;
                *best = candidate;
            }
        };
        let back: i32 = if self.forward { -1 } else { 1 };
        for (dx, dy) in [(back, 0), (0, back)] {
            let (nx, ny) = (x.wrapping_add_signed(dx as isize), y.wrapping_add_signed(dy as isize));
            if field.covers(nx, ny) && level.marks[ny * level.width + nx] & TARGET != 0 {
                let theirs = field.sources[field.index(nx, ny)];
                if let Some(candidate) = theirs.source_at(-dx, -dy, level)
                    && candidate != best
                {
                    consider(candidate, &mut best, 0);
                }
            }
        }
        let mut radius = self.radius;
        while radius >= 1 {
            let (dx, dy) = (rng.around(radius), rng.around(radius));
            if let Some(candidate) = best.source_at(dx, dy, level) {
                consider(candidate, &mut best, self.better_by);
            }
            radius /= 2;
        }
        field.sources[at] = best;
        field.prices[at] = price;
        tries
    }
}
