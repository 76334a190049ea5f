//! Files and links that leave the studio, and results that come along in a file.

use web_sys::Blob;

use super::{KeptResult, Purpose, Studio};
use crate::{
    inpaint::InpaintParams,
    protocol::{ExportFormat, ExportPurpose, JobId, ModelChoice, Part, PhotoId, Request, Restored},
    raster::{Rect, ResultId, Stroke},
    share::{Step, Store},
    wire::Envelope,
};

/// What a link is to be.
#[derive(Clone, Debug)]
pub struct LinkWish {
    /// The most characters of the whole link.
    pub characters: u32,
    /// What stands before the `#`.
    pub address: String,
    /// Address of the script of the codec.
    pub codec: String,
    /// Whether it shows what was there before.
    pub before: bool,
    /// Whether it tells how it was made.
    pub recipe: bool,
}

impl Studio {
    /// Makes a file of the photo with the results `on`. Answered by `Exported`.
    pub fn export(&self, on: Vec<ResultId>, format: ExportFormat, purpose: ExportPurpose) -> JobId {
        self.ask(Purpose::Export, |job, photo| Request::Export { job, photo, on, format, purpose })
    }

    /// Makes a file that shows what was erased to whoever opens it here. Answered by `Exported`.
    pub fn export_with_history(&self, on: Vec<ResultId>, format: ExportFormat) -> JobId {
        let steps = self.steps(&on);
        self.export(on, format, ExportPurpose::History { steps })
    }

    /// Makes a link that carries a small picture. Answered by `Linked`.
    pub fn link(&self, on: Vec<ResultId>, wish: LinkWish) -> JobId {
        let LinkWish { characters, address, codec, before, recipe } = wish;
        let steps = if recipe { self.steps(&on) } else { Vec::new() };
        self.ask(Purpose::Link, |job, photo| Request::Link {
            job,
            photo,
            on,
            characters,
            address,
            codec,
            before,
            steps,
        })
    }

    /// Encrypts the photo and puts it into the store. Answered by `Linked`.
    pub fn seal(
        &self,
        on: Vec<ResultId>,
        format: ExportFormat,
        store: Store,
        address: String,
    ) -> JobId {
        self.ask(Purpose::Link, |job, photo| Request::Seal {
            job,
            photo,
            on,
            format,
            store,
            address,
        })
    }

    /// What the file shows differently than the photo was before its first result, the topmost last.
    #[must_use]
    pub fn bases(&self) -> Vec<(Rect, Blob)> {
        self.0.photo.borrow().as_ref().map_or_else(Vec::new, |photo| photo.bases.clone())
    }

    fn ask(&self, purpose: Purpose, request: impl FnOnce(JobId, PhotoId) -> Request) -> JobId {
        let photo = self.ensure_at_worker();
        let job = JobId(self.number());
        self.0.jobs.borrow_mut().insert(job, purpose);
        self.0.bridge.send(Envelope::bare(request(job, photo)));
        job
    }

    /// How these results were made.
    fn steps(&self, on: &[ResultId]) -> Vec<Step> {
        let photo = self.0.photo.borrow();
        let results = photo.as_ref().map(|photo| &photo.results);
        let steps = on.iter().filter_map(|result| results.and_then(|all| all.get(result)));
        steps.map(|kept| kept.step.clone()).collect()
    }

    /// Keeps the results that came along in a file; `blob` makes a PNG of a part.
    pub(super) fn take_along(
        &self,
        history: &[Restored],
        blob: impl Fn(Part) -> Option<Blob>,
    ) -> Vec<(ResultId, Step)> {
        let mut open = self.0.photo.borrow_mut();
        let Some(photo) = open.as_mut() else { return Vec::new() };
        let mut on = Vec::new();
        for Restored { result, step, windows } in history {
            let shown = windows.iter().filter_map(|it| Some((it.rect, blob(it.after)?)));
            let kept = KeptResult {
                on: on.clone(),
                windows: shown.collect(),
                step: step.clone(),
                in_file: true,
            };
            photo.results.insert(*result, kept);
            on.push(*result);
        }
        // The file shows the last result: each one before it is laid over it, the first on top.
        let windows = history.iter().rev().flat_map(|restored| restored.windows.iter().rev());
        photo.bases = windows.filter_map(|it| Some((it.rect, blob(it.before)?))).collect();
        history.iter().map(|restored| (restored.result, restored.step.clone())).collect()
    }
}

/// How a result is made, in words that last.
pub(super) fn step(model: ModelChoice, params: InpaintParams, strokes: &[Stroke]) -> Step {
    let model = serde_wasm_bindgen::to_value(&model).ok().and_then(|word| word.as_string());
    Step { model: model.unwrap_or_default(), params, strokes: strokes.to_vec() }
}
