//! Fills a hole with patches of the photo's own pixels, with or without a guide.
//!
//! Multi-scale patch synthesis: the window is halved again and again; on the smallest size every patch that touches
//! the hole looks for the known patch most like it, the hole is filled by a vote of the patches found, and both are
//! repeated; then the field of matches is doubled and the same is done at twice the size (Wexler and others, 2007;
//! PatchMatch, Barnes and others, 2009; texture channels, Newson and others, 2014). A source that many patches take
//! becomes dearer, or a few pixels at the rim would fill a whole lake. On one level of moderate size what is known is
//! compared with itself: where it repeats, as bricks and tiles do, the fill is brought into step with that (He and Sun,
//! 2012; Huang and others, 2014). A last step evens out the brightness of the copied patches.
//!
//! It is a stepper: [`Synthesis::start`] only takes the pictures, and each [`Synthesis::step`] does a bounded amount
//! of work. The same seed gives the same bytes on every machine, however the work is cut: comparisons are integer
//! arithmetic, sums of floats have a fixed order, and transcendental functions come from `libm`.

mod boxsum;
mod budget;
mod check;
mod distance;
mod features;
mod field;
mod finish;
mod flat;
mod in_step;
mod likeness;
mod multigrid;
mod params;
mod plane;
mod preview;
mod pyramid;
mod repeats;
mod rng;
mod search;
mod solve;
mod start;
mod vote;

pub use check::{CHECK_DIGEST, check_digest};
pub use params::{DEFAULT_WORK, MAX_SIDE, SynthesisError, SynthesisParams};

use crate::raster::{Channels, Picture};
use budget::Budget;
use features::{Packer, Packing, Raw};
use field::Field;
use finish::Finish;
use flat::Flat;
use likeness::Matching;
use pyramid::{Halving, Level, Marking};
use rng::Rng;
use solve::{Effort, Solve};

/// What a step of a synthesis came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    Working,
    /// A level is filled, and [`Synthesis::picture`] is better than before; there is more to do.
    LevelDone {
        /// How many levels are filled, from 1.
        level: u32,
        /// How many there are.
        levels: u32,
    },
    /// The picture is complete. Further steps do nothing.
    Done,
}

/// A fill in the making. It owns all it needs.
#[derive(Debug)]
pub struct Synthesis {
    window: Picture,
    hole: Vec<u8>,
    guide: Option<Picture>,
    params: SynthesisParams,
    packing: Packing,
    rng: Rng,
    /// From the window's own size to ever smaller ones.
    levels: Vec<Level>,
    stage: Stage,
    /// The finest level that is filled.
    shown: Option<usize>,
    /// Work done and work that is expected in all, in units of [`Budget`].
    done: u64,
    expected: u64,
    progress: f32,
}

#[derive(Debug)]
enum Stage {
    Pack(Packer),
    Mark(Marking),
    Halve(Halving),
    Solve(usize, Box<Solve>),
    Finish(Box<Field>, Box<Finish>),
    Flat(Flat),
    Done,
}

impl Synthesis {
    /// Takes a window and the hole to fill in it; the work is done by [`Synthesis::step`].
    ///
    /// `window` is RGB or RGBA, each side 1 to [`MAX_SIDE`] pixels. `hole` has one byte for each of its pixels, row
    /// by row, and every pixel whose byte is not zero is filled, whatever it held. `guide` is an RGB picture of the
    /// window's size that shows what should be there: blurry, but right in structure and colour. Only what it
    /// shows inside the hole matters.
    ///
    /// With RGBA, colours are compared and copied premultiplied by alpha, and alpha is a channel like any other:
    /// what a fully transparent pixel would look like never shows, and the fill of a transparent neighbourhood is
    /// transparent. A filled pixel of alpha 0 has colour 0.
    ///
    /// A hole without any known pixel around it is filled with the guide, or else with the window's mean colour.
    ///
    /// # Errors
    /// [`SynthesisError`] when sizes or channels do not fit together or a parameter is out of range.
    pub fn start(
        window: Picture,
        hole: Vec<u8>,
        guide: Option<Picture>,
        params: SynthesisParams,
    ) -> Result<Self, SynthesisError> {
        params.check()?;
        let size = window.size();
        if size.is_empty() || size.width > MAX_SIDE || size.height > MAX_SIDE {
            return Err(SynthesisError::WindowSize { width: size.width, height: size.height });
        }
        if !matches!(window.channels(), Channels::Rgb | Channels::Rgba) {
            return Err(SynthesisError::WindowChannels { got: window.channels() });
        }
        if hole.len() != size.pixels() {
            return Err(SynthesisError::HoleLength { want: size.pixels(), got: hole.len() });
        }
        if let Some(guide) = &guide
            && (guide.size() != size || guide.channels() != Channels::Rgb)
        {
            return Err(SynthesisError::Guide {
                want_width: size.width,
                want_height: size.height,
                got_width: guide.size().width,
                got_height: guide.size().height,
                got_channels: guide.channels(),
            });
        }
        let packing = Packing::new(window.channels().has_alpha(), guide.is_some(), &params);
        let level = Level::new(size.width as usize, size.height as usize);
        // Until the levels are known: packing them, and as much again for each pixel of the window.
        let expected = 4 * size.area();
        Ok(Self {
            rng: Rng::new(params.seed),
            window,
            hole,
            guide,
            params,
            packing,
            levels: vec![level],
            stage: Stage::Pack(Packer::new()),
            shown: None,
            done: 0,
            expected,
            progress: 0.0,
        })
    }

    /// Does at most about `work` units of work; [`DEFAULT_WORK`] takes some 20 ms. Returns early when a level is
    /// filled. How the work is cut into steps never changes the result.
    pub fn step(&mut self, work: u32) -> Step {
        let mut budget = Budget::new(work);
        let step = self.work(&mut budget);
        self.done += budget.spent();
        let fraction = (self.done as f64 / self.expected.max(1) as f64) as f32;
        self.progress =
            if step == Step::Done { 1.0 } else { self.progress.max(fraction.min(0.99)) };
        step
    }

    /// The share of the work that is done, 0 to 1; it never falls, and is 1 exactly when all is done.
    #[must_use]
    pub fn progress(&self) -> f32 {
        self.progress
    }

    /// The window with the best fill so far; known pixels are those of the window, byte for byte. Before the first
    /// [`Step::LevelDone`] it is the window as it was given. A coarse fill is enlarged smoothly.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let mut picture = self.window.clone();
        if let Some(index) = self.shown
            && !matches!(self.stage, Stage::Done)
        {
            preview::enlarge(
                self.packing,
                &self.levels[0],
                &self.levels[index],
                index,
                &mut picture,
            );
        }
        picture
    }

    /// The window at the size of the finest level that is filled, with that fill in it: what is known is as coarse as
    /// the fill. `None` before the first [`Step::LevelDone`], and after [`Step::Done`].
    #[must_use]
    pub fn sketch(&self) -> Option<Picture> {
        let level = self.levels.get(self.shown?)?;
        Some(preview::as_it_is(self.packing, level))
    }

    /// The same as [`Synthesis::picture`], without a copy.
    #[must_use]
    pub fn into_picture(self) -> Picture {
        if matches!(self.stage, Stage::Done) { self.window } else { self.picture() }
    }

    /// Works until the budget is spent or there is something to say.
    fn work(&mut self, budget: &mut Budget) -> Step {
        while budget.open() {
            match &mut self.stage {
                Stage::Pack(packer) => {
                    let raw =
                        Raw { window: &self.window, hole: &self.hole, guide: self.guide.as_ref() };
                    if packer.step(self.packing, raw, &mut self.levels[0], budget) {
                        self.hole = Vec::new();
                        self.stage = if self.levels[0].missing == 0 {
                            Stage::Done
                        } else {
                            Stage::Mark(Marking::new(&mut self.levels[0]))
                        };
                    }
                }
                Stage::Mark(marking) => {
                    let index = self.levels.len() - 1;
                    if marking.step(&mut self.levels[index], budget) {
                        self.stage = self.after_marking();
                    }
                }
                Stage::Halve(halving) => {
                    if halving.step(&self.levels[self.levels.len() - 1], budget)
                        && let Stage::Halve(halving) =
                            std::mem::replace(&mut self.stage, Stage::Done)
                    {
                        let mut level = halving.into_level();
                        let marking = Marking::new(&mut level);
                        self.levels.push(level);
                        self.stage = Stage::Mark(marking);
                    }
                }
                Stage::Solve(index, solve) => {
                    let index = *index;
                    if solve.step(self.packing, &mut self.levels[index], &mut self.rng, budget) {
                        self.stage = self.after_level(index);
                        let levels = self.levels.len() as u32;
                        return Step::LevelDone { level: levels - index as u32, levels };
                    }
                }
                Stage::Finish(field, finish) => {
                    if finish.step(self.packing, &self.levels[0], field, &mut self.window, budget) {
                        self.stage = Stage::Done;
                    }
                }
                Stage::Flat(flat) => {
                    if flat.step(
                        self.packing,
                        &self.levels[0],
                        self.guide.as_ref(),
                        &mut self.window,
                        budget,
                    ) {
                        self.stage = Stage::Done;
                    }
                }
                Stage::Done => {
                    self.levels = Vec::new();
                    self.guide = None;
                    return Step::Done;
                }
            }
        }
        Step::Working
    }

    /// The level just marked is the coarsest, is too coarse, or calls for another.
    fn after_marking(&mut self) -> Stage {
        let index = self.levels.len() - 1;
        let level = &mut self.levels[index];
        if index > 0 && !level.is_rich() {
            self.levels.pop();
            return self.begin();
        }
        if index == 0 && !level.is_rich() && level.reach > 0 {
            // Little is known: smaller patches find more places to come from.
            level.reach -= 1;
            return Stage::Mark(Marking::new(level));
        }
        if level.sources > 0 && level.can_halve() {
            return Stage::Halve(Halving::new(level));
        }
        self.begin()
    }

    /// All levels are there: starts on the coarsest.
    fn begin(&mut self) -> Stage {
        let index = self.levels.len() - 1;
        if self.levels[0].sources == 0 {
            return Stage::Flat(Flat::default());
        }
        self.guide = None;
        let work: u64 = self
            .levels
            .iter()
            .enumerate()
            .map(|(at, level)| Effort::new(at, at == index, level).work(level.targets))
            .sum();
        let search: usize = (0..index).map(|at| likeness::samples(&self.levels, at)).sum();
        let work = work + Matching::work(search);
        self.expected = self.done + work + Finish::work(&self.levels[0]);
        Stage::Solve(index, Box::new(Solve::new(index, &self.levels[index], None, 0, &self.params)))
    }

    /// Goes on below a level that is filled.
    fn after_level(&mut self, index: usize) -> Stage {
        self.shown = Some(index);
        let field = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Solve(_, solve) => solve.into_field(),
            _ => None,
        };
        let Some(field) = field else { return Stage::Done };
        if index > 0 {
            // Levels above this one are not looked at any more.
            let coarser = Some((&self.levels[index], field));
            let index = index - 1;
            let samples = likeness::samples(&self.levels, index);
            let solve = Solve::new(index, &self.levels[index], coarser, samples, &self.params);
            Stage::Solve(index, Box::new(solve))
        } else {
            let finish = Finish::new(&field);
            Stage::Finish(Box::new(field), Box::new(finish))
        }
    }
}
