//! Takes requests in and works on them one after the other.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use super::{
    cancel::CancelToken, erase, export, guide::Runtime, open, open_photo::OpenPhoto, post, share,
};
use crate::{
    protocol::{Event, Failure, FailureCode, JobId, PhotoId, Request},
    wire::Envelope,
};

/// What this worker holds.
#[derive(Default)]
struct Desk {
    queue: RefCell<VecDeque<Envelope<Request>>>,
    /// The job that is being worked on.
    running: RefCell<Option<(JobId, CancelToken)>>,
    busy: Cell<bool>,
    photo: RefCell<Option<OpenPhoto>>,
    runtime: Runtime,
}

/// Begins to hear the page.
pub(super) fn listen() {
    let desk = Rc::new(Desk::default());
    let heard =
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match Envelope::<Request>::from_message(&event.data()) {
                Ok(request) => desk.take_in(request),
                Err(error) => post::event(Event::Failed {
                    job: None,
                    failure: Failure::new(FailureCode::Internal, error.to_string()),
                }),
            }
        });
    post::scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Listens for as long as the worker lives.
    heard.forget();
}

impl Desk {
    fn take_in(self: &Rc<Self>, request: Envelope<Request>) {
        match &request.body {
            Request::Cancel { job } => return self.cancel(*job),
            Request::StopHere { job } => return self.stop_here(*job),
            Request::Connect { runtime } => {
                if let Ok(port) = request.port(*runtime) {
                    self.runtime.connect(port);
                    self.runtime.warm_up();
                }
                return;
            }
            Request::Disconnect { failure } => return self.runtime.disconnect(failure),
            _ => {}
        }
        self.queue.borrow_mut().push_back(request);
        if !self.busy.replace(true) {
            let desk = Rc::clone(self);
            spawn_local(async move {
                while let Some(request) = desk.next() {
                    desk.work_on(request).await;
                }
                desk.busy.set(false);
            });
        }
    }

    fn next(&self) -> Option<Envelope<Request>> {
        self.queue.borrow_mut().pop_front()
    }

    fn cancel(&self, job: JobId) {
        if let Some((running, token)) = &*self.running.borrow()
            && *running == job
        {
            return token.cancel();
        }
        let before = self.queue.borrow().len();
        self.queue.borrow_mut().retain(|request| job_of(&request.body) != Some(job));
        if self.queue.borrow().len() < before {
            post::failed(job, Failure::new(FailureCode::Cancelled, ""));
        }
    }

    fn stop_here(&self, job: JobId) {
        if let Some((running, token)) = &*self.running.borrow()
            && *running == job
        {
            token.stop_here();
        }
    }

    async fn work_on(&self, request: Envelope<Request>) {
        let token = CancelToken::default();
        let job = job_of(&request.body);
        *self.running.borrow_mut() = job.map(|job| (job, token.clone()));
        let done = self.answer(request, &token).await;
        *self.running.borrow_mut() = None;
        if let (Err(failure), Some(job)) = (done, job) {
            post::failed(job, failure);
        }
    }

    async fn answer(&self, request: Envelope<Request>, token: &CancelToken) -> Result<(), Failure> {
        match request.body {
            Request::Open { job, photo, file, first } => {
                // The photo before goes first: two large ones may not fit into memory together. The page gives it
                // back should this file be refused.
                self.photo.take();
                let file = request.blob(file).map_err(super::failures::internal)?;
                let opened = open::open(job, photo, &file, first, token).await?;
                self.photo.replace(Some(opened));
                Ok(())
            }
            Request::Supply { job, photo, ref on, result, ref windows } => {
                let mut parts = Vec::with_capacity(windows.len());
                for (rect, part) in windows {
                    parts.push((*rect, request.blob(*part).map_err(super::failures::internal)?));
                }
                let mut open = self.checked_out(photo)?;
                let supplied = open::supply(&mut open, on, result, parts).await;
                self.photo.replace(Some(open));
                supplied?;
                post::event(Event::Supplied { job });
                Ok(())
            }
            Request::Inpaint { job, photo, on, result, strokes, model, params } => {
                let mut open = self.checked_out(photo)?;
                let erased = erase::erase(
                    &mut open,
                    erase::Erase { job, on, result, strokes, model, params },
                    &self.runtime,
                    token,
                )
                .await;
                self.photo.replace(Some(open));
                erased
            }
            Request::Export { job, photo, on, format, purpose, keep_gps } => {
                let mut open = self.checked_out(photo)?;
                let file = export::Wish { on: &on, format, purpose, keep_gps };
                let exported = export::export(&mut open, job, file, token).await;
                self.photo.replace(Some(open));
                exported
            }
            Request::Link { job, photo, on, characters, address, codec, before, steps } => {
                let mut open = self.checked_out(photo)?;
                let job = share::LinkJob { job, on, characters, address, codec, before, steps };
                let linked = share::link(&mut open, job, token).await;
                self.photo.replace(Some(open));
                linked
            }
            Request::Seal { job, photo, on, format, store, address } => {
                let mut open = self.checked_out(photo)?;
                let job = share::SealJob { job, on, format, store, address };
                let sealed = share::seal(&mut open, job, token).await;
                self.photo.replace(Some(open));
                sealed
            }
            Request::Forget { photo, keep } => {
                if let Some(open) = self.photo.borrow_mut().as_mut().filter(|open| open.id == photo)
                {
                    open.document.keep(&keep);
                }
                Ok(())
            }
            Request::Close { photo } => {
                self.photo.borrow_mut().take_if(|open| open.id == photo);
                Ok(())
            }
            // These never enter the queue.
            Request::Cancel { .. }
            | Request::StopHere { .. }
            | Request::Connect { .. }
            | Request::Disconnect { .. } => Ok(()),
        }
    }

    /// Takes the photo off the desk for the time of one request; requests never overlap.
    fn checked_out(&self, photo: PhotoId) -> Result<OpenPhoto, Failure> {
        self.photo.borrow_mut().take_if(|open| open.id == photo).ok_or_else(|| {
            Failure::new(FailureCode::Internal, format!("photo {} is not open", photo.0))
        })
    }
}

/// The job of a request that will be answered.
const fn job_of(request: &Request) -> Option<JobId> {
    match request {
        Request::Open { job, .. }
        | Request::Supply { job, .. }
        | Request::Inpaint { job, .. }
        | Request::Export { job, .. }
        | Request::Link { job, .. }
        | Request::Seal { job, .. } => Some(*job),
        Request::Cancel { .. }
        | Request::StopHere { .. }
        | Request::Connect { .. }
        | Request::Disconnect { .. }
        | Request::Forget { .. }
        | Request::Close { .. } => None,
    }
}
