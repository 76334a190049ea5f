//! One erase as the worker does it: windows, ladders, the model's picture, and the parts put into the photo.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use lacuna::inpaint::{
    Climb, Document, GuideStrength, InpaintParams, Ladder, Route, Seed, feed_forward,
};
use lacuna::manifest::{Contract, FeedForward, Manifest, ModelId};
use lacuna::raster::{ResultId, windows};
use serde_json::json;

use crate::answer::Asked;
use crate::files;

/// What the site's manifest says; a program that is built with it cannot look at another one.
const MANIFEST: &str = include_str!("../../model-manifest.json");

/// Reads what follows the file names.
pub(crate) fn options(words: &[&str]) -> anyhow::Result<InpaintParams> {
    let mut params = InpaintParams::default();
    for pair in words.chunks(2) {
        match pair {
            ["--seed", seed] => params.seed = Seed(seed.parse()?),
            ["--strength", strength] => {
                params.guide_strength = GuideStrength::new(strength.parse()?)?;
            }
            _ => bail!("{pair:?} says nothing"),
        }
    }
    Ok(params)
}

/// Fills `mask` in `photo` and writes the whole photo to `out`. The last line names the windows and the seconds that
/// the synthesis took and that the model took.
pub(crate) fn fill(
    photo: &str,
    mask: &str,
    route: &str,
    out: &str,
    params: &InpaintParams,
) -> anyhow::Result<()> {
    let route = match route {
        "patch" => Route::Patch,
        "swift" => Route::Model,
        "auto" => Route::Guided,
        other => bail!("there is no fill called {other}"),
    };
    let contract = swift()?;
    let photo = files::picture(photo)?;
    let mask = files::mask(mask, &photo)?;
    let mut document = Document::new(photo);
    let size = document.photo().size();
    let started = Instant::now();
    let mut network = Duration::ZERO;
    let (mut parts, mut rects) = (Vec::new(), Vec::new());
    for window in windows(&mask, size) {
        let mut ladder = Ladder::start(document.photo(), &window, route, params)?;
        if route != Route::Patch {
            let asked = Instant::now();
            let (picture, hole) = ladder.question();
            let answer = now(feed_forward(&mut Asked, &contract, picture, hole))?;
            network += asked.elapsed();
            ladder.guide(Some(answer))?;
        }
        loop {
            match ladder.step()? {
                Climb::Done => break,
                Climb::Working | Climb::Better => {}
                Climb::Waiting => bail!("a ladder waits for what it has"),
            }
        }
        parts.push((ladder.rect(), ladder.picture()?));
        rects.push([window.rect.x, window.rect.y, window.rect.width, window.rect.height]);
    }
    document.add(ResultId(0), parts)?;
    let seconds = (started.elapsed() - network).as_secs_f64();
    files::save(out, document.photo())?;
    println!(
        "{}",
        json!({ "windows": rects, "seconds": seconds, "model_seconds": network.as_secs_f64() })
    );
    Ok(())
}

fn swift() -> anyhow::Result<FeedForward> {
    let manifest = Manifest::parse(MANIFEST)?;
    let model = manifest.model(&ModelId::swift()).context("the manifest lacks swift")?;
    match &model.contract {
        Contract::FeedForward(contract) => Ok(contract.clone()),
        other => bail!("swift is of another family: {other:?}"),
    }
}

/// The result of a future that never waits.
fn now<T, E>(future: impl Future<Output = Result<T, E>>) -> anyhow::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Ok(result?),
        Poll::Pending => bail!("a graph on the standard streams does not wait"),
    }
}
