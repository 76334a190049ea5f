//! The web worker: opens photos, fills holes, makes files.
//!
//! One request is worked on at a time, in the order in which they came; only `Cancel` goes past the queue. Long work
//! is cut into steps with a turn of the event loop between them, so that a cancel is heard.
//!
//! The same artefact runs several times, told apart by the name that the page gives the worker: as the studio, which
//! holds the photo, as the runtime, which runs graphs, and as the keeper, which downloads models.

mod browser;
mod cancel;
mod clock;
mod diffusion;
mod dispatch;
mod erase;
mod export;
mod failures;
mod guide;
mod keeper;
mod kept;
mod open;
mod open_photo;
mod pending;
mod post;
mod runtime;
mod share;
mod store;
mod tensors;
mod times;
mod turn;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::protocol::{Event, Failure, FailureCode, KEEPER_NAME, PROTOCOL, RUNTIME_NAME};

/// Starts to listen. Called once by the worker's script.
#[wasm_bindgen]
pub fn start() {
    match post::scope().name().as_str() {
        RUNTIME_NAME => runtime::start(),
        KEEPER_NAME => keeper::start(),
        _ => start_studio(),
    }
}

fn start_studio() {
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
