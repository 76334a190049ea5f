//! One window on its way from a hole to its last picture, rung by rung.
//!
//! `Patch` is synthesis alone. `Guided` is the same until a model's picture comes; then the synthesis is done once
//! more, steered by that picture, and what it makes is the last one. `Model` is the model's picture alone. The ladder
//! never waits and knows nothing of models: whoever climbs it brings the guide, or says that none will come.

use thiserror::Error;

use super::{
    GuideStrength, InpaintParams,
    frame::{Frame, Sketch},
};
use crate::{
    raster::{Channels, CompositeError, Picture, Rect, Size, Window, convert},
    synthesis::{DEFAULT_WORK, Step, Synthesis, SynthesisError, SynthesisParams},
};

/// The share of the progress that is left for what comes after a guide.
const AFTER_GUIDE: f32 = 0.5;

/// The longest side of a window, in pixels, up to which a guide is followed as strongly as is asked.
///
/// Models see windows at some 256 pixels. In a window of twice that a guide still says where an edge runs; in a larger
/// one its edges are broad, and what follows them closely is blurred as they are.
const SHARP_GUIDE: f32 = 512.0;

/// Why a window cannot be filled.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FillError {
    /// The synthesis refused the window.
    #[error(transparent)]
    Synthesis(#[from] SynthesisError),
    /// The fill did not fit the window.
    #[error(transparent)]
    Composite(#[from] CompositeError),
    /// A model's picture was needed and none will come.
    #[error("there is no model to fill the window")]
    NoModel,
}

/// Which rungs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Synthesis alone.
    Patch,
    /// Synthesis, then synthesis steered by a model's picture.
    Guided,
    /// A model's picture alone.
    Model,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Climb {
    /// There is more to do.
    Working,
    /// [`Ladder::picture`] is better than before; there is more to do.
    Better,
    /// Nothing can be done before the guide comes, or the word that none will.
    Waiting,
    /// The picture is the last one. Further steps do nothing.
    Done,
}

/// A window that is being filled. It owns its pixels, so the photo may change or go meanwhile.
#[derive(Debug)]
pub struct Ladder {
    frame: Frame,
    route: Route,
    params: SynthesisParams,
    rung: Rung,
    /// Whether the guide, or the word that none will come, is still out.
    expects: bool,
    /// Levels from the finest that the picture on show lacks; `u32::MAX` while nothing is filled.
    lacks: u32,
    progress: f32,
    /// Progress before the present rung.
    floor: f32,
}

#[derive(Debug)]
enum Rung {
    Synthesis(Box<Synthesis>),
    /// Nothing to show yet.
    Nothing,
    /// The last picture, unless a guide is still to come.
    Filled(Picture),
}

impl Ladder {
    /// Begins to fill `window` of `photo`.
    ///
    /// # Errors
    /// [`FillError::Synthesis`] when the window cannot be synthesised.
    pub fn start(
        photo: &Picture,
        window: &Window,
        route: Route,
        params: &InpaintParams,
    ) -> Result<Self, FillError> {
        let frame = Frame::new(photo, window, params.feather);
        let params = SynthesisParams {
            seed: params.seed.0,
            guide_strength: followed(params.guide_strength, frame.photo().size()),
            ..SynthesisParams::default()
        };
        let rung = match route {
            Route::Patch | Route::Guided => synthesis(&frame, None, &params)?,
            Route::Model => Rung::Nothing,
        };
        let expects = route != Route::Patch;
        Ok(Self { frame, route, params, rung, expects, lacks: u32::MAX, progress: 0.0, floor: 0.0 })
    }

    /// Does a bounded amount of work, some 20 ms.
    ///
    /// # Errors
    /// [`FillError::NoModel`] when the route is a model's picture and none will come.
    pub fn step(&mut self) -> Result<Climb, FillError> {
        let Rung::Synthesis(synthesis) = &mut self.rung else {
            return match (&self.rung, self.expects) {
                (_, true) => Ok(Climb::Waiting),
                (Rung::Filled(_), false) => {
                    self.progress = 1.0;
                    Ok(Climb::Done)
                }
                (_, false) => Err(FillError::NoModel),
            };
        };
        let step = synthesis.step(DEFAULT_WORK);
        let share = if self.expects { AFTER_GUIDE } else { 1.0 };
        let within = self.floor + (share - self.floor).max(0.0) * synthesis.progress();
        self.progress = self.progress.max(within);
        let lacks = match step {
            Step::Working => return Ok(Climb::Working),
            Step::LevelDone { level, levels } => levels - level + 1,
            Step::Done => 0,
        };
        if step == Step::Done {
            // The last synthesis is left in place of its picture only while it works.
            if let Rung::Synthesis(done) = std::mem::replace(&mut self.rung, Rung::Nothing) {
                self.rung = Rung::Filled(done.into_picture());
            }
            if !self.expects {
                self.progress = 1.0;
                return Ok(Climb::Done);
            }
        }
        // A guided synthesis begins coarse again: what is on show stays until it is overtaken.
        if lacks < self.lacks {
            self.lacks = lacks;
            return Ok(Climb::Better);
        }
        Ok(Climb::Working)
    }

    /// Brings the model's picture of the window (RGB, the window's size), or the word that none will come. Once.
    ///
    /// # Errors
    /// [`FillError::Synthesis`] when the picture is not as large as the window.
    pub fn guide(&mut self, guide: Option<Picture>) -> Result<(), FillError> {
        if !std::mem::take(&mut self.expects) {
            return Ok(());
        }
        self.floor = self.progress;
        match (guide, self.route) {
            (Some(guide), Route::Guided) => {
                self.rung = synthesis(&self.frame, Some(guide), &self.params)?;
            }
            (Some(fill), Route::Model) => self.rung = Rung::Filled(fill),
            // The synthesis that is under way, or done, is the last one then.
            (None, _) => self.floor = 0.0,
            (Some(_), Route::Patch) => {}
        }
        Ok(())
    }

    /// A better fill of the window (RGB, the window's size) than all before becomes the last one.
    pub fn improve(&mut self, fill: Picture) {
        self.expects = false;
        self.rung = Rung::Filled(fill);
    }

    /// The share of the work that is done, 0..=1; it never falls.
    #[must_use]
    pub const fn progress(&self) -> f32 {
        self.progress
    }

    /// The photo inside the window and the hole in it, for a model.
    #[must_use]
    pub const fn question(&self) -> (&Picture, &Vec<u8>) {
        (self.frame.photo(), self.frame.hole())
    }

    /// What [`Ladder::picture`] shows, in photo pixels: all that this fill can change, and a rim around it.
    #[must_use]
    pub const fn rect(&self) -> Rect {
        self.frame.rect()
    }

    /// The photo inside [`Ladder::rect`] with the best fill so far in it, in the photo's own channels.
    /// Every pixel of weight 0 is the photo's, byte for byte.
    ///
    /// # Errors
    /// [`FillError::Composite`] when a model's picture was not as large as the window.
    pub fn picture(&self) -> Result<Picture, FillError> {
        Ok(match &self.rung {
            Rung::Synthesis(synthesis) => self.frame.with(&synthesis.picture())?,
            Rung::Filled(fill) => self.frame.with(fill)?,
            Rung::Nothing => self.frame.untouched(),
        })
    }

    /// What [`Ladder::picture`] shows, for a moment: of a large window that is not done a small copy, with sides of
    /// `most` pixels at most, made of the fill at the size that it has. `kept` is the rim around it, for the next one.
    ///
    /// # Errors
    /// [`FillError::Composite`] when a model's picture was not as large as the window.
    pub fn preview(&self, most: u32, kept: &mut Option<Sketch>) -> Result<Picture, FillError> {
        let Rect { width, height, .. } = self.rect();
        if let Rung::Synthesis(synthesis) = &self.rung
            && width.max(height) > most
            && let Some(fill) = synthesis.sketch()
        {
            return Ok(kept.get_or_insert_with(|| self.sketch(most)).with(&fill)?);
        }
        self.picture()
    }

    /// The photo inside the whole window with the best fill so far in it.
    ///
    /// # Errors
    /// [`FillError::Composite`] when a model's picture was not as large as the window.
    pub fn window(&self) -> Result<Picture, FillError> {
        Ok(match &self.rung {
            Rung::Synthesis(synthesis) => self.frame.whole(&synthesis.picture())?,
            Rung::Filled(fill) => self.frame.whole(fill)?,
            Rung::Nothing => self.frame.photo().clone(),
        })
    }

    /// A small copy of what [`Ladder::picture`] shows, with sides of `most` pixels at most, for fills that are shown
    /// for a moment.
    #[must_use]
    pub fn sketch(&self, most: u32) -> Sketch {
        self.frame.sketch(most)
    }
}

/// How strongly a guide is followed in a window of this size: the larger the window, the less.
fn followed(strength: GuideStrength, window: Size) -> f32 {
    let longest = window.width.max(window.height) as f32;
    strength.get() * (SHARP_GUIDE / longest).min(1.0)
}

fn synthesis(
    frame: &Frame,
    guide: Option<Picture>,
    params: &SynthesisParams,
) -> Result<Rung, FillError> {
    let photo = frame.photo();
    let channels = if photo.channels().has_alpha() { Channels::Rgba } else { Channels::Rgb };
    let window = convert(photo, channels);
    let synthesis = Synthesis::start(window, frame.hole().clone(), guide, params.clone())?;
    Ok(Rung::Synthesis(Box::new(synthesis)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{Mask, Point, Stroke, StrokeMode, windows};

    /// A grey photo with a dot, and the window around it.
    fn dotted() -> (Picture, Window) {
        let size = Size::new(96, 64);
        let mut photo = Picture::new(size, Channels::Grey, vec![100; size.pixels()]).expect("fits");
        photo.data_mut()[32 * 96 + 48] = 255;
        let points = vec![Point { x: 48.5, y: 32.5 }];
        let stroke = Stroke { mode: StrokeMode::Paint, radius: 5.0, points };
        let mask = Mask::rasterise([&stroke], size);
        let window = windows(&mask, size).remove(0);
        (photo, window)
    }

    fn ladder(route: Route) -> Ladder {
        let (photo, window) = dotted();
        Ladder::start(&photo, &window, route, &InpaintParams::default()).expect("fits")
    }

    fn flat(value: u8) -> Picture {
        let (_, window) = dotted();
        let size = window.rect.size();
        Picture::new(size, Channels::Rgb, vec![value; 3 * size.pixels()]).expect("fits")
    }

    /// Climbs until there is nothing to do; how often the picture got better.
    fn climb(ladder: &mut Ladder) -> (Climb, u32) {
        let mut better = 0;
        let mut progress = ladder.progress();
        loop {
            let climb = ladder.step().expect("climbs");
            assert!(ladder.progress() >= progress);
            progress = ladder.progress();
            match climb {
                Climb::Better => better += 1,
                Climb::Working => {}
                Climb::Waiting | Climb::Done => return (climb, better),
            }
        }
    }

    #[test]
    fn patch_fills_a_dot_and_leaves_the_rim_alone() {
        let mut ladder = ladder(Route::Patch);
        assert_eq!(climb(&mut ladder).0, Climb::Done);
        assert_eq!(ladder.progress(), 1.0);
        let picture = ladder.picture().expect("fits");
        assert_eq!(picture.size(), ladder.rect().size());
        assert_eq!(picture.channels(), Channels::Grey);
        assert!(picture.data().iter().all(|&value| value == 100));
    }

    #[test]
    fn a_sketch_is_a_small_copy_with_a_fill_in_it() {
        let ladder = ladder(Route::Patch);
        let size = ladder.rect().size();
        // Small enough as it is: the same as the picture, though the fill comes at another size.
        let fill = Picture::new(Size::new(5, 4), Channels::Rgb, vec![7; 60]).expect("fits");
        let picture = ladder.sketch(1_000).with(&fill).expect("fits");
        assert_eq!((picture.size(), picture.channels()), (size, Channels::Grey));
        let exact = ladder.frame.with(&flat(7)).expect("fits");
        assert_eq!(picture, exact);
        let small = ladder.sketch(20).with(&fill).expect("fits");
        assert_eq!(small.size().width.max(small.size().height), 20);
        assert_eq!(small.data()[0], 100);
        assert!(small.data().contains(&7));
    }

    #[test]
    fn a_preview_of_a_large_window_is_small() {
        let mut ladder = ladder(Route::Patch);
        while ladder.step() != Ok(Climb::Better) {}
        let mut rim = None;
        let small = ladder.preview(20, &mut rim).expect("fits");
        assert_eq!(small.size().width.max(small.size().height), 20);
        assert!(small.data().iter().all(|&value| value == 100), "the dot is gone");
        assert!(rim.is_some());
        assert_eq!(ladder.preview(1_000, &mut None), ladder.picture());
    }

    #[test]
    fn without_a_guide_the_synthesis_is_the_last_picture() {
        let mut plain = ladder(Route::Patch);
        climb(&mut plain);
        for early in [true, false] {
            let mut guided = ladder(Route::Guided);
            if !early {
                assert_eq!(climb(&mut guided).0, Climb::Waiting);
                assert!(guided.progress() < 1.0);
            }
            guided.guide(None).expect("takes it");
            assert_eq!(climb(&mut guided).0, Climb::Done);
            assert_eq!(guided.progress(), 1.0);
            assert_eq!(guided.picture(), plain.picture());
        }
    }

    #[test]
    fn a_guide_starts_a_last_synthesis_that_shows_nothing_worse() {
        let mut guided = ladder(Route::Guided);
        let (waiting, better) = climb(&mut guided);
        assert_eq!(waiting, Climb::Waiting);
        assert!(better >= 1);
        guided.guide(Some(flat(100))).expect("takes it");
        assert_eq!(climb(&mut guided), (Climb::Done, 0));
        let picture = guided.picture().expect("fits");
        assert!(picture.data().iter().all(|&value| value.abs_diff(100) <= 1));
    }

    #[test]
    fn the_larger_the_window_the_less_a_guide_is_followed() {
        let strength = GuideStrength::new(0.5).expect("between 0 and 1");
        let sides = [(96, 64), (512, 512), (700, 1024), (2048, 100)];
        let followed = sides.map(|(width, height)| followed(strength, Size::new(width, height)));
        assert_eq!(followed, [0.5, 0.5, 0.25, 0.125]);
    }

    #[test]
    fn a_model_alone_is_its_picture() {
        let mut ladder = ladder(Route::Model);
        assert_eq!(climb(&mut ladder).0, Climb::Waiting);
        assert_eq!(ladder.picture(), Ok(dotted().0.crop(ladder.rect())));
        ladder.guide(Some(flat(7))).expect("takes it");
        assert_eq!(climb(&mut ladder).0, Climb::Done);
        let picture = ladder.picture().expect("fits");
        let rect = ladder.rect();
        let dot = (32 - rect.y) * rect.width + 48 - rect.x;
        assert_eq!(picture.data()[dot as usize], 7);
        assert_eq!(picture.data()[0], 100);
    }

    #[test]
    fn a_model_alone_that_does_not_come_is_an_error() {
        let mut ladder = ladder(Route::Model);
        ladder.guide(None).expect("takes it");
        assert_eq!(ladder.step(), Err(FillError::NoModel));
    }

    #[test]
    fn a_guide_of_another_size_is_refused() {
        let mut ladder = ladder(Route::Guided);
        let small = Picture::zeros(Size::new(3, 3), Channels::Rgb);
        assert!(matches!(ladder.guide(Some(small)), Err(FillError::Synthesis(_))));
    }
}
