//! The web worker: opens photos, fills holes, makes files.
//!
//! One request is worked on at a time, in the order in which they came; only `Cancel` goes past the queue. Long work
//! is cut into steps with a turn of the event loop between them, so that a cancel is heard.

mod cancel;
mod clock;
mod dispatch;
mod erase;
mod export;
mod failures;
mod open;
mod open_photo;
mod post;
mod turn;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::protocol::{Event, Failure, FailureCode, PROTOCOL};

/// Starts to listen. Called once by the worker's script.
#[wasm_bindgen]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // The instance is poisoned: the page ends this worker and starts another.
        post::event(Event::Failed {
            job: None,
            failure: Failure::new(FailureCode::WorkerLost, panic.to_string()),
        });
    }));
    dispatch::listen();
    post::event(Event::Ready { protocol: PROTOCOL, capabilities: post::capabilities() });
}
