//! The bar at the top: whose page this is, which photo, and what to do with the whole of it.

use leptos::prelude::*;

use super::{
    actions, change, click, editor, flag,
    icon::{Glyph, Icon, Mark},
    key,
    menu::{Menu, MenuButton},
    pointer,
    share_dialog::ShareButton,
    words, yes_no,
};
use crate::{
    app::{command::Command, links, messages},
    protocol::ExportFormat,
};

/// The bar. What concerns a photo is there once there is one.
#[component]
pub(crate) fn TopBar() -> impl IntoView {
    let editor = editor();
    let title = words(move || {
        editor.photo.with(|photo| photo.as_ref().map(messages::title).unwrap_or_default())
    });
    view! {
        <header class="bar">
            <a class="brand" href=links::base() aria-label="Lacuna">
                <Mark/>
                <span class="word">"lacuna"</span>
            </a>
            <span class="name" title=title>{title}</span>
            <span class="fill"></span>
            <div class="photo-tools">
                <Zoom/>
                <Compare/>
                <ShareButton/>
                <Download/>
            </div>
            <MenuButton/>
        </header>
        <Menu/>
    }
}

#[component]
fn Zoom() -> impl IntoView {
    let actions = actions();
    let zoom = actions.editor.zoom;
    view! {
        <div class="zoom" role="group" aria-label="Zoom">
            <button
                class="tool step"
                data-testid="zoom-out"
                aria-label="Zoom out"
                data-tip="Zoom out  \u{2212}"
                on:click=click(move || actions.run(Command::ZoomOut))
            >
                <Glyph icon=Icon::Minus/>
            </button>
            <button
                class="tool percent"
                data-testid="zoom-fit"
                aria-label=words(move || {
                    format!("Fit the photo to the window, now at {} percent", zoom.get())
                })
                data-tip="Fit  0"
                on:click=click(move || actions.run(Command::ZoomFit))
            >
                {words(move || format!("{}%", zoom.get()))}
            </button>
            <button
                class="tool step"
                data-testid="zoom-in"
                aria-label="Zoom in"
                data-tip="Zoom in  +"
                on:click=click(move || actions.run(Command::ZoomIn))
            >
                <Glyph icon=Icon::Plus/>
            </button>
        </div>
    }
}

/// Shows the photo as it came for as long as it is held.
#[component]
fn Compare() -> impl IntoView {
    let actions = actions();
    let comparing = actions.editor.comparing;
    let hold = move |on: bool| move || actions.run(Command::Compare(on));
    let (press, release) = (hold(true), hold(false));
    let holds = |key: &str| key == " " || key == "Enter";
    view! {
        <button
            class="tool"
            data-testid="compare"
            aria-label="Compare with the photo as it came, while held"
            aria-pressed=yes_no(move || comparing.get())
            data-tip="Hold to compare  C"
            on:pointerdown=pointer(press)
            on:pointerup=pointer(release)
            on:pointerleave=pointer(release)
            on:pointercancel=pointer(release)
            on:keydown=key(move |key| if holds(&key) { press() })
            on:keyup=key(move |key| if holds(&key) { release() })
        >
            <Glyph icon=Icon::Compare/>
        </button>
    }
}

#[component]
fn Download() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let busy = move || editor.saving.get().is_some();
    let disabled =
        move || busy() || editor.phase.get().run().is_some() || editor.photo.with(Option::is_none);
    let label = words(move || match editor.saving.get() {
        Some(_) => "Saving".to_owned(),
        None => "Download".to_owned(),
    });
    let chosen =
        words(move || format_name(editor.settings.with(|settings| settings.format)).to_owned());
    let choose = move |name: String| {
        let format = [ExportFormat::Same, ExportFormat::Png, ExportFormat::Jpeg]
            .into_iter()
            .find(|&format| format_name(format) == name);
        actions.run(Command::Format(format.unwrap_or_default()));
    };
    view! {
        <div class="split">
            <button
                class="save"
                data-testid="download"
                disabled=flag(disabled)
                aria-busy=yes_no(busy)
                data-tip="Download  S"
                on:click=click(move || actions.run(Command::Download))
            >
                <Glyph icon=Icon::Download/>
                <span class="wide">{label}</span>
            </button>
            <label class="pick">
                <select
                    data-testid="format-select"
                    aria-label="File format"
                    prop:value=chosen
                    on:change=change(move |event| choose(event_target_value(&event)))
                >
                    <option value="same">"As it came"</option>
                    <option value="png">"PNG"</option>
                    <option value="jpeg">"JPEG"</option>
                </select>
                <Glyph icon=Icon::Chevron/>
            </label>
        </div>
    }
}

/// The word for a format in the page's values.
const fn format_name(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Same => "same",
        ExportFormat::Png => "png",
        ExportFormat::Jpeg => "jpeg",
    }
}
