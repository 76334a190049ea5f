//! What the scripts of the two builds call, once.

use wasm_bindgen::prelude::wasm_bindgen;

use super::post;

/// Starts the studio.
#[cfg(feature = "studio")]
#[wasm_bindgen(js_name = startStudio)]
pub fn start_studio() {
    use crate::protocol::{Event, Failure, FailureCode, PROTOCOL};

    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // The instance is poisoned: the page ends this worker and starts another.
        post::event(Event::Failed {
            job: None,
            failure: Failure::new(FailureCode::WorkerLost, panic.to_string()),
        });
    }));
    super::dispatch::listen();
    post::event(Event::Ready { protocol: PROTOCOL, capabilities: post::capabilities() });
}

/// Starts the runtime, or the keeper where the worker has its name.
#[cfg(feature = "runtime")]
#[wasm_bindgen(js_name = startRuntime)]
pub fn start_runtime() {
    if post::scope().name() == crate::protocol::KEEPER_NAME {
        super::keeper::start();
    } else {
        super::runtime::start();
    }
}
