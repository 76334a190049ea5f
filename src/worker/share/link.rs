//! Makes a link that carries a picture: the best one that fits.

use super::{codec::Codec, qr::qr, sketch};
use crate::{
    inpaint::Stage,
    protocol::{Event, Failure, FailureCode, JobId, Link},
    raster::{Picture, ResultId, codec::Limits, resample},
    share::{Budget, Choice, Fragment, Payload, Recipe, Search, Step, Trial, ssim},
    worker::{
        cancel::CancelToken, clock::Cadence, failures::internal, open_photo::OpenPhoto, parts, post,
    },
};

/// A search takes about so many encodings; only the progress goes by it.
const USUAL_TRIALS: f32 = 14.0;

/// What is to be linked.
pub(in crate::worker) struct LinkJob {
    /// The job.
    pub(in crate::worker) job: JobId,
    /// Results that are in the photo.
    pub(in crate::worker) on: Vec<ResultId>,
    /// The most characters of the whole link.
    pub(in crate::worker) characters: u32,
    /// What stands before the `#`.
    pub(in crate::worker) address: String,
    /// Address of the codec's script.
    pub(in crate::worker) codec: String,
    /// Whether it shows what was there before.
    pub(in crate::worker) before: bool,
    /// What it tells of how it was made.
    pub(in crate::worker) steps: Vec<Step>,
}

/// Makes the link and sends it to the page.
///
/// # Errors
/// `LinkTooShort` when no picture fits, `CodecLoad` when the codec does not come, `Cancelled` when the token says so.
pub(in crate::worker) async fn link(
    open: &mut OpenPhoto,
    link: LinkJob,
    token: &CancelToken,
) -> Result<(), Failure> {
    let LinkJob { job, on, characters, address, codec, before, steps } = link;
    let progress = |fraction| {
        post::event(Event::Progress { job, stage: Stage::Encode, region: 0, regions: 0, fraction });
    };
    progress(0.0);
    // The codec comes over the network while the photo is made small, the first time.
    let loading = Codec::begin(&codec);
    token.breathe().await?;
    let sketch = sketch::sketch(open, &on, before)?;
    let codec = loading.loaded().await?;
    token.breathe().await?;

    let photo = sketch.photo();
    let recipe = (!steps.is_empty()).then(|| Recipe::for_link(photo, steps));
    let budget = Budget::bytes_of(characters as usize, address.chars().count());
    let mut search = Search::new(photo, budget);
    let mut tried: Option<(Trial, Payload)> = None;
    let mut best: Option<(Trial, Payload)> = None;
    let (cadence, mut trials) = (Cadence::default(), 0.0);
    loop {
        match search.next() {
            Choice::Encode(trial) => {
                let payload = encode(&codec, sketch, trial, recipe.as_ref()).await?;
                let bytes = payload.encode().len();
                let longest = tried.as_ref().filter(|(held, _)| held.size == trial.size);
                if bytes <= budget && longest.is_none_or(|(held, _)| held.quality < trial.quality) {
                    tried = Some((trial, payload));
                }
                search.encoded(bytes);
            }
            Choice::Judge(trial) => {
                let held = tried.take().filter(|(held, _)| *held == trial);
                let (_, payload) = held.ok_or_else(|| internal("a trial was lost"))?;
                search.judged(likeness(&sketch.seen, &payload).await?);
                best = Some((trial, payload)).filter(|_| search.is_best(trial)).or(best);
            }
            Choice::Done(_) => break,
        }
        trials += 1.0;
        if cadence.is_due() {
            progress(1.0 - (-trials / USUAL_TRIALS).exp());
        }
        token.breathe().await?;
    }
    let (_, payload) = best.ok_or_else(|| {
        Failure::new(FailureCode::LinkTooShort, format!("no picture fits into {budget} bytes"))
    })?;
    let bytes = payload.encode().len() as u64;
    let fragment = Fragment::Inline(Box::new(payload)).to_text();
    let qr = qr(&[address.as_str(), "#", &fragment].concat());
    post::event(Event::Linked { job, link: Link { fragment, qr }, bytes });
    Ok(())
}

async fn encode(
    codec: &Codec,
    sketch: &sketch::Sketch,
    trial: Trial,
    recipe: Option<&Recipe>,
) -> Result<Payload, Failure> {
    let after = sketch.after(trial.size);
    let picture = codec.encode(&after, trial.quality).await?;
    let mut before = Vec::new();
    for (part, there) in sketch.before(&after) {
        before.push(sketch::patch(part, codec.encode(&there, trial.quality).await?));
    }
    Ok(Payload { picture, before, recipe: recipe.cloned() })
}

/// How much what arrives looks like what was sent, both as large as people see them.
async fn likeness(seen: &Picture, payload: &Payload) -> Result<f64, Failure> {
    let decoded = parts::decode(&payload.picture.to_webp(), &Limits::default()).await?;
    Ok(ssim(seen, &resample(&decoded.picture, seen.size())))
}
