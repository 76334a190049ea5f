//! PatchMatch (Barnes and others, 2009): neighbours share their luck, and chance does the rest.

use super::budget::Budget;
use super::distance::Metric;
use super::field::{Field, Spot};
use super::pyramid::{Level, TARGET};
use super::rng::Rng;

/// Prices the present choices again: the fill has changed since they were made. `first`: and counts how often each
/// source is taken, which sweeps keep up.
///
/// `next` counts targets. Returns `true` at the end.
pub(super) fn reprice(
    level: &Level,
    metric: &Metric,
    field: &mut Field,
    (next, first): (&mut usize, bool),
    budget: &mut Budget,
) -> bool {
    while let Some(&target) = field.targets.get(*next) {
        if !budget.open() {
            return false;
        }
        let at = field.index(target.x.into(), target.y.into());
        let source = field.sources[at];
        let uses = &mut field.uses[source.index(level)];
        *uses += u32::from(first);
        let price = metric.price(level, target, source, u32::MAX);
        field.prices[at] = metric.charged(price, *uses - 1);
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
            let bare = metric.price(level, target, candidate, limit);
            let new = metric.charged(bare, field.uses[candidate.index(level)]);
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
        let before = std::mem::replace(&mut field.sources[at], best);
        field.uses[before.index(level)] -= 1;
        field.uses[best.index(level)] += 1;
        field.prices[at] = price;
        tries
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::{Seeding, Survey};
    use super::super::params::SynthesisParams;
    use super::super::pyramid::testing::level;
    use super::*;

    #[test]
    fn sweeps_keep_up_how_often_each_source_is_taken() {
        let grain = |x: usize, y: usize| [((x * 37) ^ (y * 91)) as u8 % 64, (x * y) as u8 % 32, 9];
        let level = level(90, 70, |x, y| x.abs_diff(45) < 15 && y.abs_diff(35) < 12, grain);
        let budget = || Budget::new(u32::MAX);
        let mut survey = Survey::new(&level);
        while !survey.step(&level, &mut budget()) {}
        let mut field = survey.into_field();
        let mut rng = Rng::new(5);
        let mut seeding = Seeding::random();
        while !seeding.step(&level, &mut field, &mut rng, &mut budget()) {}
        let metric = Metric::new(&level, &SynthesisParams::default());
        for first in [true, false] {
            while !reprice(&level, &metric, &mut field, (&mut 0, first), &mut budget()) {}
            let before = field.sources.clone();
            for forward in [true, false] {
                let sweep = Sweep { forward, radius: 40, better_by: 0 };
                while !sweep.step(&level, &metric, &mut field, &mut rng, &mut 0, &mut budget()) {}
            }
            assert!(before != field.sources);
            let mut counted = vec![0; field.uses.len()];
            for target in &field.targets {
                let source = field.sources[field.index(target.x.into(), target.y.into())];
                counted[source.index(&level)] += 1;
            }
            assert!(counted == field.uses);
        }
    }
}
