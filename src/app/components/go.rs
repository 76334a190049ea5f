//! Erase, and Cancel in its place while an erase runs, with the progress as its rim.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{actions, click, editor, flag, some_words, words, yes_no};
use crate::{
    app::{command::Command, messages, reactive::derived, state::Phase},
    raster::within,
};

/// The button that everything leads to.
#[component]
pub(crate) fn Go() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let running = derived(move || editor.phase.get().run().is_some());
    let opening = derived(move || editor.phase.get() == Phase::Opening);
    let can_erase = derived(move || editor.can_erase());
    let regions = editor.regions;
    let label = words(move || match regions.get() {
        0 | 1 => "Erase".to_owned(),
        several => format!("Erase {several}"),
    });
    let percent = derived(move || {
        let fraction = editor.progress.with(|progress| progress.map_or(0.0, |it| it.fraction));
        within((f64::from(fraction) * 100.0).round(), 0.0, 100.0) as u32
    });
    let doing = some_words(move || {
        editor.progress.with(|progress| progress.as_ref().map(messages::progress))
    });
    view! {
        <div class="go" data-running=yes_no(move || running.get())>
            <button
                class="erase"
                data-testid="erase"
                disabled=flag(move || !can_erase.get() || regions.get() == 0)
                hidden=flag(move || running.get())
                on:click=click(move || actions.run(Command::Erase))
            >
                {label}
            </button>
            <button
                class="cancel"
                data-testid="cancel"
                hidden=flag(move || !running.get())
                on:click=click(move || actions.run(Command::Cancel))
            >
                "Cancel"
            </button>
            <div
                class="rim"
                data-testid="progress"
                role="progressbar"
                hidden=flag(move || !running.get() && !opening.get())
                aria-label="Progress"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=words(move || percent.get().to_string())
                aria-valuetext=doing
            >
                <svg aria-hidden="true">
                    <rect class="rim-track" pathLength="100"></rect>
                    <rect
                        class="rim-done"
                        pathLength="100"
                        stroke-dasharray="100"
                        stroke-dashoffset=words(move || (100 - percent.get()).to_string())
                    ></rect>
                </svg>
            </div>
        </div>
    }
}
