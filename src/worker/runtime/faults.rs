//! Tells what the runtime says when it fails apart: who can act, and whether the instance is still fit.

use wasm_bindgen::{JsCast, JsValue};

use crate::protocol::{Failure, FailureCode};

/// Why a request of the studio ended without a result.
#[derive(Debug)]
pub(super) struct Fault {
    /// What the studio is told.
    pub(super) failure: Failure,
    /// Whether the whole instance has to go: its heap is in an unknown state.
    pub(super) fatal: bool,
}

impl Fault {
    /// One that leaves the instance fit for other requests.
    pub(super) fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { failure: Failure::new(code, detail), fatal: false }
    }

    /// Whether it is the model that this runtime or provider cannot take, so that another way may do.
    pub(super) fn is_of_model(&self) -> bool {
        !self.fatal && self.failure.code == FailureCode::ModelRun
    }

    /// Reads what the runtime said while it did something that fails with `otherwise` for reasons of its own.
    pub(super) fn of_runtime(detail: String, otherwise: FailureCode) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| detail.contains(word));
        let (code, fatal) = if says(&["bad_alloc", "out of memory", "Out of memory", "(OOM)"])
            || says(&["allocation failed", "Failed to allocate", "could not allocate"])
        {
            (FailureCode::OutOfMemory, true)
        } else if says(&["no available backend found", "initWasm"]) {
            // It does not try again: a new instance has to.
            (FailureCode::RuntimeLoad, true)
        } else if says(&["memory access out of bounds", "Aborted(", "unreachable", "null function"])
        {
            (FailureCode::RuntimeLost, true)
        } else if says(&["device is lost", "Device is lost", "device was lost", "Device lost"]) {
            (FailureCode::DeviceLost, true)
        } else {
            (otherwise, false)
        };
        Self { failure: Failure::new(code, detail), fatal }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self { failure, fatal: false }
    }
}

/// What a thrown value says.
pub(super) fn words(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{thrown:?}"),
    }
}
