//! The erase: from strokes to a result in the photo.

use super::{
    cancel::CancelToken,
    clock::{Cadence, now},
    diffusion::Diffusion,
    guide::Runtime,
    open_photo::OpenPhoto,
    pending::Pending,
    post,
    times::Times,
    turn::pause,
};
use crate::{
    inpaint::{Climb, InpaintParams, Ladder, Route, Stage},
    protocol::{Event, Failure, FailureCode, JobId, ModelChoice, Provider},
    raster::{
        Mask, Picture, Rect, ResultId, Size, Stroke, Window,
        codec::{self, EncodeParams, PngEffort},
        resample, windows,
    },
};

/// Longer side of a picture that is shown while a better one is made, in pixels.
const PREVIEW_SIDE: u32 = 720;

/// How long an erase that has its picture waits for a model that is still on its way over the network, in
/// milliseconds since it began.
const LOADING_PATIENCE: f64 = 20_000.0;
/// How long to sleep while there is nothing to do but to wait, in milliseconds.
const NAP: i32 = 15;
/// A run of the model is expected to take this long, in milliseconds; only an estimate is shown by it.
const USUAL_RUN: f64 = 1_000.0;

/// What is to be erased.
pub(super) struct Erase {
    /// The job.
    pub(super) job: JobId,
    /// Results that are in the photo.
    pub(super) on: Vec<ResultId>,
    /// Name of the new one.
    pub(super) result: ResultId,
    /// The mask.
    pub(super) strokes: Vec<Stroke>,
    /// What fills it.
    pub(super) model: ModelChoice,
    /// How.
    pub(super) params: InpaintParams,
}

/// Fills every window of the mask, shows each as it gets better, and puts them into the photo when all are done.
/// A cancelled or failed erase leaves the photo as it was.
///
/// # Errors
/// `MaskEmpty` when the strokes cover no pixel of the photo, `Cancelled` when the token says so, and what the runtime
/// says when a model alone was chosen and cannot be run.
pub(super) async fn erase(
    open: &mut OpenPhoto,
    erase: Erase,
    runtime: &Runtime,
    token: &CancelToken,
) -> Result<(), Failure> {
    let started = now();
    let Erase { job, on, result, strokes, model, params } = erase;
    open.document.show(&on)?;
    let size = open.document.photo().size();
    let mask = Mask::rasterise(&strokes, size);
    if mask.is_empty() {
        return Err(Failure::new(FailureCode::MaskEmpty, "the strokes cover no pixel"));
    }
    let windows = windows(&mask, size);
    let mut times = Times::default();
    let diffusion = Diffusion::of(model, runtime, job, &params, token).await?;
    // A model that works in steps begins with what the quickest way makes.
    let model = if diffusion.is_some() { ModelChoice::Auto } else { model };
    let share = if diffusion.is_some() { Diffusion::QUICK } else { 1.0 };
    let mut progress = Progress::new(job, &windows, share);
    let mut parts: Vec<(Rect, Picture)> = Vec::with_capacity(windows.len());
    let mut waiting: Vec<Ladder> = Vec::new();
    let mut guides =
        Guides { runtime, job, started, model, provider: None, noticed: false, times: &mut times };
    for window in &windows {
        token.breathe().await?;
        let mut ladder = Ladder::start(open.document.photo(), window, guides.route(), &params)?;
        guides.climb(open, &mut ladder, &mut progress, token).await?;
        if diffusion.is_some() {
            show(open, job, ladder.rect(), &ladder.picture()?, false)?;
            waiting.push(ladder);
        } else {
            parts.push(guides.settle(open, &ladder)?);
        }
        progress.window_done();
    }
    if let Some(diffusion) = diffusion {
        guides.times.add("quick", now() - started);
        let improved =
            diffusion.improve(open, &mut waiting, (&mut progress, token), guides.times).await;
        match improved {
            Ok(improved) => {
                guides.provider = Some(improved.provider);
                if let Some(degraded) = improved.degraded {
                    guides.notice(degraded);
                }
            }
            Err(failure) if failure.code == FailureCode::Cancelled => return Err(failure),
            // What the quickest way made is there.
            Err(failure) => guides.notice(failure),
        }
        for ladder in &waiting {
            parts.push(guides.settle(open, ladder)?);
        }
    }
    let provider = guides.provider;
    open.document.add(result, parts)?;
    let total = now() - started;
    let timings = times.json(total, post::own_heap());
    let milliseconds = total as u32;
    post::event(Event::Erased { job, provider, seed: params.seed, milliseconds, timings });
    Ok(())
}

/// Climbs the ladders of one erase and brings them their guides.
struct Guides<'a> {
    runtime: &'a Runtime,
    job: JobId,
    started: f64,
    model: ModelChoice,
    /// What a graph ran on, once one has.
    provider: Option<Provider>,
    /// Whether the person was told that something is missing; once is enough.
    noticed: bool,
    times: &'a mut Times,
}

impl Guides<'_> {
    const fn route(&self) -> Route {
        match self.model {
            ModelChoice::Patch => Route::Patch,
            // What failed for one window is not waited for again.
            ModelChoice::Auto if self.noticed && self.provider.is_none() => Route::Patch,
            ModelChoice::Auto => Route::Guided,
            ModelChoice::Model(_) => Route::Model,
        }
    }

    async fn climb(
        &mut self,
        open: &OpenPhoto,
        ladder: &mut Ladder,
        progress: &mut Progress,
        token: &CancelToken,
    ) -> Result<(), Failure> {
        let mut guide = match (self.route(), self.model.model()) {
            (Route::Patch, _) | (_, None) => None,
            (Route::Guided | Route::Model, Some(id)) => {
                Some(Pending::ask(self.runtime, id, ladder))
            }
        };
        let mut rim = None;
        loop {
            if let Some(answer) = guide.as_mut().and_then(Pending::poll) {
                guide = None;
                match answer {
                    Ok(answer) => {
                        if let Some(degraded) = answer.degraded {
                            self.notice(degraded);
                        }
                        self.provider = Some(answer.provider);
                        self.times.add("run", answer.milliseconds);
                        self.times.run(answer.milliseconds);
                        ladder.guide(Some(answer.picture))?;
                    }
                    Err(failure) => self.without(ladder, failure)?,
                }
            }
            match ladder.step()? {
                Climb::Done => return Ok(()),
                Climb::Better => {
                    let better = ladder.preview(PREVIEW_SIDE, &mut rim)?;
                    show(open, self.job, ladder.rect(), &better, false)?;
                    progress.say(Stage::Synthesise, ladder.progress());
                }
                Climb::Working => progress.say(Stage::Synthesise, ladder.progress()),
                Climb::Waiting => {
                    self.wait(ladder, progress, guide.as_ref()).await;
                    if self.is_late() {
                        guide = None;
                        let late = "the model is still on its way";
                        self.without(ladder, Failure::new(FailureCode::ModelLate, late))?;
                    }
                }
            }
            token.breathe().await?;
        }
    }

    /// The last picture of a window, shown, and where it lies.
    fn settle(&mut self, open: &OpenPhoto, ladder: &Ladder) -> Result<(Rect, Picture), Failure> {
        let started = now();
        let picture = ladder.picture()?;
        show(open, self.job, ladder.rect(), &picture, true)?;
        self.times.add("composite", now() - started);
        Ok((ladder.rect(), picture))
    }

    /// Goes on without a model where that is possible.
    fn without(&mut self, ladder: &mut Ladder, failure: Failure) -> Result<(), Failure> {
        if matches!(self.model, ModelChoice::Model(_)) {
            return Err(failure);
        }
        self.notice(failure);
        Ok(ladder.guide(None)?)
    }

    fn notice(&mut self, failure: Failure) {
        if !std::mem::replace(&mut self.noticed, true) {
            post::event(Event::Notice { job: self.job, failure });
        }
    }

    /// Whether a picture that is good enough waits for a model that may take minutes to come.
    fn is_late(&self) -> bool {
        self.model == ModelChoice::Auto
            && !self.is_prepared()
            && now() - self.started > LOADING_PATIENCE
    }

    /// Whether the model that is asked can be run without loading anything.
    fn is_prepared(&self) -> bool {
        self.model.model().is_some_and(|id| self.runtime.is_prepared(&id))
    }

    /// Sleeps a little and says how far the loading is, or how far a run that cannot say so itself might be.
    async fn wait(&self, ladder: &Ladder, progress: &mut Progress, guide: Option<&Pending<'_>>) {
        let done = ladder.progress();
        let loading = self.runtime.loading();
        if let (false, Some(stage)) = (self.is_prepared(), loading.stage) {
            progress.say(stage, done + 0.1 * loading.fraction);
        } else if let Some(guide) = guide {
            // Comes near the end of its share and never reaches it.
            let guessed = 1.0 - (-(now() - guide.asked()) / USUAL_RUN).exp();
            progress.say(Stage::Run, done + 0.1 + 0.1 * guessed as f32);
        }
        pause(NAP).await;
    }
}

/// Sends a picture of `rect` to the page.
fn show(
    open: &OpenPhoto,
    job: JobId,
    rect: Rect,
    picture: &Picture,
    last: bool,
) -> Result<(), Failure> {
    let png = shown_as(open, rect, picture, last)?;
    post::event_with_bytes(&png, |picture| Event::Painted { job, rect, picture, last });
    Ok(())
}

/// Sends a picture of `rect` as it would be after a step of so many; it may have fewer pixels.
pub(super) fn show_step(
    open: &OpenPhoto,
    job: JobId,
    rect: Rect,
    picture: &Picture,
    (step, steps): (u16, u16),
) -> Result<(), Failure> {
    let png = shown_as(open, rect, picture, false)?;
    post::event_with_bytes(&png, |picture| Event::Stepped { job, step, steps, rect, picture });
    Ok(())
}

/// The PNG of a picture of `rect`; of a large one that is not the last a smaller copy.
fn shown_as(
    open: &OpenPhoto,
    rect: Rect,
    picture: &Picture,
    last: bool,
) -> Result<Vec<u8>, Failure> {
    let longer = rect.width.max(rect.height);
    let small;
    let shown = if last || longer <= PREVIEW_SIDE {
        picture
    } else {
        let scaled = |side: u32| {
            (u64::from(side) * u64::from(PREVIEW_SIDE) / u64::from(longer)).max(1) as u32
        };
        small = resample(picture, Size::new(scaled(rect.width), scaled(rect.height)));
        &small
    };
    Ok(codec::encode(shown, open.icc.as_deref(), &EncodeParams::Png(PngEffort::Preview))?)
}

/// Progress over all windows, each weighed by its paint.
pub(super) struct Progress {
    job: JobId,
    areas: Vec<u64>,
    /// The part of the whole that filling all windows is.
    share: f32,
    at: usize,
    cadence: Cadence,
    said: f32,
}

impl Progress {
    fn new(job: JobId, windows: &[Window], share: f32) -> Self {
        let areas = windows.iter().map(|window| window.rect.size().area()).collect();
        Self { job, areas, share, at: 0, cadence: Cadence::default(), said: 0.0 }
    }

    fn window_done(&mut self) {
        self.at += 1;
    }

    /// Tells the page, ten times a second at most, how far the window at hand is.
    fn say(&mut self, stage: Stage, within: f32) {
        let whole: u64 = self.areas.iter().sum();
        let before: u64 = self.areas[..self.at].iter().sum();
        let here = self.areas.get(self.at).copied().unwrap_or_default();
        let fraction = (before as f32 + here as f32 * within) / whole.max(1) as f32 * self.share;
        self.tell_at_times(stage, self.at, fraction);
    }

    /// As [`Self::tell`], ten times a second at most: every word has the page drawn anew, beside the work.
    pub(super) fn tell_at_times(&mut self, stage: Stage, window: usize, fraction: f32) {
        if self.cadence.is_due() {
            self.tell(stage, window, fraction);
        }
    }

    /// Tells the page that so much of the whole job is done, and which window is next.
    pub(super) fn tell(&mut self, stage: Stage, window: usize, fraction: f32) {
        // An estimate may have run ahead.
        self.said = self.said.max(fraction.min(1.0));
        post::event(Event::Progress {
            job: self.job,
            stage,
            region: u16::try_from(window + 1).unwrap_or(u16::MAX),
            regions: u16::try_from(self.areas.len()).unwrap_or(u16::MAX),
            fraction: self.said,
        });
    }
}
