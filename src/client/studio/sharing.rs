//! Files and links that leave the studio, and results that come along in a file.

use web_sys::Blob;

use super::{Purpose, Studio};
use crate::{
    client::KeptResult,
    inpaint::InpaintParams,
    protocol::{ExportFormat, ExportPurpose, JobId, ModelChoice, Part, PhotoId, Request, Restored},
    raster::{ResultId, Stroke},
    share::{MOST_RESULTS, Step, Store},
};

/// Results with the strokes that they were painted with.
pub type Painted = Vec<(ResultId, Vec<Stroke>)>;

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
    pub fn export(
        &self,
        on: Vec<ResultId>,
        format: ExportFormat,
        purpose: ExportPurpose,
        keep_gps: bool,
    ) -> JobId {
        self.ask(Purpose::Export, |job, photo| Request::Export {
            job,
            photo,
            on,
            format,
            purpose,
            keep_gps,
        })
    }

    /// Makes a file that shows what was erased to whoever opens it here. Answered by `Exported`.
    pub fn export_with_history(
        &self,
        painted: Painted,
        format: ExportFormat,
        keep_gps: bool,
    ) -> JobId {
        let on = names(&painted);
        let steps = self.steps(painted);
        self.export(on, format, ExportPurpose::History { steps }, keep_gps)
    }

    /// Makes a link that carries a small picture. Answered by `Linked`.
    pub fn link(&self, painted: Painted, wish: LinkWish) -> JobId {
        let LinkWish { characters, address, codec, before, recipe } = wish;
        let on = names(&painted);
        let steps = if recipe { self.steps(painted) } else { Vec::new() };
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

    fn ask(
        &self,
        purpose: fn(Request) -> Purpose,
        request: impl FnOnce(JobId, PhotoId) -> Request,
    ) -> JobId {
        let photo = self.ensure_at_worker();
        let job = JobId(self.number());
        self.send(job, purpose(request(job, photo)));
        job
    }

    /// Remembers how a result is made, for those who ask.
    pub(super) fn note(&self, result: ResultId, model: ModelChoice, params: InpaintParams) {
        self.0.made.borrow_mut().insert(result, (model.as_str().to_owned(), params));
    }

    /// How these results were made. Of a result of another time only the strokes are known.
    fn steps(&self, painted: Painted) -> Vec<Step> {
        let made = self.0.made.borrow();
        let step = |(result, strokes)| {
            let (model, params) = made.get(&result).cloned().unwrap_or_default();
            Step { model, params, strokes }
        };
        painted.into_iter().map(step).collect()
    }

    /// Keeps the results that came along in a file; `blob` makes a PNG of a part.
    pub(super) fn take_along(
        &self,
        history: &[Restored],
        blob: impl Fn(Part) -> Option<Blob>,
    ) -> Painted {
        let mut open = self.0.photo.borrow_mut();
        let Some(photo) = open.as_mut() else { return Vec::new() };
        let mut painted: Painted = Vec::new();
        for Restored { result, step, windows } in history {
            let windows = windows.iter().filter_map(|it| Some((it.rect, blob(it.picture)?)));
            let kept = KeptResult { on: names(&painted), windows: windows.collect() };
            photo.results.insert(*result, kept);
            self.0.made.borrow_mut().insert(*result, (step.model.clone(), step.params));
            painted.push((*result, step.strokes.clone()));
        }
        painted
    }

    /// Whether a result comes along in the file, where every worker finds it.
    pub(super) fn comes_along(first: ResultId, result: ResultId) -> bool {
        (first.0..first.0.saturating_add(MOST_RESULTS as u32)).contains(&result.0)
    }
}

fn names(painted: &Painted) -> Vec<ResultId> {
    painted.iter().map(|(result, _)| *result).collect()
}
