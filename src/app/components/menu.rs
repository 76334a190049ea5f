//! The menu behind the three dots: another photo, light or dark, keys, and how things went.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, change, click, editor, flag,
    icon::{Glyph, Icon},
    words,
};
use crate::{
    app::{command::Command, links, messages, state::Theme},
    protocol::Provider,
};

/// The button; the browser opens and closes what it points at.
#[component]
pub(crate) fn MenuButton() -> impl IntoView {
    view! {
        <button class="tool menu-button" popovertarget="menu" aria-label="Menu" data-tip="Menu">
            <Glyph icon=Icon::More/>
        </button>
    }
}

/// What it opens.
#[component]
pub(crate) fn Menu() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let timing = words(move || messages::timing(editor.timing.get()));
    let provider = words(move || {
        match editor.timing.get().and_then(|timing| timing.provider) {
            Some(Provider::Webgpu) => "webgpu",
            Some(Provider::Wasm) => "wasm",
            None => "none",
        }
        .to_owned()
    });
    view! {
        <div id="menu" class="menu" popover="auto">
            <button
                class="item"
                popovertarget="menu"
                popovertargetaction="hide"
                on:click=click(move || actions.run(Command::Pick))
            >
                <Glyph icon=Icon::Picture/>
                <span>"Open a photo"</span>
                <kbd>"O"</kbd>
            </button>
            <button
                class="item"
                popovertarget="menu"
                popovertargetaction="hide"
                data-testid="close-photo"
                hidden=flag(move || editor.photo.with(Option::is_none))
                on:click=click(move || actions.run(Command::Close))
            >
                <Glyph icon=Icon::Close/>
                <span>"Close and forget this photo"</span>
            </button>
            <button
                class="item"
                popovertarget="menu"
                popovertargetaction="hide"
                on:click=click(move || actions.run(Command::Help))
            >
                <Glyph icon=Icon::Keyboard/>
                <span>"Keys and gestures"</span>
                <kbd>"?"</kbd>
            </button>
            <a class="item" href=links::href("models/")>
                <Glyph icon=Icon::Download/>
                <span>"Models"</span>
            </a>
            <a class="item" href=links::href("about/")>
                <Glyph icon=Icon::Info/>
                <span>"How it works"</span>
            </a>
            <ThemeChoice/>
            <p class="details">
                <span>{timing}</span>
                <span class="provider">
                    "Model ran on: "
                    <span data-testid="provider">{provider}</span>
                </span>
            </p>
            <details class="timings" hidden=flag(move || editor.timings.with(String::is_empty))>
                <summary>"Times in milliseconds"</summary>
                <pre data-testid="debug-timings" tabindex="0">{words(move || editor.timings.get())}</pre>
            </details>
        </div>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let actions = actions();
    let choice = move |theme: Theme, name: &'static str, icon: Icon| {
        let chosen = flag(move || actions.editor.settings.with(|settings| settings.theme == theme));
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=chosen
                    on:change=change(move |_| actions.run(Command::Theme(theme)))
                />
                <Glyph icon/>
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="options">
            <legend class="quiet-name">"Light or dark"</legend>
            {choice(Theme::System, "System", Icon::Screen)}
            {choice(Theme::Light, "Light", Icon::Sun)}
            {choice(Theme::Dark, "Dark", Icon::Moon)}
        </fieldset>
    }
}
