//! What the editor knows: one set of fields, and the rules by which they change.

use leptos::prelude::untrack;
use serde::{Deserialize, Serialize};

use super::{field::Field, messages, pages::Page, shelf::Models};
use crate::{
    diffusion::DiffusionParams,
    inpaint::Stage,
    protocol::{ExportFormat, FailureCode, ModelChoice, Provider},
    raster::{
        Edit, History, Mask, Point, ResultId, Size, Stroke, StrokeMode, count_windows, within,
    },
};

use super::models::ListedModel;

/// Longest side of the picture on which regions are counted, in pixels.
const COUNTED_AT: u32 = 1024;

/// Smallest and largest brush, in CSS pixels across.
pub(crate) const BRUSH_RANGE: (u16, u16) = (4, 240);

/// Where the editor stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Phase {
    /// No photo.
    #[default]
    Empty,
    /// A file is being read.
    Opening,
    /// A photo is there and waits for the brush or for Erase.
    Ready,
    /// An erase runs.
    Running(Run),
    /// The last erase came to its end and nothing happened since.
    Done,
    /// The last erase or file failed and nothing happened since.
    Failed,
}

/// An erase on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    /// What it will be.
    pub(crate) result: ResultId,
    /// How many strokes of the history are its mask; later ones are for the next.
    pub(crate) strokes: usize,
    /// Whether it is the last erase once more, in another way; its strokes are that erase's then.
    pub(crate) again: bool,
}

impl Phase {
    /// The word in `data-state`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Empty | Self::Opening => "empty",
            Self::Ready => "ready",
            Self::Running(_) => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether the photo is not to be worked on now: it is being erased from, or another file is on its way.
    pub(crate) const fn is_busy(self) -> bool {
        matches!(self, Self::Opening | Self::Running(_))
    }

    /// The erase that runs.
    pub(crate) const fn run(self) -> Option<Run> {
        match self {
            Self::Running(run) => Some(run),
            Self::Empty | Self::Opening | Self::Ready | Self::Done | Self::Failed => None,
        }
    }
}

/// The open photo, as the page speaks of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Photo {
    pub(crate) name: String,
    pub(crate) size: Size,
    pub(crate) extension: String,
    /// Whether the file says where it was taken.
    pub(crate) has_place: bool,
}

/// A photo that was kept from another time and can be gone on with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Offer {
    pub(crate) name: String,
    /// URL of a small picture; empty when there is none.
    pub(crate) thumbnail: String,
}

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Progress {
    pub(crate) stage: Stage,
    pub(crate) region: u16,
    pub(crate) regions: u16,
    /// 0..=1.
    pub(crate) fraction: f32,
}

/// What the last erase took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    pub(crate) provider: Option<Provider>,
    pub(crate) milliseconds: u32,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    /// None for good news.
    pub(crate) code: Option<FailureCode>,
    pub(crate) words: String,
    /// Whether it offers to undo.
    pub(crate) undo: bool,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

/// What a person chose, kept by the browser.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) theme: Theme,
    /// Diameter in CSS pixels.
    pub(crate) brush: u16,
    pub(crate) run_on_release: bool,
    pub(crate) model: ModelChoice,
    pub(crate) format: ExportFormat,
    pub(crate) diffusion: DiffusionParams,
    /// Of the last erase, or of the next where it is locked.
    pub(crate) seed: u32,
    pub(crate) seed_locked: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            brush: 48,
            run_on_release: false,
            model: ModelChoice::default(),
            format: ExportFormat::default(),
            diffusion: DiffusionParams::default(),
            seed: 1,
            seed_locked: false,
        }
    }
}

impl Settings {
    /// Takes a brush size, brought into its range.
    pub(crate) fn set_brush(&mut self, diameter: f64) {
        let (least, most) = BRUSH_RANGE;
        self.brush = within(diameter.round(), f64::from(least), f64::from(most)) as u16;
    }
}

/// All that the editor knows.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    /// The page that is shown.
    pub(crate) page: Field<Page>,
    pub(crate) phase: Field<Phase>,
    pub(crate) photo: Field<Option<Photo>>,
    pub(crate) history: Field<History>,
    pub(crate) progress: Field<Option<Progress>>,
    /// Which step of how many is done, while an erase goes on in steps.
    pub(crate) step: Field<Option<(u16, u16)>>,
    /// How many places of the photo the strokes would change, counted a moment after they were painted.
    pub(crate) regions: Field<usize>,
    /// How far saving is; none while nothing is saved.
    pub(crate) saving: Field<Option<f32>>,
    pub(crate) timing: Field<Option<Timing>>,
    /// Stages of the last erase in JSON, for those who look.
    pub(crate) timings: Field<String>,
    /// Results of the same paint, the last erase's among them.
    pub(crate) variants: Field<Vec<ResultId>>,
    /// Models that can be chosen; empty until they are known.
    pub(crate) models: Field<Vec<ListedModel>>,
    pub(crate) notice: Field<Option<Notice>>,
    pub(crate) mode: Field<StrokeMode>,
    pub(crate) settings: Field<Settings>,
    pub(crate) comparing: Field<bool>,
    /// Whether a file is being dragged over the page.
    pub(crate) dragging: Field<bool>,
    /// Device pixels for one photo pixel, in percent.
    pub(crate) zoom: Field<u32>,
    /// Whether the part is here that the editor begins without.
    pub(crate) has_rest: Field<bool>,
    /// What is heard and not seen: what the keyboard changed, and how far a run is.
    pub(crate) spoken: Field<String>,
    /// What was kept from another time.
    pub(crate) offer: Field<Option<Offer>>,
    /// Whether this photo's place is saved, too. Asked anew for each photo.
    pub(crate) keep_gps: Field<bool>,
    /// What is known of models.
    pub(crate) shelf: Models,
}

impl Editor {
    pub(crate) fn new() -> Self {
        Self {
            shelf: Models::new(),
            page: Field::default(),
            phase: Field::default(),
            photo: Field::default(),
            history: Field::default(),
            progress: Field::default(),
            step: Field::default(),
            regions: Field::default(),
            saving: Field::default(),
            timing: Field::default(),
            timings: Field::default(),
            variants: Field::default(),
            models: Field::default(),
            notice: Field::default(),
            mode: Field::new(StrokeMode::Paint),
            settings: Field::default(),
            comparing: Field::default(),
            dragging: Field::default(),
            zoom: Field::new(100),
            has_rest: Field::default(),
            spoken: Field::default(),
            offer: Field::default(),
            keep_gps: Field::default(),
        }
    }

    /// The strokes that are painted for the next erase, and the results that are in the photo.
    pub(crate) fn shown(self) -> (Vec<Stroke>, Vec<ResultId>) {
        let run = self.phase.get().run();
        self.history.with(|history| {
            let strokes = history.strokes().skip(run.map_or(0, |run| run.strokes));
            (
                strokes.cloned().collect(),
                history.results().chain(run.map(|run| run.result)).collect(),
            )
        })
    }

    /// Whether Erase would do something.
    pub(crate) fn can_erase(self) -> bool {
        !self.phase.get().is_busy() && self.history.with(History::has_paint)
    }

    /// Whether undo would do something: what a running erase works on stays.
    pub(crate) fn can_undo(self) -> bool {
        let run = self.phase.get().run();
        self.history.with(|history| match run {
            Some(run) => history.strokes().count() > run.strokes,
            None => history.can_undo(),
        })
    }

    /// Whether redo would do something.
    pub(crate) fn can_redo(self) -> bool {
        self.phase.get().run().is_none() && self.history.with(History::can_redo)
    }

    /// Whether there are strokes to clear.
    pub(crate) fn can_clear(self) -> bool {
        self.phase.get().run().is_none()
            && self.history.with(|history| history.strokes().next().is_some())
    }

    /// Counts how many places of the photo the strokes would change, on a small copy of the mask.
    pub(crate) fn count_regions(self) -> usize {
        let size = self.photo.with_untracked(|photo| photo.as_ref().map(|photo| photo.size));
        let Some(size) = size.filter(|_| untrack(|| self.can_erase())) else {
            return 0;
        };
        let shrink = COUNTED_AT as f32 / size.width.max(size.height).max(COUNTED_AT) as f32;
        let shrunk = |length: u32| ((length as f32 * shrink) as u32).max(1);
        let small = Size::new(shrunk(size.width), shrunk(size.height));
        let strokes: Vec<Stroke> = self.history.with_untracked(|history| {
            let scaled = |point: &Point| Point { x: point.x * shrink, y: point.y * shrink };
            let small = |stroke: &Stroke| Stroke {
                mode: stroke.mode,
                // A stroke that is finer than a pixel of the copy still is a stroke.
                radius: match stroke.mode {
                    StrokeMode::Paint => (stroke.radius * shrink).max(0.75),
                    StrokeMode::Unpaint => stroke.radius * shrink,
                },
                points: stroke.points.iter().map(scaled).collect(),
            };
            history.strokes().map(small).collect()
        });
        count_windows(&Mask::rasterise(&strokes, small), small)
    }

    /// A stroke begins: what was said about the last erase is old.
    pub(crate) fn began(self) {
        self.notice.set(None);
        if matches!(self.phase.get_untracked(), Phase::Done | Phase::Failed) {
            self.phase.set(Phase::Ready);
        }
    }

    /// A stroke was painted.
    pub(crate) fn painted(self, stroke: Stroke) {
        self.history.update(|history| history.push(Edit::Stroke { stroke }));
    }

    /// Takes the last edit back.
    pub(crate) fn undo(self) {
        if untrack(|| self.can_undo()) {
            self.edited(|history| {
                history.undo();
            });
        }
    }

    /// Does the last undone edit again.
    pub(crate) fn redo(self) {
        if untrack(|| self.can_redo()) {
            self.edited(|history| {
                history.redo();
            });
        }
    }

    /// Takes all strokes away.
    pub(crate) fn clear(self) {
        if untrack(|| self.can_clear()) {
            self.edited(|history| history.push(Edit::Clear));
        }
    }

    fn edited(self, edit: impl FnOnce(&mut History)) {
        self.history.update(edit);
        self.began();
    }

    /// A file is being read. The photo that is open stays until it is known to be a picture.
    pub(crate) fn opening(self) {
        self.progress.set(None);
        self.step.set(None);
        self.saving.set(None);
        self.notice.set(None);
        self.phase.set(Phase::Opening);
    }

    /// A photo is open.
    pub(crate) fn opened(self, photo: Photo) {
        self.progress.set(None);
        self.timing.set(None);
        self.timings.set(String::new());
        self.variants.set(Vec::new());
        self.history.set(History::default());
        self.keep_gps.set(false);
        self.photo.set(Some(photo));
        self.phase.set(Phase::Ready);
    }

    /// The photo is closed.
    pub(crate) fn closed(self) {
        self.progress.set(None);
        self.step.set(None);
        self.saving.set(None);
        self.timing.set(None);
        self.notice.set(None);
        self.history.set(History::default());
        self.photo.set(None);
        self.phase.set(Phase::Empty);
    }

    /// A file was refused; the photo that was open before is still there.
    pub(crate) fn refused(self, code: FailureCode, words: String) {
        self.progress.set(None);
        self.notice.set(Some(Notice { code: Some(code), words, undo: false }));
        let open = self.photo.with_untracked(Option::is_some);
        match self.phase.get_untracked() {
            Phase::Opening if open => self.phase.set(Phase::Ready),
            Phase::Opening | Phase::Empty => self.phase.set(Phase::Failed),
            Phase::Ready | Phase::Running(_) | Phase::Done | Phase::Failed => {}
        }
    }

    /// An erase began.
    pub(crate) fn started(self, run: Run) {
        self.notice.set(None);
        self.progress.set(None);
        self.step.set(None);
        if !run.again {
            self.variants.set(Vec::new());
        }
        self.phase.set(Phase::Running(run));
    }

    /// The running erase came to its end. Strokes painted meanwhile are for the next.
    /// `code` says what it had to do without.
    pub(crate) fn erased(self, timing: Timing, code: Option<FailureCode>, words: String) {
        let Some(run) = self.phase.get_untracked().run() else { return };
        self.variants.update(|variants| variants.push(run.result));
        let alone = self.history.update(|history| {
            let later: Vec<Stroke> = history.strokes().skip(run.strokes).cloned().collect();
            for _ in &later {
                history.undo();
            }
            if run.again {
                history.exchange(run.result);
            } else {
                history.push(Edit::Erase { result: run.result });
            }
            let alone = later.is_empty();
            for stroke in later {
                history.push(Edit::Stroke { stroke });
            }
            alone
        });
        self.progress.set(None);
        self.step.set(None);
        self.timing.set(Some(timing));
        // With a stroke on top, Undo takes the stroke.
        self.notice.set(Some(Notice { code, words, undo: alone }));
        self.phase.set(Phase::Done);
    }

    /// The running erase was stopped; its strokes are still there.
    pub(crate) fn stopped(self) {
        self.progress.set(None);
        self.step.set(None);
        let again = self.phase.get_untracked().run().is_some_and(|run| run.again);
        self.phase.set(if again { Phase::Done } else { Phase::Ready });
    }

    /// Which of the results of the same paint is on show, from 1, and of how many; none while there is nothing to
    /// make again.
    pub(crate) fn variant(self) -> Option<(usize, usize)> {
        if self.phase.get().is_busy() {
            return None;
        }
        let last = self.history.with(|history| history.last_erase().map(|(result, _)| result))?;
        self.variants.with(|variants| {
            let at = variants.iter().position(|variant| *variant == last)?;
            Some((at + 1, variants.len()))
        })
    }

    /// Shows the result so many places on in the place of the one that is shown.
    pub(crate) fn leaf(self, by: isize) {
        let Some((at, of)) = untrack(|| self.variant()) else { return };
        let next = (at as isize - 1 + by).rem_euclid(of as isize) as usize;
        let next = self.variants.with_untracked(|variants| variants.get(next).copied());
        if let Some(next) = next {
            self.history.update(|history| history.exchange(next));
        }
    }

    /// Something failed. The photo, if there is one, is as it was, and what goes on besides goes on.
    pub(crate) fn failed(self, code: FailureCode, words: String) {
        self.notice.set(Some(Notice { code: Some(code), words, undo: false }));
        if !self.phase.get_untracked().is_busy() {
            self.phase.set(Phase::Failed);
        }
    }

    /// A part of the page did not come. What is open stays as it is.
    pub(crate) fn unfetched(self) {
        let (code, words) = (Some(FailureCode::PartUnfetched), messages::UNFETCHED.to_owned());
        self.notice.set(Some(Notice { code, words, undo: false }));
    }

    /// Something good to know, behind what was said just before.
    pub(crate) fn say_too(self, words: &str) {
        let before = self.notice.get_untracked().filter(|notice| notice.code.is_none());
        self.say(match before {
            Some(before) => [&before.words, " ", words].concat(),
            None => words.to_owned(),
        });
    }

    /// Something good to know.
    pub(crate) fn say(self, words: String) {
        self.notice.set(Some(Notice { code: None, words, undo: false }));
    }
}

#[cfg(test)]
mod tests;
