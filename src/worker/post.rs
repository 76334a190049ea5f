//! Says things to the page.

use js_sys::{ArrayBuffer, Reflect, Uint8Array, WebAssembly};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessagePort};

use crate::{
    protocol::{Capabilities, Event, Failure, JobId, Part},
    wire::Envelope,
};

/// The global scope of this worker.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Says an event that has no parts.
pub(super) fn event(event: Event) {
    envelope(&Envelope::bare(event));
}

/// Says an event with one buffer, copied out of this worker's memory and then moved. `event` gets its name.
pub(super) fn event_with_bytes(bytes: &[u8], event: impl FnOnce(Part) -> Event) {
    // Linear memory cannot be transferred: one copy, then it moves free of charge.
    let buffer = Uint8Array::from(bytes).buffer();
    envelope(&Envelope { body: event(Part(0)), parts: vec![buffer.into()] });
}

/// Says that a job failed.
pub(super) fn failed(job: JobId, failure: Failure) {
    event(Event::Failed { job: Some(job), failure });
}

/// Says words of any protocol to the page.
pub(super) fn any<T: Serialize>(said: &Envelope<T>) {
    post(said, |message, moved| scope().post_message_with_transfer(message, moved));
}

/// Says words of any protocol through a port.
pub(super) fn through<T: Serialize>(port: &MessagePort, said: &Envelope<T>) {
    post(said, |message, moved| port.post_message_with_transferable(message, moved));
}

fn envelope(said: &Envelope<Event>) {
    any(said);
}

fn post<T: Serialize>(
    said: &Envelope<T>,
    send: impl FnOnce(&JsValue, &JsValue) -> Result<(), JsValue>,
) {
    let posted = said.to_message().map_err(|error| JsValue::from_str(&error.to_string()));
    if let Err(error) = posted.and_then(|(message, moved)| send(&message, &moved)) {
        web_sys::console::error_1(&error);
    }
}

/// Bytes of this worker's own linear memory.
pub(super) fn own_heap() -> u64 {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}

/// What this browser can do.
pub(super) fn capabilities() -> Capabilities {
    let scope: JsValue = scope().into();
    let navigator = Reflect::get(&scope, &"navigator".into()).unwrap_or_default();
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    Capabilities {
        webgpu: field(&navigator, "gpu").is_object(),
        threads: field(&navigator, "hardwareConcurrency")
            .as_f64()
            .map_or(1, |cores| cores.clamp(1.0, 255.0) as u8),
        isolated: field(&scope, "crossOriginIsolated").is_truthy(),
    }
}
