//! The line to the worker: starts it, holds requests back until it listens, and notices when it dies.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    protocol::{Event, Failure, FailureCode, InstanceEvent, InstanceRequest, PROTOCOL, Request},
    wire::Envelope,
};

/// What the words at the other end of a line are.
pub(super) trait Peer: 'static {
    /// What it is asked.
    type Request: Serialize + 'static;
    /// What it says.
    type Event: DeserializeOwned + 'static;
    /// The name of the worker, for developer tools and tests.
    const NAME: &'static str;
    /// What one dies of that did not say so itself.
    const LOST: FailureCode;

    /// What an event means for the line.
    fn sense(event: &Self::Event) -> Sense<'_>;
}

/// What an event means for the line.
pub(super) enum Sense<'a> {
    /// The worker listens and is of this protocol.
    Ready(u16),
    /// The worker is broken and must be replaced.
    Broken(&'a Failure),
    /// Nothing.
    Other,
}

/// The worker that holds the photo.
pub(super) struct StudioPeer;

impl Peer for StudioPeer {
    type Request = Request;
    type Event = Event;
    const NAME: &'static str = "lacuna";
    const LOST: FailureCode = FailureCode::WorkerLost;

    fn sense(event: &Event) -> Sense<'_> {
        match event {
            Event::Ready { protocol, .. } => Sense::Ready(*protocol),
            Event::Failed { job: None, failure } => Sense::Broken(failure),
            _ => Sense::Other,
        }
    }
}

/// The worker that runs graphs.
pub(super) struct RuntimePeer;

impl Peer for RuntimePeer {
    type Request = InstanceRequest;
    type Event = InstanceEvent;
    const NAME: &'static str = "lacuna-runtime";
    const LOST: FailureCode = FailureCode::RuntimeLost;

    fn sense(event: &InstanceEvent) -> Sense<'_> {
        match event {
            InstanceEvent::Ready { protocol } => Sense::Ready(*protocol),
            InstanceEvent::Broken { failure } => Sense::Broken(failure),
            InstanceEvent::Pong { .. } | InstanceEvent::Holds { .. } => Sense::Other,
        }
    }
}

/// What comes over the line.
pub(super) enum Signal<P: Peer> {
    /// The worker said something.
    Said(Envelope<P::Event>),
    /// The worker is gone. It is started again by the next request.
    Lost(Failure),
}

/// One worker at a time, started when first needed.
pub(super) struct Bridge<P: Peer>(Rc<Inner<P>>);

impl<P: Peer> Clone for Bridge<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

struct Inner<P: Peer> {
    url: String,
    on_signal: Box<dyn Fn(Signal<P>)>,
    line: RefCell<Line<P>>,
}

struct Line<P: Peer> {
    worker: Option<Live>,
    waiting: Vec<Envelope<P::Request>>,
}

impl<P: Peer> Default for Line<P> {
    fn default() -> Self {
        Self { worker: None, waiting: Vec::new() }
    }
}

/// A worker with its listeners; dropping it ends the worker.
struct Live {
    worker: Worker,
    listens: bool,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl<P: Peer> Bridge<P> {
    /// A line to the worker script at `url`. Nothing is started yet.
    pub(super) fn new(url: &str, on_signal: impl Fn(Signal<P>) + 'static) -> Self {
        Self(Rc::new(Inner {
            url: url.to_owned(),
            on_signal: Box::new(on_signal),
            line: RefCell::default(),
        }))
    }

    /// Starts the worker if there is none, so that it is ready when it is needed.
    pub(super) fn start(&self) {
        if self.0.line.borrow().worker.is_some() {
            return;
        }
        match self.spawn() {
            Ok(live) => self.0.line.borrow_mut().worker = Some(live),
            Err(detail) => self.lose(Failure::new(FailureCode::WorkerStart, detail)),
        }
    }

    /// Sends a request as soon as the worker listens.
    pub(super) fn send(&self, request: Envelope<P::Request>) {
        self.0.line.borrow_mut().waiting.push(request);
        self.start();
        self.flush();
    }

    /// Ends the worker at once, whatever it is doing. Requests that it has not got yet are forgotten too.
    pub(super) fn end(&self) {
        *self.0.line.borrow_mut() = Line::default();
    }

    fn spawn(&self) -> Result<Live, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(P::NAME);
        let worker = Worker::new_with_options(&self.0.url, &options)
            .map_err(|error| format!("{error:?}"))?;
        let bridge = Rc::downgrade(&self.0);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(inner) = bridge.upgrade() {
                Self(inner).heard(&event);
            }
        });
        let bridge = Rc::downgrade(&self.0);
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            if let Some(inner) = bridge.upgrade() {
                // A script that cannot be loaded fires a plain event without a message.
                let detail = js_sys::Reflect::get(&event, &"message".into())
                    .ok()
                    .and_then(|text| text.as_string());
                Self(inner)
                    .died(detail.unwrap_or_else(|| "the worker's script did not load".to_owned()));
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Live { worker, listens: false, _on_message: on_message, _on_error: on_error })
    }

    fn heard(&self, event: &MessageEvent) {
        let start = |detail: String| Failure::new(FailureCode::WorkerStart, detail);
        let said = match Envelope::<P::Event>::from_message(&event.data()) {
            Ok(said) => said,
            Err(error) => return self.lose(start(error.to_string())),
        };
        match P::sense(&said.body) {
            Sense::Ready(protocol) if protocol != PROTOCOL => {
                return self.lose(start(format!("protocol {protocol} instead of {PROTOCOL}")));
            }
            Sense::Ready(_) => {
                if let Some(live) = &mut self.0.line.borrow_mut().worker {
                    live.listens = true;
                }
                self.flush();
            }
            Sense::Broken(failure) => return self.lose(failure.clone()),
            Sense::Other => {}
        }
        (self.0.on_signal)(Signal::Said(said));
    }

    fn died(&self, detail: String) {
        let listened = self.0.line.borrow().worker.as_ref().is_some_and(|live| live.listens);
        let code = if listened { P::LOST } else { FailureCode::WorkerStart };
        self.lose(Failure::new(code, detail));
    }

    fn lose(&self, failure: Failure) {
        self.end();
        (self.0.on_signal)(Signal::Lost(failure));
    }

    fn flush(&self) {
        let (worker, requests) = {
            let mut line = self.0.line.borrow_mut();
            let Some(worker) =
                line.worker.as_ref().filter(|live| live.listens).map(|live| live.worker.clone())
            else {
                return;
            };
            (worker, std::mem::take(&mut line.waiting))
        };
        for request in requests {
            let sent = request.to_message().map_err(|error| error.to_string()).and_then(
                |(message, moved)| {
                    worker
                        .post_message_with_transfer(&message, &moved)
                        .map_err(|error| format!("{error:?}"))
                },
            );
            if let Err(detail) = sent {
                return self.lose(Failure::new(P::LOST, detail));
            }
        }
    }
}
