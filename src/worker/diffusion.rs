//! A model that works in steps improves a window that a quicker way has filled.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use super::{
    cancel::CancelToken,
    clock::now,
    erase::{Progress, show_step},
    guide::{Model, RemoteGraph, Runtime},
    open_photo::OpenPhoto,
    times::Times,
    turn::pause,
};
use crate::{
    diffusion::Start,
    inpaint::{
        Denoising, FillError, GraphError, InpaintParams, Ladder, Preview, Question, Sketch, Stage,
        unet_batch,
    },
    manifest::{Contract, LatentDiffusion, ModelId, Role},
    protocol::{Failure, FailureCode, JobId, ModelChoice, Provider},
    raster::Rect,
};

/// How long to sleep between two looks at how far a download is, in milliseconds.
const NAP: i32 = 100;

/// Longer side of a look, in pixels: it is as blurred as a latent is coarse.
const LOOK_SIDE: u32 = 360;

/// The three graphs.
const ROLES: [Role; 3] = [Role::VaeEncoder, Role::Unet, Role::VaeDecoder];
/// Shares of the whole progress at which stages end.
const ENCODED: f32 = 0.2;
const DENOISED: f32 = 0.9;

/// A model of this family, and what one erase wants of it.
pub(super) struct Diffusion<'a> {
    runtime: &'a Runtime,
    job: JobId,
    model: ModelId,
    contract: LatentDiffusion,
    params: InpaintParams,
    /// How many members the UNet's batches have, if that is always the same.
    batch: Option<u64>,
}

/// What came of all windows.
pub(super) struct Improved {
    pub(super) provider: Provider,
    /// What the person should know about that.
    pub(super) degraded: Option<Failure>,
}

impl<'a> Diffusion<'a> {
    /// The share of the progress that the quicker way has.
    pub(super) const QUICK: f32 = 0.1;

    /// The chosen model, if it is one of this family.
    ///
    /// # Errors
    /// `Cancelled`. That a model is unknown is told by whoever asks for it next.
    pub(super) async fn of(
        choice: ModelChoice,
        runtime: &'a Runtime,
        job: JobId,
        params: &InpaintParams,
        token: &CancelToken,
    ) -> Result<Option<Self>, Failure> {
        let ModelChoice::Model(model) = choice else { return Ok(None) };
        let described = token.unless_cancelled(runtime.describe(&model)).await?;
        Ok(match described {
            Ok(Contract::LatentDiffusion(contract)) => {
                let batch = unet_batch(&params.diffusion);
                Some(Self { runtime, job, model, contract, params: *params, batch })
            }
            Ok(_) | Err(_) => None,
        })
    }

    /// Encodes what the ladders have made, denoises and decodes: all windows by one graph before the next one, so
    /// that each is loaded once. One graph at a time is in memory unless there is room for all or the settings keep
    /// them.
    ///
    /// # Errors
    /// `Cancelled`, or what the runtime says when a graph cannot be loaded or run. Windows that were done are better
    /// all the same.
    pub(super) async fn improve(
        &self,
        open: &OpenPhoto,
        ladders: &mut [Ladder],
        (progress, token): (&mut Progress, &CancelToken),
        times: &mut Times,
    ) -> Result<Improved, Failure> {
        let windows = ladders.len().max(1) as f32;
        progress.tell(Stage::Load, 0, Self::QUICK);
        let started = now();
        let stays = self.fetched(progress, token).await?.stays;
        let settings = &self.params.diffusion;
        let keeps = settings.keep_graphs || (stays && !settings.one_by_one);
        times.add("fetch", now() - started);

        let mut graph = self.graph((Role::VaeEncoder, keeps), token, times).await?;
        let mut latents = Vec::with_capacity(ladders.len());
        for (at, ladder) in ladders.iter().enumerate() {
            let done = at as f32 / windows;
            progress.tell(Stage::Encode, at, Self::QUICK + (ENCODED - Self::QUICK) * done);
            let question = self.question(ladder)?;
            let started = now();
            let encoded = token.unless_cancelled(question.encode(&mut graph.remote)).await?;
            latents.push(graph.heard(encoded)?);
            times.add("encode", now() - started);
        }
        graph.account(times);

        progress.tell(Stage::Load, 0, ENCODED);
        let mut graph = self.graph((Role::Unet, keeps), token, times).await?;
        let mut pace = Pace::default();
        for (at, (ladder, latent)) in ladders.iter().zip(&mut latents).enumerate() {
            let (mut look, mut sketch) = (None, None);
            while latent.done() < latent.steps() && !token.is_enough() {
                let done = (at as f32 + latent.done() as f32 / latent.steps() as f32) / windows;
                progress.tell_at_times(Stage::Denoise, at, ENCODED + (DENOISED - ENCODED) * done);
                let started = now();
                let stepped = {
                    let mut stepping = pin!(latent.step(&mut graph.remote));
                    // The question is sent off by the first poll.
                    let early =
                        poll_fn(|context| Poll::Ready(stepping.as_mut().poll(context))).await;
                    // The graph runs in the other instance: there is time to draw.
                    if let Some(look) = look.take() {
                        let started = now();
                        let sketch = sketch.get_or_insert_with(|| ladder.sketch(LOOK_SIDE));
                        self.show(open, ladder.rect(), sketch, &look)?;
                        pace.took(now() - started);
                    }
                    match early {
                        Poll::Ready(stepped) => stepped,
                        Poll::Pending => token.unless_cancelled(stepping).await?,
                    }
                };
                graph.heard(stepped)?;
                times.step(now() - started);
                look = pace.is_due().then(|| Look::at(latent)).flatten();
                token.breathe().await?;
            }
            if let Some(look) = Look::at(latent) {
                let sketch = sketch.unwrap_or_else(|| ladder.sketch(LOOK_SIDE));
                self.show(open, ladder.rect(), &sketch, &look)?;
            }
        }
        graph.account(times);

        progress.tell(Stage::Load, 0, DENOISED);
        let mut graph = self.graph((Role::VaeDecoder, keeps), token, times).await?;
        for (at, (ladder, latent)) in ladders.iter_mut().zip(&latents).enumerate() {
            // Whoever has had enough before the first step has what the quicker way made.
            if latent.done() == 0 {
                continue;
            }
            progress.tell(Stage::Decode, at, DENOISED + (1.0 - DENOISED) * at as f32 / windows);
            let started = now();
            let decoded = token.unless_cancelled(latent.decode(&mut graph.remote)).await?;
            ladder.improve(graph.heard(decoded)?);
            times.add("decode", now() - started);
        }
        graph.account(times);
        if !keeps {
            token.unless_cancelled(self.runtime.hold(&self.model, &[], None)).await??;
        }
        Ok(Improved { provider: graph.provider, degraded: graph.degraded })
    }

    /// Has the model's files brought in, and says how far they are.
    async fn fetched(
        &self,
        progress: &mut Progress,
        token: &CancelToken,
    ) -> Result<Model, Failure> {
        let mut prepared = pin!(self.runtime.prepare(&self.model));
        loop {
            let mut nap = pin!(pause(NAP));
            let next = poll_fn(|context| match prepared.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(Some(done)),
                Poll::Pending => nap.as_mut().poll(context).map(|()| None),
            });
            if let Some(done) = token.unless_cancelled(next).await? {
                return done;
            }
            let loading = self.runtime.loading();
            if let Some(stage) = loading.stage {
                progress.tell(stage, 0, Self::QUICK * (1.0 + 0.5 * loading.fraction));
            }
        }
    }

    fn question(&self, ladder: &Ladder) -> Result<Question, Failure> {
        let (photo, hole) = ladder.question();
        let question = match self.params.diffusion.start {
            Start::Filled => Question::new(&self.contract, &self.params, &ladder.window()?, hole),
            Start::Photo | Start::Noise => Question::new(&self.contract, &self.params, photo, hole),
        };
        question.map_err(|error| unusable(&error))
    }

    fn show(
        &self,
        open: &OpenPhoto,
        rect: Rect,
        sketch: &Sketch,
        look: &Look,
    ) -> Result<(), Failure> {
        let picture = sketch.with(&look.preview.picture()).map_err(FillError::from)?;
        show_step(open, self.job, rect, &picture, look.step)
    }

    /// One graph, ready to run, and the others freed unless they are kept.
    async fn graph(
        &self,
        (role, keeps): (Role, bool),
        token: &CancelToken,
        times: &mut Times,
    ) -> Result<Held, Failure> {
        let one = [role];
        let roles = if keeps { ROLES.as_slice() } else { &one };
        let held = self.runtime.hold(&self.model, roles, self.batch);
        let held = token.unless_cancelled(held).await??;
        times.made(&held.made);
        times.runtime_heap = times.runtime_heap.max(held.heap);
        let remote = RemoteGraph::new(self.runtime.clone(), self.model, role);
        Ok(Held { remote, provider: held.provider, degraded: held.degraded })
    }
}

/// When to show how a window would look: ten times a second at most, and in no more than a twentieth of the time.
#[derive(Default)]
struct Pace {
    next: f64,
}

impl Pace {
    fn is_due(&self) -> bool {
        now() >= self.next
    }

    /// A look was shown, which took so many milliseconds.
    fn took(&mut self, milliseconds: f64) {
        self.next = now() + (20.0 * milliseconds).max(100.0);
    }
}

/// How a window would look if it were decoded now.
struct Look {
    preview: Preview,
    /// Which step of how many.
    step: (u16, u16),
}

impl Look {
    fn at(latent: &Denoising) -> Option<Self> {
        // A run has a hundred steps at most.
        let step = (latent.done() as u16, latent.steps() as u16);
        latent.preview().map(|preview| Self { preview, step })
    }
}

/// A graph that can be run.
struct Held {
    remote: RemoteGraph,
    provider: Provider,
    degraded: Option<Failure>,
}

impl Held {
    /// What a run came to, in the words of the border where those say more.
    fn heard<T>(&mut self, done: Result<T, GraphError>) -> Result<T, Failure> {
        done.map_err(|error| self.remote.failure.take().unwrap_or_else(|| unusable(&error)))
    }

    fn account(&mut self, times: &mut Times) {
        times.run(std::mem::take(&mut self.remote.milliseconds));
    }
}

fn unusable(error: &GraphError) -> Failure {
    Failure::new(FailureCode::ModelRun, error.to_string())
}
