//! What happened, in words, and what is happening.

use leptos::prelude::*;

use super::{
    actions, editor,
    icon::{Glyph, Icon},
};
use crate::{
    app::{command::Command, messages, state::Phase},
    raster::StrokeMode,
};

/// News and failures. The element is always there, so that it is read out when it gets words.
#[component]
pub(crate) fn NoticeBar() -> impl IntoView {
    let actions = actions();
    let notice = editor().notice;
    let code = move || notice.with(|notice| notice.as_ref().and_then(|it| it.code));
    let words = move || notice.with(|notice| notice.as_ref().map(|it| it.words.clone()));
    let undo = move || notice.with(|notice| notice.as_ref().is_some_and(|it| it.undo));
    view! {
        <div
            class="notice"
            data-testid="notice"
            class:shown=move || notice.with(Option::is_some)
            class:bad=move || code().is_some()
            role=move || if code().is_some() { "alert" } else { "status" }
            aria-live=move || if code().is_some() { "assertive" } else { "polite" }
            data-code=move || code().map(|code| code.as_str())
        >
            <span class="words">{words}</span>
            <button class="undo" hidden=move || !undo() on:click=move |_| actions.run(Command::Undo)>
                "Undo"
            </button>
            <button
                class="tool dismiss"
                aria-label="Dismiss"
                hidden=move || code().is_none()
                on:click=move |_| actions.run(Command::Dismiss)
            >
                <Glyph icon=Icon::Close/>
            </button>
        </div>
    }
}

/// One quiet line above the dock: what is being done, or what to do first.
#[component]
pub(crate) fn Status() -> impl IntoView {
    let editor = editor();
    let words = Memo::new(move |_| {
        if editor.saving.get().is_some() {
            return Some("Saving".to_owned());
        }
        match editor.phase.get() {
            Phase::Running(_) => Some(
                editor
                    .progress
                    .with(|progress| progress.as_ref().map(messages::progress))
                    .unwrap_or_else(|| "Looking at the photo".into()),
            ),
            Phase::Opening => Some("Opening".to_owned()),
            Phase::Ready if editor.history.with(|history| history.edits().is_empty()) => {
                let paints = editor.mode.get() == StrokeMode::Paint;
                paints.then(|| "Paint over what should go".to_owned())
            }
            _ => None,
        }
    });
    let noticed = move || editor.notice.with(Option::is_some);
    view! {
        <p class="status" aria-live="polite" class:shown=move || words.get().is_some() && !noticed()>
            {move || words.get()}
        </p>
    }
}
