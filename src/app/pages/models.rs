//! The page of models: what there is, what of it is on this device, and what room is left.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use crate::{
    app::{
        command::Command,
        components::{
            BackBar, Glyph, Icon, ModelRow, NoticeBar, actions, change, click, flag, words,
        },
        messages,
        reactive::{derived, whenever},
        shelf::Wish,
    },
    manifest::ModelId,
};

/// The page.
#[component]
pub(crate) fn ModelsPage() -> impl IntoView {
    let actions = actions();
    let models = actions.editor.shelf;
    whenever(move || actions.run(Command::Shelf(Wish::Look)));
    let ids = derived(move || models.ids());
    let row = |id: ModelId| view! { <ModelRow id/> };
    let rows = move || ids.get().into_iter().map(row).collect::<Vec<_>>();
    view! {
        <BackBar/>
        <main class="page models">
            <h1>"Models"</h1>
            <p class="lead">
                "Erasing works without any of these. They are fetched once, from where others published them, and \
                 run on this device; your photo stays here."
            </p>
            <Room/>
            <ul class="shelf">{rows}</ul>
            <p
                class="quiet-name"
                hidden=flag(move || !ids.get().is_empty() || models.unknown.get())
            >
                "Looking at what is here"
            </p>
            <button
                class="button"
                data-testid="models-look"
                hidden=flag(move || !ids.get().is_empty() || !models.unknown.get())
                on:click=click(move || actions.run(Command::Shelf(Wish::Look)))
            >
                "Try again"
            </button>
        </main>
        <NoticeBar/>
        <div class="drop" class:shown=flag(move || actions.editor.dragging.get()) aria-hidden="true">
            <span>"Drop a model's file to keep it"</span>
        </div>
    }
}

/// The room that is left, and the way for a file from the disk.
#[component]
fn Room() -> impl IntoView {
    let actions = actions();
    let models = actions.editor.shelf;
    let room = move || models.shelf.with(|shelf| shelf.as_ref().map(|shelf| shelf.room.clone()));
    let line = words(move || room().map(|room| room.line).unwrap_or_default());
    let percent = words(move || {
        let fraction = room().map_or(0.0, |room| room.fraction);
        // A little is not nothing.
        ((fraction * 100.0).ceil() as u32).to_string()
    });
    let keeping = words(move || {
        room().map(|room| messages::keeping(room.keeping).to_owned()).unwrap_or_default()
    });
    view! {
        <div class="room">
            <progress max="100" value=percent aria-label="Room used"></progress>
            <p>
                <span data-testid="model-room">{line}</span>
                <span class="quiet-name">{keeping}</span>
            </p>
            <label class="button quiet import">
                <input
                    id="model-file"
                    type="file"
                    accept=".onnx"
                    data-testid="model-import"
                    aria-label="Add a model from a file"
                    on:change=change(move |_| actions.run(Command::Shelf(Wish::Import("model-file"))))
                />
                <Glyph icon=Icon::Plus/>
                <span>"Add from a file"</span>
            </label>
        </div>
    }
}
