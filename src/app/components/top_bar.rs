//! The bar at the top: whose page this is, which photo, and what to do with the whole of it.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

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
    app::{command::Command, links, messages, state::Editor},
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
                <Copy/>
                <KeepGps/>
                <Download/>
            </div>
            <MenuButton/>
            <Menu/>
        </header>
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

/// Puts the photo on the clipboard.
#[component]
fn Copy() -> impl IntoView {
    let actions = actions();
    view! {
        <button
            class="tool copy"
            data-testid="copy-image"
            aria-label="Copy the photo"
            disabled=flag(move || cannot_save(actions.editor))
            data-tip="Copy  Ctrl C"
            on:click=click(move || actions.run(Command::Copy))
        >
            <Glyph icon=Icon::Copy/>
        </button>
    }
}

/// Whether the place is saved, too; there only when the file has one.
#[component]
fn KeepGps() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let nowhere =
        move || editor.photo.with(|photo| !photo.as_ref().is_some_and(|photo| photo.has_place));
    view! {
        <label class="tool toggle" hidden=flag(nowhere) data-tip="Save where it was taken, too">
            <input
                type="checkbox"
                role="switch"
                data-testid="keep-gps"
                aria-label="Save where the photo was taken, too"
                prop:checked=flag(move || editor.keep_gps.get())
                on:change=change(move |event| {
                    actions.run(Command::KeepGps(event_target_checked(&event)));
                })
            />
            <Glyph icon=Icon::Pin/>
        </label>
    }
}

/// Whether there is nothing to save now, or the last one is still being made.
fn cannot_save(editor: Editor) -> bool {
    editor.saving.get().is_some()
        || editor.phase.get().is_busy()
        || editor.photo.with(Option::is_none)
}

#[component]
fn Download() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let busy = move || editor.saving.get().is_some();
    let label = words(move || match editor.saving.get() {
        Some(_) => "Saving".to_owned(),
        None => "Download".to_owned(),
    });
    let chosen =
        words(move || format_name(editor.settings.with(|settings| settings.format)).to_owned());
    let choose = move |name: String| {
        let format = FORMATS.into_iter().find(|&(format, _)| format_name(format) == name);
        actions.run(Command::Format(format.map(|(format, _)| format).unwrap_or_default()));
    };
    let option = |(format, words)| view! { <option value=format_name(format)>{words}</option> };
    let options = Vec::from(FORMATS.map(option));
    view! {
        <div class="split">
            <button
                class="save"
                data-testid="download"
                aria-label=label
                disabled=flag(move || cannot_save(editor))
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
                    {options}
                </select>
                <Glyph icon=Icon::Chevron/>
            </label>
        </div>
    }
}

/// What a photo can be saved as, and what that is called.
const FORMATS: [(ExportFormat, &str); 6] = [
    (ExportFormat::Same, "As it came"),
    (ExportFormat::Png, "PNG"),
    (ExportFormat::Jpeg, "JPEG"),
    (ExportFormat::JpegFine, "JPEG, finest"),
    (ExportFormat::JpegSmall, "JPEG, smaller"),
    (ExportFormat::Webp, "WebP, lossless"),
];

/// The word for a format in the page's values.
const fn format_name(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Same => "same",
        ExportFormat::Png => "png",
        ExportFormat::Jpeg => "jpeg",
        ExportFormat::JpegFine => "jpeg-fine",
        ExportFormat::JpegSmall => "jpeg-small",
        ExportFormat::Webp => "webp",
    }
}
