//! The erase: from strokes to a result in the photo.

use super::{
    cancel::CancelToken,
    clock::{Cadence, now},
    open_photo::OpenPhoto,
    post,
};
use crate::{
    inpaint::{InpaintParams, Stage, WindowFill},
    protocol::{Event, Failure, FailureCode, JobId},
    raster::{
        Mask, Picture, Rect, ResultId, Size, Stroke, Window,
        codec::{self, EncodeParams, PngEffort},
        resample, windows,
    },
    synthesis::Step,
};

/// Longer side of a picture that is shown while a better one is made, in pixels.
const PREVIEW_SIDE: u32 = 720;

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
    /// How.
    pub(super) params: InpaintParams,
}

/// Fills every window of the mask, shows each as it gets better, and puts them into the photo when all are done.
/// A cancelled or failed erase leaves the photo as it was.
///
/// # Errors
/// `MaskEmpty` when the strokes cover no pixel of the photo, `Cancelled` when the token says so.
pub(super) async fn erase(
    open: &mut OpenPhoto,
    erase: Erase,
    token: &CancelToken,
) -> Result<(), Failure> {
    let started = now();
    let Erase { job, on, result, strokes, params } = erase;
    open.document.show(&on)?;
    let size = open.document.photo().size();
    let mask = Mask::rasterise(&strokes, size);
    if mask.is_empty() {
        return Err(Failure::new(FailureCode::MaskEmpty, "the strokes cover no pixel"));
    }
    let windows = windows(&mask, size);
    let mut progress = Progress::new(job, &windows);
    let mut parts: Vec<(Rect, Picture)> = Vec::with_capacity(windows.len());
    for window in &windows {
        token.breathe().await?;
        let mut fill = WindowFill::start(open.document.photo(), window, None, &params)?;
        loop {
            match fill.step() {
                Step::Done => break,
                Step::LevelDone { .. } => show(open, job, fill.rect(), &fill.picture()?, false)?,
                Step::Working => {}
            }
            progress.say(fill.progress());
            token.breathe().await?;
        }
        let picture = fill.picture()?;
        show(open, job, fill.rect(), &picture, true)?;
        parts.push((fill.rect(), picture));
        progress.window_done();
    }
    open.document.add(result, parts)?;
    let milliseconds = (now() - started) as u32;
    post::event(Event::Erased { job, provider: None, seed: params.seed, milliseconds });
    Ok(())
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
}

impl Progress {
    fn new(job: JobId, windows: &[Window]) -> Self {
        let areas = windows.iter().map(|window| window.rect.size().area()).collect();
        Self { job, areas, at: 0, cadence: Cadence::default() }
    }

    fn window_done(&mut self) {
        self.at += 1;
    }

    /// Tells the page, ten times a second at most.
    fn say(&self, within: f32) {
        if !self.cadence.is_due() {
            return;
        }
        let whole: u64 = self.areas.iter().sum();
        let before: u64 = self.areas[..self.at].iter().sum();
        let here = self.areas.get(self.at).copied().unwrap_or_default();
        let fraction = (before as f32 + here as f32 * within) / whole.max(1) as f32;
        post::event(Event::Progress {
            job: self.job,
            stage: Stage::Synthesise,
            region: u16::try_from(self.at + 1).unwrap_or(u16::MAX),
            regions: u16::try_from(self.areas.len()).unwrap_or(u16::MAX),
            fraction,
        });
    }
}
