//! Waits for the parts of the page that are fetched on demand.

use std::{
    future::Future,
    task::{Context, Poll, Waker},
};

use wasm_bindgen_futures::spawn_local;

use crate::app::{
    parts::{Unfetched, fetch_sharing},
    state::Editor,
};

/// Goes on with what comes of `asked`: at once where nothing has to be fetched, so that what a click allows is still
/// allowed.
pub(in crate::app) fn when<T: 'static>(
    asked: impl Future<Output = Result<T, Unfetched>> + 'static,
    then: impl FnOnce(Result<T, Unfetched>) + 'static,
) {
    let mut asked = Box::pin(asked);
    match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(said) => then(said),
        // Not by way of Leptos, which is not awake yet when the page's own part is fetched.
        Poll::Pending => spawn_local(async move { then(asked.await) }),
    }
}

/// Tells the person when a part did not come.
pub(super) fn told(editor: Editor) -> impl FnOnce(Result<(), Unfetched>) {
    move |fetched| {
        if fetched.is_err() {
            editor.unfetched();
        }
    }
}

/// Fetches what else the editor may come to, so that it is here when the network no longer is. What does not come now
/// is fetched when it is asked for.
pub(super) fn ahead() {
    spawn_local(async {
        let _ = fetch_sharing().await;
    });
}
