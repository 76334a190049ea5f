//! Other results of the same paint: made anew, leafed through, and one of them kept.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, click, flag,
    icon::{Glyph, Icon},
    words,
};
use crate::app::{command::Command, reactive::derived};

/// The bar above the dock; there while the last thing done is an erase that can be made in another way.
#[component]
pub(crate) fn Variants() -> impl IntoView {
    let actions = actions();
    let editor = actions.editor;
    let place = derived(move || editor.variant());
    let single = flag(move || place.get().is_none_or(|(_, of)| of < 2));
    let leaf = move |id: &'static str, name: &'static str, icon: Icon, by: isize| {
        view! {
            <button
                class="tool"
                data-testid=id
                aria-label=name
                hidden=single
                on:click=click(move || actions.run(Command::Variant(by)))
            >
                <Glyph icon/>
            </button>
        }
    };
    view! {
        <div
            class="variants"
            role="group"
            aria-label="Other results"
            hidden=flag(move || place.get().is_none())
        >
            <button
                class="tool again"
                data-testid="again"
                aria-label="Try again"
                on:click=click(move || actions.run(Command::Again))
            >
                <Glyph icon=Icon::Dice/>
                <span>"Try again"</span>
            </button>
            {leaf("variant-previous", "Result before", Icon::Previous, -1)}
            <span class="count" data-testid="variant-count" hidden=single aria-live="polite">
                {words(move || {
                    place.get().map_or_else(String::new, |(at, of)| format!("{at} of {of}"))
                })}
            </span>
            {leaf("variant-next", "Next result", Icon::Next, 1)}
            <button
                class="tool"
                data-testid="variant-keep"
                hidden=single
                on:click=click(move || actions.run(Command::KeepVariant))
            >
                "Keep"
            </button>
        </div>
    }
}
