//! The keeper instance of the worker: downloads models and keeps them, while the others go about their work.
//!
//! It has neither a photo nor a graph, so a download is in nobody's way, and nothing that a person does elsewhere on
//! the page stops one.

mod browser;
mod desk;
mod fetch;
mod standing;
mod words;

use super::post;
use crate::{
    protocol::{Failure, FailureCode, KeeperEvent, PROTOCOL},
    wire::Envelope,
};

/// Starts to listen.
pub(super) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        desk::say_failed(Failure::new(FailureCode::WorkerLost, panic.to_string()), true);
    }));
    desk::listen();
    post::any(&Envelope::bare(KeeperEvent::Ready { protocol: PROTOCOL }));
}
