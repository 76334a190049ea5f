//! What the keeper needs of the browser, as Rust sees it.

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::*};

use crate::worker::store::Flight;

#[wasm_bindgen(module = "/src/worker/keeper/browser.js")]
extern "C" {
    /// An answer to a request.
    pub(super) type Answer;

    /// Its status.
    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn status(this: &Answer) -> u16;

    #[wasm_bindgen(catch, method, structural, js_name = read)]
    async fn read_raw(this: &Answer) -> Result<JsValue, JsValue>;

    /// Lets go of the rest of it.
    #[wasm_bindgen(method, structural)]
    pub(super) fn leave(this: &Answer);

    #[wasm_bindgen(catch, js_name = ask)]
    async fn ask_raw(url: &str, from: f64, flight: &Flight) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = onBlocked)]
    fn on_blocked_raw(call: &Function);

    #[wasm_bindgen(js_name = openChannel)]
    fn open_channel_raw(hear: &Function) -> Function;

    #[wasm_bindgen(js_name = room)]
    async fn room_raw() -> JsValue;

    /// Whether there may be a network.
    #[wasm_bindgen(js_name = isOnline)]
    pub(super) fn is_online() -> bool;
}

impl Answer {
    /// The next chunk of the body; `None` at its end.
    ///
    /// # Errors
    /// What the browser says when the connection breaks, is silent for too long or is given up.
    pub(super) async fn read(&self) -> Result<Option<Uint8Array>, JsValue> {
        Ok(self.read_raw().await?.dyn_into().ok())
    }
}

/// Asks for what lies at `url` from a byte on; without a range where that is 0.
///
/// # Errors
/// What the browser says when no answer comes.
pub(super) async fn ask(url: &str, from: u64, flight: &Flight) -> Result<Answer, JsValue> {
    Ok(ask_raw(url, from as f64, flight).await?.unchecked_into())
}

/// Calls with the address of every request that the site's policy forbids, from now on.
pub(super) fn on_blocked(call: impl Fn(String) + 'static) {
    let call = Closure::<dyn Fn(String)>::new(call);
    on_blocked_raw(call.as_ref().unchecked_ref());
    // Listens for as long as the worker lives.
    call.forget();
}

/// A line to the keepers of other tabs. What is called says a word to them.
pub(super) fn open_channel(hear: impl Fn(String) + 'static) -> impl Fn(&str) {
    let hear = Closure::<dyn Fn(String)>::new(hear);
    let say = open_channel_raw(hear.as_ref().unchecked_ref());
    hear.forget();
    move |word| {
        // A word that is not heard is missed by nobody: the others look again when they are asked.
        let _ = say.call1(&JsValue::UNDEFINED, &word.into());
    }
}

/// The room that the browser gives to this site.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    /// Bytes used; 0 where the browser does not say.
    pub(super) used: u64,
    /// Bytes granted; 0 where the browser does not say.
    pub(super) granted: u64,
    /// Whether it has promised not to clear them.
    pub(super) promised: bool,
}

impl Room {
    /// Asks the browser.
    pub(super) async fn ask() -> Self {
        let said: Array = room_raw().await.unchecked_into();
        let number = |index| said.get(index).as_f64().map_or(0, |number| number as u64);
        Self { used: number(0), granted: number(1), promised: said.get(2).is_truthy() }
    }

    /// Bytes that are still free; `None` where the browser does not say.
    pub(super) const fn free(self) -> Option<u64> {
        if self.granted == 0 { None } else { Some(self.granted.saturating_sub(self.used)) }
    }
}
