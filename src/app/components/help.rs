//! The sheet of keys and gestures.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::icon::{Glyph, Icon};

/// What can be done by which keys; several keys of one row are alternatives.
const KEYS: [(&str, &[&str]); 15] = [
    ("Brush, unpaint", &["B", "U"]),
    ("Smaller, larger brush", &["[", "]"]),
    ("Erase", &["Enter"]),
    ("Cancel", &["Esc"]),
    ("Undo", &["Ctrl Z"]),
    ("Redo", &["Ctrl Shift Z", "Ctrl Y"]),
    ("Clear what is painted", &["Del"]),
    ("See the photo as it came, held", &["C"]),
    ("Zoom", &["+", "-"]),
    ("Fit, 100 %", &["0", "1"]),
    ("Move the photo, held while dragging", &["Space"]),
    ("Move the crosshair; faster", &["Arrows", "Shift"]),
    ("Start and end a stroke", &["Space"]),
    ("Open, download", &["O", "S"]),
    ("Share as a link", &["L"]),
];

/// A dialog that the menu and the key `?` open.
#[component]
pub(crate) fn Help() -> impl IntoView {
    let row = |(what, keys): (&'static str, &'static [&'static str])| {
        let keys: Vec<_> = keys.iter().map(|&key| view! { <kbd>{key}</kbd> }).collect();
        view! {
            <div class="row">
                <dt>{what}</dt>
                <dd>{keys}</dd>
            </div>
        }
    };
    view! {
        <dialog id="help" class="sheet" aria-labelledby="help-title" closedby="any">
            <form method="dialog">
                <h2 id="help-title">"Keys and gestures"</h2>
                <button class="tool" aria-label="Close">
                    <Glyph icon=Icon::Close/>
                </button>
            </form>
            <p class="gestures">
                <span class="by-mouse">
                    "The wheel zooms, the middle button moves the photo. "
                </span>
                "On a touch screen one finger paints, and two fingers zoom and move. A second finger takes back the \
                 stroke that the first one began."
            </p>
            <dl>{KEYS.into_iter().map(row).collect::<Vec<_>>()}</dl>
        </dialog>
    }
}
