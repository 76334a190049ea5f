//! The line to the worker: starts it, holds requests back until it listens, and notices when it dies.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::{
    protocol::{Event, FailureCode, PROTOCOL, Request},
    wire::Envelope,
};

/// What comes over the line.
pub(super) enum Signal {
    /// The worker said something.
    Said(Envelope<Event>),
    /// The worker is gone. It is started again by the next request.
    Lost {
        /// [`FailureCode::WorkerStart`] when it never listened, [`FailureCode::WorkerLost`] otherwise.
        code: FailureCode,
        /// For the console.
        detail: String,
    },
}

/// One worker at a time, started when first needed.
#[derive(Clone)]
pub(super) struct Bridge(Rc<Inner>);

struct Inner {
    url: String,
    on_signal: Box<dyn Fn(Signal)>,
    line: RefCell<Line>,
}

#[derive(Default)]
struct Line {
    worker: Option<Live>,
    waiting: Vec<Envelope<Request>>,
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

impl Bridge {
    /// A line to the worker script at `url`. Nothing is started yet.
    pub(super) fn new(url: &str, on_signal: impl Fn(Signal) + 'static) -> Self {
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
            Err(detail) => self.lose(FailureCode::WorkerStart, detail),
        }
    }

    /// Sends a request as soon as the worker listens.
    pub(super) fn send(&self, request: Envelope<Request>) {
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
        options.set_name("lacuna");
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
        let said = match Envelope::<Event>::from_message(&event.data()) {
            Ok(said) => said,
            Err(error) => return self.lose(FailureCode::WorkerStart, error.to_string()),
        };
        match &said.body {
            Event::Ready { protocol, .. } if *protocol != PROTOCOL => {
                return self.lose(
                    FailureCode::WorkerStart,
                    format!("protocol {protocol} instead of {PROTOCOL}"),
                );
            }
            Event::Ready { .. } => {
                if let Some(live) = &mut self.0.line.borrow_mut().worker {
                    live.listens = true;
                }
                self.flush();
            }
            Event::Failed { job: None, failure } => return self.died(failure.detail.clone()),
            _ => {}
        }
        (self.0.on_signal)(Signal::Said(said));
    }

    fn died(&self, detail: String) {
        let listened = self.0.line.borrow().worker.as_ref().is_some_and(|live| live.listens);
        let code = if listened { FailureCode::WorkerLost } else { FailureCode::WorkerStart };
        self.lose(code, detail);
    }

    fn lose(&self, code: FailureCode, detail: String) {
        self.end();
        (self.0.on_signal)(Signal::Lost { code, detail });
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
                return self.lose(FailureCode::WorkerLost, detail);
            }
        }
    }
}
