//! The runtime: ONNX Runtime, and nothing that a person made.
//!
//! A graph on the processor blocks its thread and cannot be interrupted, and a runtime that dies takes its heap
//! along. So it lives in a worker of its own, which the page may end at any time; the photo is in the other one.

mod blob_reader;
mod desk;
mod engine;
mod faults;
mod fetch;
mod header;
mod loader;
mod models;
mod provider;
mod session;

use super::post;
use crate::{
    protocol::{Failure, FailureCode, InstanceEvent, PROTOCOL},
    wire::Envelope,
};

/// Starts to listen.
pub(super) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        desk::give_up(Failure::new(FailureCode::RuntimeLost, panic.to_string()));
    }));
    desk::listen();
    post::any(&Envelope::bare(InstanceEvent::Ready { protocol: PROTOCOL }));
}
