//! The dock: brush, size, history, quality and Erase in one pill, in two rows on a phone.

use leptos::{
    prelude::*,
    web_sys::{Event, HtmlSelectElement},
};

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, change, click, editor, flag,
    go::Go,
    icon::{Glyph, Icon},
    steps::StepsButton,
    words, yes_no,
};
use crate::{
    app::{Page, command::Command, messages, state::BRUSH_RANGE},
    manifest::ModelId,
    protocol::ModelChoice,
    raster::StrokeMode,
};

/// The choice that leads to the page of models; no model is called so.
const MORE: &str = "+";

/// The dock.
#[component]
pub(crate) fn Dock() -> impl IntoView {
    let editor = editor();
    view! {
        <div class="dock" role="toolbar" aria-label="Tools">
            <div class="group tools">
                <Mode
                    mode=StrokeMode::Paint
                    icon=Icon::Brush
                    id="tool-brush"
                    name="Brush"
                    tip="Brush  B"
                />
                <Mode
                    mode=StrokeMode::Unpaint
                    icon=Icon::Unpaint
                    id="tool-eraser"
                    name="Unpaint"
                    tip="Unpaint  U"
                />
            </div>
            <BrushSize/>
            <div class="group history">
                <Act
                    command=Command::Undo
                    icon=Icon::Undo
                    id="undo"
                    name="Undo"
                    tip="Undo  Ctrl Z"
                    enabled=flag(move || editor.can_undo())
                />
                <Act
                    command=Command::Redo
                    icon=Icon::Redo
                    id="redo"
                    name="Redo"
                    tip="Redo  Ctrl Shift Z"
                    enabled=flag(move || editor.can_redo())
                />
                <Act
                    command=Command::Clear
                    icon=Icon::Clear
                    id="clear"
                    name="Clear what is painted"
                    tip="Clear  Del"
                    enabled=flag(move || editor.can_clear())
                />
            </div>
            <div class="group choices">
                <Model/>
                <StepsButton/>
                <RunOnRelease/>
            </div>
            <Go/>
        </div>
    }
}

#[component]
fn Mode(
    mode: StrokeMode,
    icon: Icon,
    id: &'static str,
    name: &'static str,
    tip: &'static str,
) -> impl IntoView {
    let actions = actions();
    let chosen = yes_no(move || actions.editor.mode.get() == mode);
    view! {
        <button
            class="tool"
            data-testid=id
            aria-label=name
            aria-pressed=chosen
            data-tip=tip
            on:click=click(move || actions.run(Command::Mode(mode)))
        >
            <Glyph icon/>
        </button>
    }
}

#[component]
fn Act(
    command: Command,
    icon: Icon,
    id: &'static str,
    name: &'static str,
    tip: &'static str,
    enabled: Signal<bool>,
) -> impl IntoView {
    let actions = actions();
    view! {
        <button
            class="tool"
            data-testid=id
            aria-label=name
            data-tip=tip
            disabled=flag(move || !enabled.get())
            on:click=click(move || actions.run(command))
        >
            <Glyph icon/>
        </button>
    }
}

/// The slider, and a dot that grows with it.
#[component]
fn BrushSize() -> impl IntoView {
    let actions = actions();
    let brush = move || actions.editor.settings.with(|settings| settings.brush);
    let (least, most) = BRUSH_RANGE;
    // The dot is drawn, not styled: the page's policy allows no style attributes.
    let dot = words(move || (brush().min(30) / 2).to_string());
    view! {
        <label class="size" data-tip="Brush size  [ ]">
            <svg class="dot" viewBox="-16 -16 32 32" aria-hidden="true">
                <circle class="dot-edge" r="15.25"></circle>
                <circle class="dot-fill" r=dot></circle>
            </svg>
            <input
                type="range"
                data-testid="brush-size"
                aria-label="Brush size"
                aria-valuetext=words(move || messages::brush(brush()))
                min=least
                max=most
                step="1"
                value="48"
                prop:value=words(move || brush().to_string())
                on:input=change(move |event| {
                    if let Ok(diameter) = event_target_value(&event).parse::<u16>() {
                        actions.run(Command::Brush(f64::from(diameter)));
                    }
                })
            />
        </label>
    }
}

#[component]
fn Model() -> impl IntoView {
    let actions = actions();
    let chosen = words(move || actions.editor.settings.with(|settings| settings.model.into()));
    let choose = move |event: Event| {
        let name = event_target_value(&event);
        if name == MORE {
            // No model: the choice stays as it was, while the page comes and if it does not.
            event_target::<HtmlSelectElement>(&event).set_value(&chosen.get_untracked());
            return actions.run(Command::Go(Page::Models));
        }
        actions.run(Command::Model(ModelChoice::try_from(name).unwrap_or_default()));
    };
    // The list comes after the choice that was kept: an option that is chosen says so itself.
    let settings = actions.editor.settings;
    let others = move || {
        let models = actions.editor.models.get().into_iter();
        models
            .filter(|model| model.id != ModelId::swift() && actions.editor.shelf.is_here(model.id))
            .map(|model| {
                let id = model.id;
                let chosen = flag(move || settings.with(|it| it.model) == ModelChoice::Model(id));
                view! { <option value=id.as_str().to_owned() prop:selected=chosen>{model.title}</option> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <label class="pick model" data-tip="How the place is filled">
            <select
                data-testid="model-select"
                aria-label="Quality"
                prop:value=chosen
                on:change=change(choose)
            >
                <option value="auto">"Auto"</option>
                <option value="patch">"Texture"</option>
                <option value="swift">"Swift"</option>
                {others}
                <option value=MORE>"More models\u{2026}"</option>
            </select>
            <Glyph icon=Icon::Chevron/>
        </label>
    }
}

#[component]
fn RunOnRelease() -> impl IntoView {
    let actions = actions();
    let on = flag(move || actions.editor.settings.with(|settings| settings.run_on_release));
    view! {
        <label class="tool toggle" data-tip="Erase as soon as the brush is lifted">
            <input
                type="checkbox"
                role="switch"
                data-testid="run-on-release"
                aria-label="Erase as soon as the brush is lifted"
                prop:checked=on
                on:change=change(move |event| {
                    actions.run(Command::RunOnRelease(event_target_checked(&event)));
                })
            />
            <Glyph icon=Icon::Bolt/>
        </label>
    }
}
