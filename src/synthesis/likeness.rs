//! Where the photo repeats itself: for samples of its known patches the known patch most like each, at a distance.

use super::budget::Budget;
use super::distance::Metric;
use super::field::Spot;
use super::params::SynthesisParams;
use super::pyramid::{Extent, Level};
use super::rng::Rng;

/// No match is nearer than this, in pixels along rows or columns: a patch is always like what overlaps it.
pub(super) const NEAREST: i32 = 4;
/// Sweeps of search.
const SWEEPS: u32 = 5;
/// A sample only counts when its match is this much more like it than a patch taken by chance: in a sky everything
/// is like everything.
const TELLING: u32 = 4;

/// Pixels of a level that is looked at, at most: what repeats within fewer pixels of it is fine texture.
const LEVEL: usize = 70_000;
/// How many samples are taken of it, at least, since a small hole is not worth the search, and at most.
const SAMPLES: (usize, usize) = (1_000, 6_000);
/// Patches of the finest level to be filled, for each sample.
const TARGETS: usize = 6;

/// How many samples to take of level `index`: none but on the finest level of moderate size.
pub(super) fn samples(levels: &[Level], index: usize) -> usize {
    let looked_at = levels.iter().position(|level| level.width * level.height <= LEVEL);
    let samples = (levels[0].targets / TARGETS).min(SAMPLES.1);
    if looked_at == Some(index) && samples >= SAMPLES.0 { samples } else { 0 }
}

/// A sample and how far away its match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) at: Spot,
    pub(super) dx: i32,
    pub(super) dy: i32,
}

/// PatchMatch (Barnes and others, 2009) between the known part of a level and itself, on a grid of samples.
///
/// What is asked for is the nearest of the matches that are as good, so the price of place is part of it: short
/// displacements say most, and perspective changes them least.
#[derive(Debug)]
pub(super) struct Matching {
    metric: Metric,
    rng: Rng,
    extent: Extent,
    stride: usize,
    columns: usize,
    rows: usize,
    found: Vec<Option<Found>>,
    /// Sweep 0 starts them.
    sweep: u32,
    next: usize,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    dx: i32,
    dy: i32,
    price: u32,
    /// The price of the first one, which was taken by chance.
    chance: u32,
}

impl Matching {
    /// Takes about `samples` samples around the hole of `level`.
    pub(super) fn new(level: &Level, samples: usize, params: &SynthesisParams) -> Self {
        let by = level.hole.width().max(level.hole.height());
        let extent = level.hole.grown(by, level.width, level.height);
        let mut stride = 1;
        while extent.width().div_ceil(stride) * extent.height().div_ceil(stride) > samples {
            stride += 1;
        }
        let (columns, rows) = (extent.width().div_ceil(stride), extent.height().div_ceil(stride));
        Self {
            metric: Metric::new(level, params),
            rng: Rng::new(params.seed),
            extent,
            stride,
            columns,
            rows,
            found: vec![None; columns * rows],
            sweep: 0,
            next: 0,
        }
    }

    /// About how much work so many samples are, in units of [`Budget`], with all that follows from them.
    pub(super) fn work(samples: usize) -> u64 {
        30 * samples as u64
    }

    fn spot(&self, cell: usize) -> Spot {
        Spot::new(
            self.extent.x0 + cell % self.columns * self.stride,
            self.extent.y0 + cell / self.columns * self.stride,
        )
    }

    /// Works on; `true` when all samples have what there is for them.
    pub(super) fn step(&mut self, level: &Level, budget: &mut Budget) -> bool {
        let count = self.found.len();
        while self.sweep <= SWEEPS {
            while self.next < count {
                if !budget.open() {
                    return false;
                }
                let forward = self.sweep % 2 == 1;
                let cell = if forward { self.next } else { count - 1 - self.next };
                let tries = if self.sweep == 0 {
                    self.begin(level, cell)
                } else {
                    self.improve(level, cell, forward)
                };
                self.next += 1;
                budget.pay(1 + tries / 2);
            }
            self.sweep += 1;
            self.next = 0;
        }
        true
    }

    /// Gives a sample any match.
    fn begin(&mut self, level: &Level, cell: usize) -> usize {
        let at = self.spot(cell);
        if at.source_at(0, 0, level).is_none() {
            return 0;
        }
        let (width, height) = (level.width as u32, level.height as u32);
        for _ in 0..8 {
            let x = self.rng.below(width) as i32 - i32::from(at.x);
            let y = self.rng.below(height) as i32 - i32::from(at.y);
            if let Some(source) = far(at, x, y, level) {
                let price = self.metric.price(level, at, source, u32::MAX);
                self.found[cell] = Some(Found { dx: x, dy: y, price, chance: price });
                return 1;
            }
        }
        0
    }

    /// Looks for a better match for a sample: what its neighbours have, and chance.
    fn improve(&mut self, level: &Level, cell: usize, forward: bool) -> usize {
        let Some(mut best) = self.found[cell] else { return 0 };
        let at = self.spot(cell);
        let (column, row) = (cell % self.columns, cell / self.columns);
        let mut tries = 0;
        let mut consider = |best: &mut Found, dx: i32, dy: i32| {
            if let Some(source) = far(at, dx, dy, level) {
                tries += 1;
                let price = self.metric.price(level, at, source, best.price);
                if price < best.price {
                    *best = Found { dx, dy, price, ..*best };
                }
            }
        };
        let beside = if forward { column.checked_sub(1) } else { Some(column + 1) };
        let across = if forward { row.checked_sub(1) } else { Some(row + 1) };
        let beside = beside.filter(|&c| c < self.columns).map(|c| row * self.columns + c);
        let across = across.filter(|&r| r < self.rows).map(|r| r * self.columns + column);
        for neighbour in [beside, across].into_iter().flatten() {
            if let Some(theirs) = self.found[neighbour] {
                consider(&mut best, theirs.dx, theirs.dy);
            }
        }
        let mut radius = level.width.max(level.height) as i32 / 2;
        while radius >= 1 {
            let (dx, dy) = (self.rng.around(radius), self.rng.around(radius));
            let Found { dx: from_x, dy: from_y, .. } = best;
            consider(&mut best, from_x + dx, from_y + dy);
            radius /= 2;
        }
        self.found[cell] = Some(best);
        tries
    }

    /// The samples whose match says something, row by row.
    pub(super) fn telling(&self) -> Vec<Match> {
        let cells = self.found.iter().enumerate();
        cells
            .filter_map(|(cell, found)| {
                let found = found.filter(|f| f.price < f.chance / TELLING)?;
                Some(Match { at: self.spot(cell), dx: found.dx, dy: found.dy })
            })
            .collect()
    }
}

/// The patch that far from `at`, if it is a source and far enough.
fn far(at: Spot, dx: i32, dy: i32, level: &Level) -> Option<Spot> {
    if dx.abs().max(dy.abs()) < NEAREST { None } else { at.source_at(dx, dy, level) }
}
