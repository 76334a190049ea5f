//! What happened, in words, and what is happening.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, click, editor, flag,
    icon::{Glyph, Icon},
    some_words,
    steps::StopHere,
    words,
};
use crate::{
    app::{command::Command, messages, reactive::derived, state::Phase},
    raster::StrokeMode,
};

/// News and failures. The element is always there, so that it is read out when it gets words.
#[component]
pub(crate) fn NoticeBar() -> impl IntoView {
    let actions = actions();
    let notice = editor().notice;
    let code = move || notice.with(|notice| notice.as_ref().and_then(|it| it.code));
    let said = words(move || {
        notice.with(|notice| notice.as_ref().map(|it| it.words.clone()).unwrap_or_default())
    });
    let undo = move || notice.with(|notice| notice.as_ref().is_some_and(|it| it.undo));
    view! {
        <div
            class="notice"
            data-testid="notice"
            class:shown=flag(move || notice.with(Option::is_some))
            class:bad=flag(move || code().is_some())
            role=words(move || if code().is_some() { "alert" } else { "status" }.to_owned())
            aria-live=words(move || if code().is_some() { "assertive" } else { "polite" }.to_owned())
            data-code=some_words(move || code().map(|code| code.as_str().to_owned()))
        >
            <span class="words">{said}</span>
            <button class="undo" hidden=flag(move || !undo()) on:click=click(move || actions.run(Command::Undo))>
                "Undo"
            </button>
            <button
                class="tool dismiss"
                aria-label="Dismiss"
                hidden=flag(move || code().is_none())
                on:click=click(move || actions.run(Command::Dismiss))
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
    let now = derived(move || {
        if editor.saving.get().is_some() {
            return Some("Saving".to_owned());
        }
        match editor.phase.get() {
            Phase::Running(_) => Some(
                editor
                    .progress
                    .with(|progress| {
                        progress.as_ref().map(|it| messages::working(it, editor.step.get()))
                    })
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
        <div class="status" class:shown=flag(move || now.get().is_some() && !noticed())>
            <span aria-live="polite">{words(move || now.get().unwrap_or_default())}</span>
            <StopHere/>
        </div>
        <p class="spoken" data-testid="spoken" aria-live="polite">{words(move || editor.spoken.get())}</p>
    }
}
