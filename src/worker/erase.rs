//! The erase: from strokes to a result in the photo.

use super::{
    cancel::CancelToken,
    clock::{Cadence, now},
    guide::Runtime,
    open_photo::OpenPhoto,
    pending::Pending,
    post,
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
    let mut progress = Progress::new(job, &windows);
    let mut parts: Vec<(Rect, Picture)> = Vec::with_capacity(windows.len());
    let mut guides = Guides { runtime, job, started, model, provider: None, noticed: false };
    for window in &windows {
        token.breathe().await?;
        let mut ladder = Ladder::start(open.document.photo(), window, guides.route(), &params)?;
        guides.climb(open, &mut ladder, &mut progress, token).await?;
        let picture = ladder.picture()?;
        show(open, job, ladder.rect(), &picture, true)?;
        parts.push((ladder.rect(), picture));
        progress.window_done();
    }
    let provider = guides.provider;
    open.document.add(result, parts)?;
    let milliseconds = (now() - started) as u32;
    post::event(Event::Erased { job, provider, seed: params.seed, milliseconds });
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
        loop {
            if let Some(answer) = guide.as_mut().and_then(Pending::poll) {
                guide = None;
                match answer {
                    Ok(answer) => {
                        if let Some(degraded) = answer.degraded {
                            self.notice(degraded);
                        }
                        self.provider = Some(answer.provider);
                        ladder.guide(Some(answer.picture))?;
                    }
                    Err(failure) => self.without(ladder, failure)?,
                }
            }
            match ladder.step()? {
                Climb::Done => return Ok(()),
                Climb::Better => {
                    show(open, self.job, ladder.rect(), &ladder.picture()?, false)?;
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
    let png = codec::encode(shown, open.icc.as_deref(), &EncodeParams::Png(PngEffort::Preview))?;
    post::event_with_bytes(&png, |picture| Event::Painted { job, rect, picture, last });
    Ok(())
}

/// Progress over all windows, each weighed by its paint.
struct Progress {
    job: JobId,
    areas: Vec<u64>,
    at: usize,
    cadence: Cadence,
    said: f32,
}

impl Progress {
    fn new(job: JobId, windows: &[Window]) -> Self {
        let areas = windows.iter().map(|window| window.rect.size().area()).collect();
        Self { job, areas, at: 0, cadence: Cadence::default(), said: 0.0 }
    }

    fn window_done(&mut self) {
        self.at += 1;
    }

    /// Tells the page, ten times a second at most.
    fn say(&mut self, stage: Stage, within: f32) {
        if !self.cadence.is_due() {
            return;
        }
        let whole: u64 = self.areas.iter().sum();
        let before: u64 = self.areas[..self.at].iter().sum();
        let here = self.areas.get(self.at).copied().unwrap_or_default();
        let fraction = (before as f32 + here as f32 * within) / whole.max(1) as f32;
        // An estimate may have run ahead.
        self.said = self.said.max(fraction.min(1.0));
        post::event(Event::Progress {
            job: self.job,
            stage,
            region: u16::try_from(self.at + 1).unwrap_or(u16::MAX),
            regions: u16::try_from(self.areas.len()).unwrap_or(u16::MAX),
            fraction: self.said,
        });
    }
}
