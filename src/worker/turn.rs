//! Gives the event loop a turn, so that messages are heard between two steps of long work.

use std::cell::OnceCell;

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

use super::post;

thread_local!(static CHANNEL: OnceCell<Option<MessageChannel>> = const { OnceCell::new() });

/// Comes back after every message that had already arrived was handled. A message channel does this in
/// microseconds, where a timer is held back to several milliseconds.
pub(super) async fn next_turn() {
    let channel = CHANNEL.with(|cell| cell.get_or_init(|| MessageChannel::new().ok()).clone());
    let Some(channel) = channel else { return };
    let turn = Promise::new(&mut |resolve, _reject| {
        let woken = Closure::once_into_js(move || {
            // Resolving a promise cannot throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        });
        channel.port1().set_onmessage(Some(woken.unchecked_ref()));
        let _ = channel.port2().post_message(&JsValue::NULL);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(turn).await;
}

/// Comes back after some milliseconds; the processor is free meanwhile.
pub(super) async fn pause(milliseconds: i32) {
    let nap = Promise::new(&mut |resolve, _reject| {
        // Fails for no function and no time that is used here.
        let _ = post::scope()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(nap).await;
}
