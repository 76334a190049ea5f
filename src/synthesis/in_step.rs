//! Moves the sources of a field to the nearest places that are in step with their targets: from which a whole number
//! of the photo's repeats leads to them.
//!
//! The coarse levels decide what comes from where, and are blind to what repeats within a few of their pixels. Here
//! each part of that decision is shifted to the nearest place in step that holds a source, most often by half a repeat
//! at most, so that a grid is continued as a grid.

use super::budget::Budget;
use super::field::{Field, Spot, nearest};
use super::plane::{Pair, less};
use super::pyramid::{FILLED, HOLE, Level};
use super::repeats::Repeats;

/// Repeats count where they were seen, in cells of this many pixels (as a power of two).
const CELL: usize = 3;
/// Matches in three by three cells that make a place one where they were seen.
const SEEN: u32 = 6;
/// How many repeats more or less are tried where the nearest place is hole, along one and along two.
const RINGS: [i32; 2] = [24, 5];
/// How many times as near as a target, or as far, its source is wished to be.
const AS_NEAR: f64 = 1.02;
/// How much better the rim must fit on the repeats than half a repeat off, to believe in them. Where nothing repeats,
/// both fit alike.
const BELIEF: f64 = 0.65;
/// Of so many patches at the rim, at least.
const COMPARED: u64 = 30;

/// Looks at every target at the rim to see whether repeats are to be believed, then moves all that can be moved.
#[derive(Debug)]
pub(super) struct InStep {
    repeats: Repeats,
    seen: Vec<bool>,
    columns: usize,
    /// Repeats that are tried together: both, the first, the second.
    trials: Vec<Vec<Pair>>,
    trial: usize,
    /// How unlike the rim is to what it would be filled from, on the repeats and off them.
    on: u64,
    off: u64,
    compared: u64,
    /// The best trial that is believed, and how unlike a patch of the rim is to its source there.
    believed: Option<(u64, usize)>,
    /// Whether two repeats are believed together, be it that sources are moved by one of them alone. They say that all
    /// of what belongs where is in the photo; along a single one, as on a roof, a guide still says more.
    both: bool,
    next: usize,
}

impl InStep {
    pub(super) fn new(repeats: Repeats, level: &Level) -> Self {
        let mut trials = vec![repeats.by.clone()];
        if let [first, second] = repeats.by[..] {
            trials.extend([vec![first], vec![second]]);
        }
        let (seen, columns) = seen(&repeats, level);
        Self {
            repeats,
            seen,
            columns,
            trials,
            trial: 0,
            on: 0,
            off: 0,
            compared: 0,
            believed: None,
            both: false,
            next: 0,
        }
    }

    /// Works on; `true` when all that is to be moved is moved.
    pub(super) fn step(&mut self, level: &Level, field: &mut Field, budget: &mut Budget) -> bool {
        while let Some(by) = self.trials.get(self.trial) {
            while let Some(&target) = field.targets.get(self.next) {
                if !budget.open() {
                    return false;
                }
                self.next += 1;
                let at = field.index(target.x.into(), target.y.into());
                if field.depth[at] > 1 {
                    // So little that every sixteenth pays.
                    if self.next.is_multiple_of(16) {
                        budget.pay(1);
                    }
                    continue;
                }
                let (best, tries) = self.best(level, by, target, field.sources[at]);
                if let Some(best) = best
                    && let Some(off) = self.half_off(level, by, target, best)
                {
                    self.on += rim(level, target, best);
                    self.off += off;
                    self.compared += 1;
                }
                budget.pay(6 + tries / 3);
            }
            self.next = 0;
            let mean = self.on / self.compared.max(1);
            if self.compared >= COMPARED && (self.on as f64) < BELIEF * self.off as f64 {
                self.both |= by.len() == 2;
                if self.believed.is_none_or(|(least, _)| mean < least) {
                    self.believed = Some((mean, self.trial));
                }
            }
            (self.on, self.off, self.compared) = (0, 0, 0);
            self.trial += 1;
        }
        let Some((_, trial)) = self.believed else { return true };
        while let Some(&target) = field.targets.get(self.next) {
            if !budget.open() {
                return false;
            }
            let at = field.index(target.x.into(), target.y.into());
            let by = &self.trials[trial];
            let (best, tries) = self.best(level, by, target, field.sources[at]);
            if let Some(best) = best {
                field.sources[at] = best;
                field.in_step[at] = self.both;
            }
            self.next += 1;
            budget.pay(2 + tries / 3);
        }
        true
    }

    /// The source in step with a target that is nearest to the one it has, as near on the plane as the target is; and
    /// how many places were looked at.
    fn best(
        &self,
        level: &Level,
        by: &[Pair],
        target: Spot,
        source: Spot,
    ) -> (Option<Spot>, usize) {
        let plane = self.repeats.plane;
        let front = |spot: Spot| plane.front([f64::from(spot.x), f64::from(spot.y)]);
        let (Some(from), Some(had)) = (front(target), front(source)) else { return (None, 1) };
        let wish = plane.as_near(from, had, AS_NEAR);
        let Some(aim) = plane.seen(wish) else { return (None, 1) };
        let [first, second] = [by[0], by.get(1).copied().unwrap_or_default()];
        let (i, j) = whole_steps(less(wish, from), by);
        let mut tries = 0;
        for ring in 0..=RINGS[by.len() - 1] {
            let mut best = None;
            let mut least = f64::MAX;
            let mut consider = |i: i32, j: i32| {
                tries += 1;
                let (a, b) = (f64::from(i), f64::from(j));
                let to = plane.seen([0, 1].map(|k| from[k] + a * first[k] + b * second[k]));
                let Some(to) = to else { return };
                let [dx, dy] = less(to, aim);
                let far = dx * dx + dy * dy;
                if far < least
                    && let Some(found) = self.source(level, target, to)
                {
                    (best, least) = (Some(found), far);
                }
            };
            if by.len() == 1 {
                consider(i - ring, 0);
                consider(i + ring, 0);
            } else {
                for n in -ring..=ring {
                    consider(i + n, j - ring);
                    consider(i + n, j + ring);
                    consider(i - ring, j + n);
                    consider(i + ring, j + n);
                }
            }
            if best.is_some() {
                return (best, tries);
            }
        }
        (None, tries)
    }

    /// The source at a place, if repeats were seen there.
    fn source(&self, level: &Level, near: Spot, to: Pair) -> Option<Spot> {
        let (dx, dy) = near.way_to(to);
        let found = near.source_at(dx, dy, level)?;
        let cell = (usize::from(found.y) >> CELL) * self.columns + (usize::from(found.x) >> CELL);
        self.seen[cell].then_some(found)
    }

    /// How unlike a target at the rim is to what lies half a repeat off a source.
    fn half_off(&self, level: &Level, by: &[Pair], target: Spot, source: Spot) -> Option<u64> {
        let plane = self.repeats.plane;
        let front = plane.front([f64::from(source.x), f64::from(source.y)])?;
        by.iter()
            .filter_map(|by| {
                let to = plane.seen([front[0] + by[0] / 2.0, front[1] + by[1] / 2.0])?;
                let (dx, dy) = source.way_to(to);
                source.source_at(dx, dy, level)
            })
            .map(|off| rim(level, target, off))
            .min()
    }
}

/// How many whole repeats come nearest to a displacement.
fn whole_steps(d: Pair, by: &[Pair]) -> (i32, i32) {
    match by {
        [a, b] => {
            let det = a[0] * b[1] - a[1] * b[0];
            (nearest((d[0] * b[1] - d[1] * b[0]) / det), nearest((a[0] * d[1] - a[1] * d[0]) / det))
        }
        _ => {
            let a = by[0];
            (nearest((d[0] * a[0] + d[1] * a[1]) / (a[0] * a[0] + a[1] * a[1])), 0)
        }
    }
}

/// The cells in which repeats were seen, and how many there are in a row.
fn seen(repeats: &Repeats, level: &Level) -> (Vec<bool>, usize) {
    let (columns, rows) = ((level.width >> CELL) + 1, (level.height >> CELL) + 1);
    let mut counts = vec![0u32; columns * rows];
    for m in &repeats.following {
        let (x, y) = (usize::from(m.at.x), usize::from(m.at.y));
        let to = (x.wrapping_add_signed(m.dx as isize), y.wrapping_add_signed(m.dy as isize));
        for (x, y) in [(x, y), to] {
            counts[(y >> CELL) * columns + (x >> CELL)] += 1;
        }
    }
    let mut seen = Vec::with_capacity(columns * rows);
    for y in 0..rows {
        for x in 0..columns {
            let near = (y.saturating_sub(1)..(y + 2).min(rows))
                .flat_map(|v| (x.saturating_sub(1)..(x + 2).min(columns)).map(move |u| (u, v)));
            seen.push(near.map(|(u, v)| counts[v * columns + u]).sum::<u32>() >= SEEN);
        }
    }
    (seen, columns)
}

/// Squared differences of colours between a patch at the rim and a source, where the patch is known.
fn rim(level: &Level, target: Spot, source: Spot) -> u64 {
    let r = level.reach;
    let mut sum = 0;
    for v in 0..=2 * r {
        let a = (usize::from(target.y) + v - r) * level.width + usize::from(target.x) - r;
        let b = (usize::from(source.y) + v - r) * level.width + usize::from(source.x) - r;
        for u in 0..=2 * r {
            if level.marks[a + u] & HOLE == 0 {
                for k in 0..FILLED {
                    let d = u64::from(level.pixels[a + u][k].abs_diff(level.pixels[b + u][k]));
                    sum += d * d;
                }
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::field::{Seeding, Survey};
    use super::super::likeness::Match;
    use super::super::plane::Plane;
    use super::super::pyramid::testing::level;
    use super::super::rng::Rng;
    use super::*;

    const ALL: u32 = u32::MAX;

    fn inside(x: usize, y: usize) -> bool {
        x.abs_diff(50) < 14 && y.abs_diff(40) < 12
    }

    /// A field with any sources.
    fn any_field(level: &Level) -> Field {
        let mut survey = Survey::new(level);
        while !survey.step(level, &mut Budget::new(ALL)) {}
        let mut field = survey.into_field();
        let mut seeding = Seeding::random();
        while !seeding.step(level, &mut field, &mut Rng::new(3), &mut Budget::new(ALL)) {}
        field
    }

    /// Repeats that were seen everywhere.
    fn everywhere(level: &Level, by: Vec<Pair>) -> Repeats {
        let cells = (0..level.height)
            .step_by(3)
            .flat_map(|y| (0..level.width).step_by(3).map(move |x| (x, y)));
        let following = cells.map(|(x, y)| Match { at: Spot::new(x, y), dx: 0, dy: 0 }).collect();
        Repeats { plane: Plane::from_the_front([50.0, 40.0]), by, following }
    }

    /// The displacements of all targets if any was moved, `work` at a time, and whether no guide is heard any more.
    fn moved(level: &Level, by: Vec<Pair>, work: u32) -> Vec<(i32, i32, bool)> {
        let mut field = any_field(level);
        let before = field.sources.clone();
        let mut in_step = InStep::new(everywhere(level, by), level);
        while !in_step.step(level, &mut field, &mut Budget::new(work)) {}
        if field.sources == before {
            return Vec::new();
        }
        let all = field.targets.iter().map(|target| {
            let at = field.index(target.x.into(), target.y.into());
            let source = field.sources[at];
            let d = |a: u16, b: u16| i32::from(a) - i32::from(b);
            (d(source.x, target.x), d(source.y, target.y), field.in_step[at])
        });
        all.collect()
    }

    fn tiles(x: usize, y: usize) -> [u8; 3] {
        let joint = x.is_multiple_of(9) || y.is_multiple_of(8);
        if joint { [40; 3] } else { [150 + (x % 9 * 8) as u8, 120 + (y % 8 * 9) as u8, 90] }
    }

    #[test]
    fn sources_come_into_step_with_what_repeats() {
        let level = level(100, 80, inside, tiles);
        let by = vec![[9.0, 0.0], [-9.0, 8.0]];
        let all = moved(&level, by.clone(), ALL);
        assert_eq!(all.len(), level.targets);
        assert!(all.iter().all(|&(dx, dy, deaf)| dx % 9 == 0 && dy % 8 == 0 && deaf), "{all:?}");
        assert_eq!(moved(&level, by, 1), all, "in steps of any size");
        let sideways = moved(&level, vec![[9.0, 0.0]], ALL);
        assert_eq!(sideways.len(), level.targets);
        assert!(
            sideways.iter().all(|&(dx, dy, deaf)| dx % 9 == 0 && dy == 0 && !deaf),
            "{sideways:?}"
        );
    }

    /// As a printed check whose light changes from row to row: what is in step along the rows fits best, and still no
    /// guide knows where the joints are.
    #[test]
    fn two_repeats_silence_a_guide_though_sources_move_along_one() {
        let level = level(100, 80, inside, |x, y| tiles(x, y).map(|tone| tone + (y / 8 * 3) as u8));
        let all = moved(&level, vec![[9.0, 0.0], [0.0, 8.0]], ALL);
        assert_eq!(all.len(), level.targets);
        assert!(all.iter().all(|&(dx, dy, deaf)| dx % 9 == 0 && dy == 0 && deaf), "{all:?}");
    }

    #[test]
    fn a_few_patches_are_not_believed() {
        let level = level(100, 80, |x, y| x == 0 && y < 20, tiles);
        assert!(level.targets < COMPARED as usize, "{}", level.targets);
        assert_eq!(moved(&level, vec![[9.0, 0.0], [0.0, 8.0]], ALL), []);
    }

    #[test]
    fn repeats_that_the_rim_does_not_show_are_not_believed() {
        let level = level(100, 80, inside, tiles);
        assert_eq!(moved(&level, vec![[13.0, 0.0], [0.0, 12.0]], ALL), []);
        let grain = |x: usize, y: usize| {
            let v = (x as u32).wrapping_mul(747_796_405) ^ (y as u32).wrapping_mul(2_891_336_453);
            [v.rotate_left(9) as u8; 3]
        };
        let grain = super::super::pyramid::testing::level(100, 80, inside, grain);
        assert_eq!(moved(&grain, vec![[9.0, 0.0], [0.0, 8.0]], ALL), []);
    }
}
