//! What runs when the state changes.
//!
//! Leptos's own functions bring code of their own into the page for every closure, some hundred bytes each. Here the
//! closures go into boxes, which are one type for all.

use leptos::prelude::{Effect, Memo};

/// Runs `run` once the page is there, and again whenever what it read has changed.
pub(crate) fn whenever(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}

/// A value that is worked out anew when what it was read from has changed, and is followed where it differs.
pub(crate) fn derived<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Memo::new(move |_| read())
}
