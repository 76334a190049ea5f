//! One model of the list: what it is, and one control that is its state.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, click, flag,
    icon::{Glyph, Icon},
    words,
};
use crate::{
    app::{command::Command, messages, reactive::derived, shelf::Wish},
    manifest::ModelId,
    protocol::ModelState,
};

/// The row.
#[component]
pub(crate) fn ModelRow(id: ModelId) -> impl IntoView {
    let models = actions().editor.shelf;
    let state = derived(move || models.state(id));
    let text =
        move |read: fn(&crate::protocol::ShelfRow) -> String| words(move || models.row(id, read));
    let line = words(move || {
        models.row(id, |row| {
            let why = row.failure.as_ref().map(messages::failure).unwrap_or_default();
            [why.as_str(), &row.line].join(" ").trim().to_owned()
        })
    });
    view! {
        <li
            class="model"
            data-testid=format!("model-row-{id}")
            data-state=words(move || state.get().as_str().to_owned())
        >
            <div class="about">
                <h2>{text(|row| row.title.clone())}</h2>
                <p>{text(|row| row.summary.clone())}</p>
                <p class="facts">{text(|row| row.facts.clone())}</p>
                <details>
                    <summary>"Where it comes from"</summary>
                    <p class="facts">{text(|row| row.provenance.clone())}</p>
                </details>
            </div>
            <Control id state/>
            <p class="line" aria-live="polite">{line}</p>
        </li>
    }
}

/// Get, pause, go on, or what can be done with a model that is here.
#[component]
fn Control(id: ModelId, state: Memo<ModelState>) -> impl IntoView {
    let models = actions().editor.shelf;
    let begun = move || models.row(id, |row| row.fraction > 0.0);
    let fetching = move || state.get() == ModelState::Fetching;
    let here =
        move || matches!(state.get(), ModelState::Stored | ModelState::Loading | ModelState::Ready);
    let fails = move || state.get() == ModelState::Failed;
    let get = words(move || {
        if fails() {
            "Try again".to_owned()
        } else {
            models.row(id, |row| format!("Get {}", row.size))
        }
    });
    let go_on = words(move || if fails() { "Try again" } else { "Continue" }.to_owned());
    let percent = words(move || models.row(id, |row| ((row.fraction * 100.0) as u32).to_string()));
    let is = words(move || {
        match state.get() {
            ModelState::Loading => "Loading",
            ModelState::Ready => "In use",
            _ => "Ready",
        }
        .to_owned()
    });
    view! {
        <div class="control">
            <Act
                wish=Wish::Get(id)
                name="model-download"
                label=get
                hidden=flag(move || fetching() || here() || begun())
            />
            <Act
                wish=Wish::Get(id)
                name="model-resume"
                label=go_on
                hidden=flag(move || fetching() || here() || !begun())
            />
            <span class="bar-of" hidden=flag(move || !fetching())>
                <progress max="100" value=percent aria-label="Downloaded"></progress>
            </span>
            <Act
                wish=Wish::Pause(id)
                name="model-pause"
                label=words(|| "Pause".to_owned())
                hidden=flag(move || !fetching())
            />
            <span class="is" hidden=flag(move || !here())>{is}</span>
            <details class="more" hidden=flag(move || !here() && !begun() && !fetching())>
                <summary class="tool" aria-label="More">
                    <Glyph icon=Icon::More/>
                </summary>
                <div class="sub">
                    <Act
                        wish=Wish::Verify(id)
                        name="model-verify"
                        label=words(|| "Check again".to_owned())
                        hidden=flag(move || !here())
                    />
                    <Act
                        wish=Wish::Export(id)
                        name="model-export"
                        label=words(|| "Save as a file".to_owned())
                        hidden=flag(move || !here())
                    />
                    <Act
                        wish=Wish::Delete(id)
                        name="model-delete"
                        label=words(|| "Delete".to_owned())
                        hidden=flag(|| false)
                    />
                </div>
            </details>
        </div>
    }
}

#[component]
fn Act(
    wish: Wish,
    name: &'static str,
    label: Signal<String>,
    hidden: Signal<bool>,
) -> impl IntoView {
    let actions = actions();
    view! {
        <button
            class="button quiet"
            data-testid=name
            hidden=hidden
            on:click=click(move || actions.run(Command::Shelf(wish)))
        >
            {label}
        </button>
    }
}
