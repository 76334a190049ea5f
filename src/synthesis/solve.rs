//! One level from its start to its last vote.

use super::budget::Budget;
use super::distance::Metric;
use super::features::Packing;
use super::field::{Field, Seeding, Survey};
use super::in_step::InStep;
use super::likeness::Matching;
use super::params::SynthesisParams;
use super::pyramid::{FILLED, HOLE, Level};
use super::repeats::{Consensus, Measuring};
use super::rng::Rng;
use super::search::{BETTER_BY, Sweep, reprice};
use super::start::Start;
use super::vote::{Weighing, vote};

/// How much is done on a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort {
    /// Rounds of search and vote.
    rounds: u32,
    /// Sweeps of search in a round.
    sweeps: u32,
    /// Reach of the first random try, in pixels.
    radius: i32,
}

impl Effort {
    /// The effort for level number `index` (0 is the finest) with `targets` patches to fill.
    ///
    /// Coarse levels decide what goes where and are cheap; finer ones refine what was decided. Where targets are
    /// many, effort shrinks as their number grows, so that time stays about linear in the hole.
    pub(super) fn new(index: usize, coarsest: bool, level: &Level) -> Self {
        let long = level.width.max(level.height) as i32;
        let (rounds, sweeps) = match index {
            _ if coarsest => (16, 3),
            0 => (3, 2),
            1 => (5, 2),
            _ => (16, 2),
        };
        match level.targets {
            0..=60_000 => Self { rounds, sweeps, radius: long },
            60_001..=250_000 => {
                Self { rounds: rounds.min(3), sweeps: sweeps.min(2), radius: long.min(64) }
            }
            250_001..=1_000_000 => Self { rounds: rounds.min(2), sweeps: 1, radius: long.min(32) },
            _ => Self { rounds: 1, sweeps: 1, radius: if coarsest { long } else { 8 } },
        }
    }

    /// About how much work this is for so many targets, in units of [`Budget`].
    pub(super) fn work(self, targets: usize) -> u64 {
        let tries = u64::from(self.radius.unsigned_abs().max(1).ilog2()) + 2;
        let round = u64::from(self.sweeps) * (1 + tries / 2) + 7;
        targets as u64 * (u64::from(self.rounds) * round + 5)
    }
}

/// How sharp the last vote of the finest level is: sharper than the others, so that texture survives.
const LAST_SHARPNESS: f32 = 2.0;

/// A level being solved.
#[derive(Debug)]
pub(super) struct Solve {
    effort: Effort,
    params: SynthesisParams,
    /// How many samples to take of what is known, to see what repeats; 0 on most levels.
    samples: usize,
    metric: Metric,
    index: usize,
    round: u32,
    stage: Stage,
    coarser: Option<Field>,
    coarser_shape: (usize, usize, usize),
    field: Option<Field>,
}

#[derive(Debug)]
enum Stage {
    Survey(Survey),
    Start(Start),
    Seed(Seeding),
    Match(Matching),
    Agree(Consensus),
    Measure(Measuring),
    Move(InStep),
    Copy { row: usize },
    Reprice { next: usize },
    Sweep { number: u32, next: usize },
    Weigh(Weighing),
    Vote { row: usize },
}

impl Solve {
    /// For level number `index`; `coarser` is the level above with its field, `None` for the coarsest. What repeats
    /// is looked for in `samples` samples.
    pub(super) fn new(
        index: usize,
        level: &Level,
        coarser: Option<(&Level, Field)>,
        samples: usize,
        params: &SynthesisParams,
    ) -> Self {
        let effort = Effort::new(index, coarser.is_none(), level);
        let (shape, coarser) = match coarser {
            Some((above, field)) => ((above.width, above.height, above.reach), Some(field)),
            None => ((0, 0, 0), None),
        };
        Self {
            effort,
            params: params.clone(),
            samples,
            metric: Metric::new(level, params),
            index,
            round: 0,
            stage: Stage::Survey(Survey::new(level)),
            coarser,
            coarser_shape: shape,
            field: None,
        }
    }

    /// The solved field.
    pub(super) fn into_field(self) -> Option<Field> {
        self.field
    }

    /// Works on; `true` when the level is filled.
    pub(super) fn step(
        &mut self,
        packing: Packing,
        level: &mut Level,
        rng: &mut Rng,
        budget: &mut Budget,
    ) -> bool {
        while budget.open() {
            if let Some(next) = self.advance(packing, level, rng, budget) {
                match next {
                    Some(stage) => self.stage = stage,
                    None => return true,
                }
            }
        }
        false
    }

    /// Works on the present stage. `None`: it goes on; otherwise the stage that follows, if any.
    fn advance(
        &mut self,
        packing: Packing,
        level: &mut Level,
        rng: &mut Rng,
        budget: &mut Budget,
    ) -> Option<Option<Stage>> {
        if let Stage::Survey(survey) = &mut self.stage {
            if !survey.step(level, budget) {
                return None;
            }
            let next = match self.coarser.take() {
                Some(coarse) => Stage::Seed(Seeding::double(coarse, self.coarser_shape)),
                None => Stage::Start(Start::new(level)),
            };
            if let Stage::Survey(survey) = std::mem::replace(&mut self.stage, next) {
                self.field = Some(survey.into_field());
            }
            return None;
        }
        let field = self.field.as_mut()?;
        let done = match &mut self.stage {
            Stage::Survey(_) => true,
            Stage::Start(start) => start.step(packing, level, field, budget),
            Stage::Seed(seeding) => seeding.step(level, field, rng, budget),
            Stage::Match(matching) => matching.step(level, budget),
            Stage::Agree(consensus) => consensus.step(budget),
            Stage::Measure(measuring) => measuring.step(level, budget),
            Stage::Move(in_step) => in_step.step(level, field, budget),
            Stage::Copy { row } => copy_start(level, field, row, budget),
            Stage::Reprice { next } => {
                reprice(level, &self.metric, field, (next, self.round == 0), budget)
            }
            Stage::Sweep { number, next } => {
                let sweep = Sweep {
                    forward: (*number + self.round).is_multiple_of(2),
                    radius: self.effort.radius,
                    better_by: if self.index <= 1 { BETTER_BY } else { 0 },
                };
                sweep.step(level, &self.metric, field, rng, next, budget)
            }
            Stage::Weigh(weighing) => weighing.step(field, budget),
            Stage::Vote { row } => vote(level, field, row, budget),
        };
        if !done {
            return None;
        }
        let last = self.round + 1 == self.effort.rounds;
        Some(match &self.stage {
            Stage::Survey(_) | Stage::Start(_) => Some(Stage::Seed(Seeding::random())),
            Stage::Seed(Seeding::Double { .. }) if self.samples > 0 => {
                Some(Stage::Match(Matching::new(level, self.samples, &self.params)))
            }
            Stage::Match(matching) => {
                Some(Stage::Agree(Consensus::new(matching.telling(), level, self.params.seed)))
            }
            Stage::Agree(consensus) => Some(match consensus.found() {
                Some(repeats) => {
                    let metric = Metric::new(level, &self.params);
                    Stage::Measure(Measuring::new(repeats.clone(), metric))
                }
                None => Stage::Copy { row: 0 },
            }),
            Stage::Measure(measuring) => Some(match measuring.found() {
                Some(repeats) => Stage::Move(InStep::new(repeats.clone(), level)),
                None => Stage::Copy { row: 0 },
            }),
            Stage::Seed(Seeding::Double { .. }) | Stage::Move(_) => Some(Stage::Copy { row: 0 }),
            Stage::Seed(Seeding::Random { .. }) | Stage::Copy { .. } => {
                Some(Stage::Reprice { next: 0 })
            }
            Stage::Reprice { .. } => Some(Stage::Sweep { number: 0, next: 0 }),
            Stage::Sweep { number, .. } if number + 1 < self.effort.sweeps => {
                Some(Stage::Sweep { number: number + 1, next: 0 })
            }
            Stage::Sweep { .. } => {
                let sharpness = if self.index == 0 && last { LAST_SHARPNESS } else { 1.0 };
                Some(Stage::Weigh(Weighing::new(sharpness)))
            }
            Stage::Weigh(_) => Some(Stage::Vote { row: 0 }),
            Stage::Vote { .. } => {
                self.round += 1;
                (!last).then_some(Stage::Reprice { next: 0 })
            }
        })
    }
}

/// Starts a finer level with a copy of what the doubled field names, which is sharp where an enlarged fill is not.
fn copy_start(level: &mut Level, field: &Field, row: &mut usize, budget: &mut Budget) -> bool {
    while *row < field.region.height() {
        if !budget.open() {
            return false;
        }
        let y = field.region.y0 + *row;
        for x in field.region.x0..field.region.x1 {
            let at = y * level.width + x;
            if level.marks[at] & HOLE == 0 {
                continue;
            }
            let (cx, cy) = level.nearest_centre(x, y);
            let target = field.index(cx, cy);
            let source = field.sources[target];
            let from =
                (usize::from(source.y) + y - cy) * level.width + usize::from(source.x) + x - cx;
            let copied = level.pixels[from];
            // What repeats is known better than any guide knows it.
            let channels = if field.in_step[target] { copied.len() } else { FILLED };
            level.pixels[at][..channels].copy_from_slice(&copied[..channels]);
        }
        *row += 1;
        budget.pay(field.region.width() / 10);
    }
    true
}
