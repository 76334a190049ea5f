//! Locks that all tabs of a site share: two of them never write one file.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, prelude::*};

use crate::manifest::Artifact;

#[wasm_bindgen(module = "/src/worker/store/locks.js")]
extern "C" {
    /// Something that a person may stop.
    #[derive(Clone)]
    pub(in crate::worker) type Flight;

    #[wasm_bindgen(constructor)]
    pub(in crate::worker) fn new() -> Flight;

    /// Stops it.
    #[wasm_bindgen(method)]
    pub(in crate::worker) fn cancel(this: &Flight);

    /// Whether it was stopped.
    #[wasm_bindgen(method, js_name = isCancelled)]
    pub(in crate::worker) fn is_cancelled(this: &Flight) -> bool;

    #[wasm_bindgen(catch, js_name = hold)]
    async fn hold_raw(name: &str, flight: &Flight, waits: &Function) -> Result<JsValue, JsValue>;
}

/// Something that no other tab holds meanwhile.
pub(in crate::worker) struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // Letting go cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until nobody else writes or deletes the file of an artifact; `waits` is called if somebody does.
///
/// # Errors
/// What the browser says, also when the wait is given up.
pub(in crate::worker) async fn hold(
    artifact: &Artifact,
    flight: &Flight,
    waits: impl FnOnce() + 'static,
) -> Result<Held, JsValue> {
    let waits = Closure::once_into_js(waits);
    let release =
        hold_raw(&format!("lacuna-model-{}", artifact.sha256), flight, waits.unchecked_ref())
            .await?;
    Ok(Held(release.dyn_into().ok()))
}
