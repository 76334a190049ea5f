//! What belongs to the whole page: keys, drops and pastes, light and dark.

use gloo_timers::callback::Timeout;
use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    web_sys::{
        ClipboardEvent, Document, DragEvent, Event, HtmlDialogElement, HtmlInputElement,
        KeyboardEvent,
    },
};
use wasm_bindgen::JsCast;

use super::{Actions, fetch};
use crate::{
    app::{
        Page,
        command::{Command, for_key},
        messages,
        models::works_in_steps,
        parts,
        reactive::whenever,
        state::{Editor, Theme},
    },
    client::{
        clipboard,
        dom::{AfterPaint, Frames, Listener, follow_focus, is_keyboards, listen},
        files, prefs, seen,
    },
    raster::StrokeMode,
};

/// How long good news stays, in milliseconds.
const NEWS: u32 = 6_000;

/// Keys, drops and pastes of the whole page.
pub(super) fn listeners(actions: Actions, document: &Document) -> Vec<Listener> {
    let editor = actions.editor;
    let carries =
        |event: &DragEvent| event.data_transfer().is_some_and(|data| files::carries_files(&data));
    let mut listeners = Vec::from(follow_focus(document));
    // The last that a page hears before it goes away, on phones at times the only thing.
    listeners.push(listen(document, "visibilitychange", move |_: Event| {
        actions.live().keep_pending(actions);
    }));
    listeners.extend([
        listen(document, "keydown", move |event: KeyboardEvent| on_key(actions, &event)),
        listen(document, "keyup", move |event: KeyboardEvent| {
            if event.key().eq_ignore_ascii_case("c") {
                editor.comparing.set(false);
            }
        }),
        listen(document, "paste", move |event: ClipboardEvent| {
            if let Some(file) = event.clipboard_data().and_then(|data| files::transferred(&data)) {
                event.prevent_default();
                actions.live().open(file);
            }
        }),
        // A key that is let go of elsewhere is not heard.
        listen(&window(), "blur", move |_: Event| editor.comparing.set(false)),
        listen(document, "dragover", move |event: DragEvent| {
            if carries(&event) {
                event.prevent_default();
                if !editor.dragging.get_untracked() {
                    editor.dragging.set(true);
                }
            }
        }),
        listen(document, "dragleave", move |event: DragEvent| {
            // Without a next element the pointer left the window.
            if event.related_target().is_none() {
                editor.dragging.set(false);
            }
        }),
        listen(document, "drop", move |event: DragEvent| {
            editor.dragging.set(false);
            if carries(&event) {
                event.prevent_default();
                if let Some(file) = event.data_transfer().and_then(|data| files::transferred(&data))
                {
                    // The list of models takes models.
                    if leptos::prelude::document()
                        .query_selector(".models")
                        .ok()
                        .flatten()
                        .is_some()
                    {
                        actions.live().import(file.file);
                    } else {
                        actions.live().open(file);
                    }
                }
            }
        }),
    ]);
    listeners
}

fn on_key(actions: Actions, event: &KeyboardEvent) {
    let active = document().active_element();
    let place = active.as_ref().map(|active| active.tag_name()).unwrap_or_default();
    let dialog = document().query_selector("dialog[open], [popover]:popover-open").ok().flatten();
    let control = event.ctrl_key() || event.meta_key();
    if event.default_prevented() || event.alt_key() || dialog.is_some() || place == "SELECT" {
        return;
    }
    let Some(command) = for_key(&event.key(), control, event.shift_key()) else { return };
    let on_control = matches!(place.as_str(), "BUTTON" | "A" | "INPUT")
        && active.as_ref().is_some_and(is_keyboards);
    // On another page of the site the photo is not there to be worked on.
    let open = actions.editor.photo.with_untracked(Option::is_some)
        && actions.live().stage.borrow().is_some();
    let allowed = match command {
        // Enter on a button presses the button.
        Command::Erase => !on_control && open,
        Command::Pick => true,
        Command::Help => actions.editor.page.get_untracked() == Page::Editor,
        // Words that are selected are what is meant.
        Command::Copy => open && !clipboard::words_selected(),
        _ => open,
    };
    if allowed && !(event.repeat() && matches!(command, Command::Compare(_))) {
        event.prevent_default();
        let editor = actions.editor;
        let does_something = untrack(|| match command {
            Command::Undo => editor.can_undo(),
            Command::Redo => editor.can_redo(),
            _ => true,
        });
        actions.run(command);
        if does_something {
            speak(editor, command);
        }
    }
}

/// Says what a key changed, since the focus is elsewhere than on the control.
fn speak(editor: Editor, command: Command) {
    let words = match command {
        Command::Mode(StrokeMode::Paint) => "Brush".to_owned(),
        Command::Mode(StrokeMode::Unpaint) => "Unpaint".to_owned(),
        Command::BrushLarger | Command::BrushSmaller => {
            messages::brush(editor.settings.with_untracked(|settings| settings.brush))
        }
        Command::Clear => "Nothing is painted".to_owned(),
        Command::Undo => "Undone".to_owned(),
        Command::Redo => "Redone".to_owned(),
        _ => return,
    };
    editor.spoken.set(words);
}

/// Light, dark, or as the system has it.
pub(super) fn show_theme(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// Counts the places that are painted after every change.
pub(super) fn count_regions(editor: Editor) {
    let counting = AfterPaint::new(move || {
        let regions = editor.count_regions();
        if editor.regions.get_untracked() != regions {
            editor.regions.set(regions);
        }
    });
    whenever(move || {
        editor.history.track();
        editor.photo.track();
        editor.phase.track();
        counting.request();
    });
}

/// Keeps every choice.
pub(super) fn keep_settings(editor: Editor) {
    let saving = AfterPaint::new(move || editor.settings.with_untracked(prefs::save));
    whenever(move || {
        editor.settings.track();
        saving.request();
    });
}

/// Lets each sample play when it comes into view.
pub(super) fn play_samples(editor: Editor) {
    let frames = Frames::new(|_| seen::watch(".card button"));
    whenever(move || {
        editor.page.track();
        // Then the cards are there.
        frames.request();
    });
}

/// Lets good news go after a while, unless others come before: then dropped.
pub(super) fn forget_news(editor: Editor) -> Option<Timeout> {
    let good = editor.notice.with(|notice| notice.as_ref().is_some_and(|it| it.code.is_none()));
    good.then(|| Timeout::new(NEWS, move || editor.notice.set(None)))
}

/// Has the rest of the editor fetched while someone paints, and asks for it with every erase until it has come.
pub(super) fn fetch_the_rest(editor: Editor) {
    whenever(move || {
        editor.phase.track();
        let steps = works_in_steps(editor);
        if steps || editor.photo.with(Option::is_some) {
            fetch::when(parts::fetch_rest(), move |fetched| {
                if fetched.is_ok() {
                    show_the_rest(editor);
                    fetch::ahead();
                }
            });
        }
    });
}

fn show_the_rest(editor: Editor) {
    if !editor.has_rest.get_untracked() {
        editor.has_rest.set(true);
    }
}

/// Opens the sheet of keys.
pub(super) fn help(editor: Editor) {
    fetch::when(parts::fetch_rest(), move |fetched| {
        if fetched.is_err() {
            return editor.unfetched();
        }
        show_the_rest(editor);
        spawn_local(async {
            // By then the view has heard of it and put the sheet into the page.
            tick().await;
            show_help();
        });
    });
}

/// Whether a sheet is open. One that was asked for meanwhile then stays away.
pub(super) fn is_sheet_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

fn show_help() {
    let dialog = document().get_element_by_id("help").filter(|_| !is_sheet_open());
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        let _ = dialog.show_modal();
    }
}

/// An input that picks files.
pub(super) fn file_input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
