//! The photo's life on the page's side: what is open, which results exist, which jobs run.
//!
//! The studio keeps the file and every result's pictures, so a worker that dies costs nothing: another one is
//! started, the file opened again and the results given back.
//! Long because what is open, which results exist and which jobs run change together.

mod giving_back;
mod sharing;

pub use sharing::{LinkWish, Painted};

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use super::{
    bridge::{Bridge, Signal, StudioPeer},
    dom::mark,
    few::Few,
    kept_result::KeptResult,
    open_photo::{OpenPhoto, Purpose},
    runtime::RuntimeHost,
    studio_event::StudioEvent,
};
use crate::{
    inpaint::InpaintParams,
    protocol::{
        Event, Failure, FailureCode, JobId, ModelChoice, Part, PhotoId, Request, RuntimeSettings,
    },
    raster::{Rect, ResultId, Stroke},
    share::MOST_RESULTS,
    wire::Envelope,
};

/// How long a cancelled job may go on before its worker is replaced, in milliseconds.
const PATIENCE: u32 = 1_500;

/// Where the scripts lie that the two workers start from.
#[derive(Clone, Debug)]
pub struct WorkerScripts {
    /// Of the worker that holds the photo.
    pub studio: String,
    /// Of the worker that runs graphs.
    pub runtime: String,
}

/// One photo at a time and everything that is done to it.
#[derive(Clone)]
pub struct Studio(Rc<Inner>);

struct Inner {
    bridge: Bridge<StudioPeer>,
    runtime: RuntimeHost,
    on_event: Box<dyn Fn(StudioEvent)>,
    next: Cell<u32>,
    photo: RefCell<Option<OpenPhoto>>,
    /// The photo that was open when another file was chosen; it comes back if that file is refused.
    before: RefCell<Option<OpenPhoto>>,
    jobs: RefCell<Few<JobId, Purpose>>,
    /// Model and settings of the results that were made, or came along in a file.
    made: RefCell<Few<ResultId, (String, InpaintParams)>>,
    /// Jobs that the person gave up and the worker has not ended yet.
    given_up: RefCell<Few<JobId, Timeout>>,
}

impl Studio {
    /// A studio whose workers' scripts are at `scripts`; events come one at a time, never from within a call.
    pub fn new(
        scripts: &WorkerScripts,
        runtime: RuntimeSettings,
        on_event: impl Fn(StudioEvent) + 'static,
    ) -> Self {
        Self(Rc::new_cyclic(|weak: &Weak<Inner>| {
            let runtime_lost = {
                let weak = weak.clone();
                move |failure: Failure| {
                    if let Some(inner) = weak.upgrade() {
                        // What was asked of it ends now; another instance is started when it is needed.
                        inner.bridge.send(Envelope::bare(Request::Disconnect { failure }));
                    }
                }
            };
            let runtime_holds = {
                let weak = weak.clone();
                move |held| {
                    if let Some(inner) = weak.upgrade() {
                        Self(inner).emit(StudioEvent::Holds { held });
                    }
                }
            };
            let weak = weak.clone();
            let on_signal = move |signal| {
                if let Some(inner) = weak.upgrade() {
                    Self(inner).on_signal(signal);
                }
            };
            Inner {
                bridge: Bridge::new(&scripts.studio, on_signal),
                runtime: RuntimeHost::new(&scripts.runtime, runtime, runtime_lost, runtime_holds),
                on_event: Box::new(on_event),
                next: Cell::new(1),
                photo: RefCell::default(),
                before: RefCell::default(),
                jobs: RefCell::default(),
                made: RefCell::default(),
                given_up: RefCell::default(),
            }
        }))
    }

    /// Starts the worker ahead of the first photo.
    pub fn warm_up(&self) {
        self.0.bridge.start();
    }

    /// Opens a file in place of the present photo, whose running jobs are given up. Answered by `Opened`, or by
    /// `Failed` with the job: then the photo that was open before is still there.
    pub fn open(&self, file: &Blob) -> (JobId, PhotoId) {
        self.open_with(file, Few::new())
    }

    /// Opens a file of which results are kept from another time. A result that cannot be taken back is told by
    /// `ResultLost`.
    pub fn open_with(&self, file: &Blob, results: Few<ResultId, KeptResult>) -> (JobId, PhotoId) {
        self.cancel_all();
        // Names that were given then are not given again.
        let last = results.keys().last().map_or(0, |result| result.0);
        self.0.next.set(self.0.next.get().max(last.saturating_add(1)));
        let photo = PhotoId(self.number());
        let first = ResultId(self.number());
        // The names of all results that may come along in the file.
        self.0.next.set(self.0.next.get() + MOST_RESULTS as u32);
        let opened = OpenPhoto { id: photo, file: file.clone(), at_worker: false, results, first };
        if let Some(before) = self.0.photo.borrow_mut().replace(opened) {
            // A second file chosen before the first was open: what was really open stays the one to go back to.
            self.0.before.borrow_mut().get_or_insert(before);
        }
        let job = JobId(self.number());
        self.give_photo(Some(job));
        (job, photo)
    }

    /// Has what this way of filling needs loaded, while the person paints.
    pub fn prepare(&self, model: ModelChoice) {
        if model == ModelChoice::Patch {
            return;
        }
        if let Some(port) = self.0.runtime.connect() {
            let body = Request::Connect { runtime: Part(0) };
            self.0.bridge.send(Envelope { body, parts: vec![JsValue::from(port)] });
        }
    }

    /// Erases what the strokes cover, on top of the results `on`.
    pub fn inpaint(
        &self,
        on: Vec<ResultId>,
        strokes: Vec<Stroke>,
        model: ModelChoice,
        params: InpaintParams,
    ) -> (JobId, ResultId) {
        let photo = self.ensure_at_worker();
        let (job, result) = (JobId(self.number()), ResultId(self.number()));
        self.note(result, model, params);
        let kept = KeptResult { on: on.clone(), windows: Vec::new() };
        let request = Request::Inpaint { job, photo, on, result, strokes, model, params };
        mark("lacuna:erase");
        self.send(job, Purpose::Inpaint { result, kept, model, request });
        (job, result)
    }

    /// Gives a job up. The page is free at once; a worker that does not stop in time is replaced unnoticed.
    pub fn cancel(&self, job: JobId) {
        let Some(purpose) = self.0.jobs.borrow_mut().remove(&job) else { return };
        self.0.bridge.send(Envelope::bare(Request::Cancel { job }));
        let weak = Rc::downgrade(&self.0);
        let replace = Timeout::new(PATIENCE, move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).replace_worker();
            }
        });
        self.0.given_up.borrow_mut().insert(job, replace);
        match purpose {
            Purpose::Open { photo, again: false } => self.go_back_from(photo),
            // A graph on the processor cannot be interrupted: an instance that is deep in one makes room.
            Purpose::Inpaint { model, .. } if model != ModelChoice::Patch => {
                let weak = Rc::downgrade(&self.0);
                self.0.runtime.check(move || {
                    if let Some(inner) = weak.upgrade() {
                        Self(inner).prepare(model);
                    }
                });
            }
            _ => {}
        }
        self.emit(StudioEvent::Failed {
            job: Some(job),
            failure: Failure::new(FailureCode::Cancelled, ""),
        });
    }

    /// The pictures of these results, as far as they are finished.
    #[must_use]
    pub fn kept(&self, results: &[ResultId]) -> Vec<(ResultId, KeptResult)> {
        let photo = self.0.photo.borrow();
        let Some(photo) = photo.as_ref() else { return Vec::new() };
        let of = |result: &ResultId| Some((*result, photo.results.get(result)?.clone()));
        results.iter().filter_map(of).collect()
    }

    /// Takes a running erase that goes on in steps as it is.
    pub fn stop_here(&self, job: JobId) {
        self.0.bridge.send(Envelope::bare(Request::StopHere { job }));
    }

    /// Forgets results that undo and redo can no longer reach.
    pub fn forget(&self, keep: Vec<ResultId>) {
        let photo = {
            let mut photo = self.0.photo.borrow_mut();
            let Some(photo) = photo.as_mut() else { return };
            photo.results.retain(|result, _| keep.contains(result));
            photo.id
        };
        self.0.bridge.send(Envelope::bare(Request::Forget { photo, keep }));
    }

    /// Closes the photo; its running jobs are given up.
    pub fn close(&self) {
        self.cancel_all();
        if let Some(photo) = self.0.photo.borrow_mut().take() {
            self.0.bridge.send(Envelope::bare(Request::Close { photo: photo.id }));
        }
    }

    fn cancel_all(&self) {
        let running: Vec<JobId> = self.0.jobs.borrow().keys().copied().collect();
        for job in running.into_iter().filter(|job| self.shows(*job)) {
            self.cancel(job);
        }
    }

    /// Place and picture of each window of a result; of one that is being made, of those that are done.
    #[must_use]
    pub fn windows(&self, result: ResultId) -> Vec<(Rect, Blob)> {
        let (photo, jobs) = (self.0.photo.borrow(), self.0.jobs.borrow());
        let made = photo.as_ref().and_then(|photo| photo.results.get(&result));
        let being_made = || {
            jobs.values().find_map(|purpose| match purpose {
                Purpose::Inpaint { result: it, kept, .. } if *it == result => Some(kept),
                _ => None,
            })
        };
        made.or_else(being_made).map_or_else(Vec::new, |kept| kept.windows.clone())
    }

    fn number(&self) -> u32 {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        number
    }

    fn emit(&self, event: StudioEvent) {
        (self.0.on_event)(event);
    }

    /// Sends what a job asks for and remembers the job.
    fn send(&self, job: JobId, purpose: Purpose) {
        let (request, model) = match &purpose {
            Purpose::Inpaint { request, model, .. } => (request.clone(), Some(*model)),
            Purpose::Export(request) | Purpose::Link(request) => (request.clone(), None),
            Purpose::Open { .. } | Purpose::Supply { .. } => return,
        };
        // Before it is sent, for a worker that cannot be started fails all jobs at once.
        self.0.jobs.borrow_mut().insert(job, purpose);
        if let Some(model) = model {
            self.prepare(model);
        }
        self.0.bridge.send(Envelope::bare(request));
    }

    /// The photo's name, after making sure that the worker has the photo. Without a photo a name that no worker
    /// knows: the answer is then a failure, not a silence.
    fn ensure_at_worker(&self) -> PhotoId {
        let state = self.0.photo.borrow().as_ref().map(|photo| (photo.id, photo.at_worker));
        match state {
            Some((id, true)) => id,
            Some((id, false)) => {
                self.give_photo(None);
                id
            }
            None => PhotoId(0),
        }
    }

    fn forget_worker(&self) {
        if let Some(photo) = self.0.photo.borrow_mut().as_mut() {
            photo.at_worker = false;
        }
        self.0.runtime.forget_studio();
        self.0.given_up.borrow_mut().clear();
        self.0.jobs.borrow_mut().clear();
    }

    fn on_signal(&self, signal: Signal<StudioPeer>) {
        match signal {
            Signal::Said(said) => self.on_said(said),
            Signal::Lost(failure) => self.on_lost(&failure),
        }
    }

    fn on_lost(&self, failure: &Failure) {
        let jobs = std::mem::take(&mut *self.0.jobs.borrow_mut());
        self.forget_worker();
        // A worker that dies while it opens would die again: the photo then waits for the person's next step.
        let opening = jobs
            .values()
            .any(|purpose| matches!(purpose, Purpose::Open { .. } | Purpose::Supply { .. }));
        if failure.code != FailureCode::WorkerStart && !opening {
            self.give_photo(None);
        }
        for purpose in jobs.values() {
            if let Purpose::Open { photo, again: false } = purpose {
                self.go_back_from(*photo);
            }
        }
        self.fail(jobs, failure);
    }

    /// Tells that these jobs failed; when the person knows of none of them, that something did.
    fn fail(&self, jobs: Few<JobId, Purpose>, failure: &Failure) {
        let shown = jobs.into_iter().filter(|(_, purpose)| purpose.is_shown());
        let mut failed: Vec<Option<JobId>> = shown.map(|(job, _)| Some(job)).collect();
        if failed.is_empty() {
            failed.push(None);
        }
        for job in failed {
            self.emit(StudioEvent::Failed { job, failure: failure.clone() });
        }
    }

    fn on_said(&self, said: Envelope<Event>) {
        if let Event::Opened { job, .. }
        | Event::Erased { job, .. }
        | Event::Exported { job, .. }
        | Event::Linked { job, .. }
        | Event::Failed { job: Some(job), .. } = &said.body
        {
            self.0.given_up.borrow_mut().remove(job);
        }
        let blob = |part: Part, media_type: &str| -> Option<Blob> {
            let bag = BlobPropertyBag::new();
            bag.set_type(media_type);
            let buffer = said.buffer(part).ok()?;
            Blob::new_with_buffer_source_sequence_and_options(&js_sys::Array::of1(&buffer), &bag)
                .ok()
        };
        match said.body {
            Event::Ready { capabilities, .. } => self.emit(StudioEvent::Ready { capabilities }),
            Event::Progress { job, stage, region, regions, fraction } => {
                if self.shows(job) {
                    self.emit(StudioEvent::Progress { job, stage, region, regions, fraction });
                }
            }
            Event::Opened { job, size, ref extension, ref notes, ref history, has_place, view } => {
                if let Some(Purpose::Open { photo, again: false }) =
                    self.0.jobs.borrow_mut().remove(&job)
                {
                    self.0.before.take();
                    let view = view.and_then(|view| blob(view, "image/png"));
                    let (extension, notes) = (extension.clone(), notes.clone());
                    let history = self.take_along(history, |part| blob(part, "image/png"));
                    self.emit(StudioEvent::Opened {
                        photo,
                        size,
                        extension,
                        notes,
                        history,
                        has_place,
                        view,
                    });
                }
            }
            Event::Supplied { job } => {
                self.0.jobs.borrow_mut().remove(&job);
            }
            Event::Painted { job, rect, picture, last } => {
                let Some(picture) = blob(picture, "image/png") else { return };
                let result = {
                    let mut jobs = self.0.jobs.borrow_mut();
                    let Some(Purpose::Inpaint { result, kept, .. }) = jobs.get_mut(&job) else {
                        return;
                    };
                    if last {
                        kept.windows.push((rect, picture.clone()));
                    }
                    *result
                };
                mark("lacuna:painted");
                self.emit(StudioEvent::Painted { job, result, rect, picture, last });
            }
            Event::Stepped { job, step, steps, rect, picture } => {
                let Some(picture) = blob(picture, "image/png") else { return };
                let jobs = self.0.jobs.borrow();
                let Some(Purpose::Inpaint { result, .. }) = jobs.get(&job) else { return };
                let result = *result;
                self.emit(StudioEvent::Stepped { job, result, step, steps, rect, picture });
            }
            Event::Notice { job, ref failure } => {
                if self.shows(job) {
                    self.emit(StudioEvent::Notice { job, failure: failure.clone() });
                }
            }
            Event::Erased { job, provider, seed, milliseconds, ref timings } => {
                let Some(Purpose::Inpaint { result, kept, .. }) =
                    self.0.jobs.borrow_mut().remove(&job)
                else {
                    return;
                };
                if let Some(photo) = self.0.photo.borrow_mut().as_mut() {
                    photo.results.insert(result, kept);
                }
                mark("lacuna:erased");
                let timings = timings.clone();
                self.emit(StudioEvent::Erased {
                    job,
                    result,
                    provider,
                    seed,
                    milliseconds,
                    timings,
                });
            }
            Event::Exported { job, file, ref media_type, ref extension } => {
                let Some(file) = blob(file, media_type) else { return };
                if self.0.jobs.borrow_mut().remove(&job).is_some() {
                    self.emit(StudioEvent::Exported { job, file, extension: extension.clone() });
                }
            }
            Event::Linked { job, ref link, bytes } => {
                if self.0.jobs.borrow_mut().remove(&job).is_some() {
                    mark("lacuna:linked");
                    self.emit(StudioEvent::Linked { job, link: link.clone(), bytes });
                }
            }
            Event::Failed { job: Some(job), ref failure } => {
                let Some(purpose) = self.0.jobs.borrow_mut().remove(&job) else { return };
                match purpose {
                    Purpose::Open { photo, again: true } => return self.stay_with(photo, failure),
                    Purpose::Open { photo, again: false } => self.go_back_from(photo),
                    Purpose::Supply { result } => return self.lose_result(result),
                    Purpose::Inpaint { .. } | Purpose::Export(_) | Purpose::Link(_) => {}
                }
                self.emit(StudioEvent::Failed { job: Some(job), failure: failure.clone() });
            }
            // The bridge turns this into a lost worker.
            Event::Failed { job: None, .. } => {}
        }
    }

    /// The file of `photo` was refused: the photo that was open before takes its place again.
    fn go_back_from(&self, photo: PhotoId) {
        if self.0.photo.borrow_mut().take_if(|open| open.id == photo).is_none() {
            return;
        }
        // Its results are refused along with it, and must not be taken for those of the photo before.
        self.0.jobs.borrow_mut().retain(|_, purpose| !matches!(purpose, Purpose::Supply { .. }));
        if let Some(before) = self.0.before.take() {
            *self.0.photo.borrow_mut() = Some(before);
            self.give_photo(None);
        }
    }

    /// Whether a job's progress is anybody's business.
    fn shows(&self, job: JobId) -> bool {
        self.0.jobs.borrow().get(&job).is_some_and(Purpose::is_shown)
    }
}
