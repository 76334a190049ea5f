//! Starts the studio.

use wasm_bindgen::prelude::wasm_bindgen;

use super::{dispatch, post};
use crate::protocol::{Event, Failure, FailureCode, PROTOCOL};

/// Starts to listen. Called once by the worker's script.
#[wasm_bindgen(js_name = startStudio)]
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
