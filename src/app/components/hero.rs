//! The page before there is a photo.

use leptos::prelude::*;

use crate::app::attributes::GlobalAttributes;

use super::{actions, change, editor, flag, samples::Samples, words};
use crate::app::{command::Command, links, state::Phase};

/// What this is, and the ways in.
#[component]
pub(crate) fn Hero() -> impl IntoView {
    let actions = actions();
    let editor = editor();
    let opening = move || editor.phase.get() == Phase::Opening;
    let way =
        words(move || if opening() { "Opening\u{2026}" } else { "Choose a photo" }.to_owned());
    view! {
        <section class="hero" inert=flag(move || editor.photo.with(Option::is_some))>
            <div class="claim">
                <h1>"Erase anything from\u{a0}a\u{a0}photo."</h1>
                <p class="promise">"In your browser. Nothing is uploaded."</p>
                <div class="ways">
                    <label class="choose" class:busy=flag(opening)>
                        <input
                            id="file"
                            type="file"
                            accept="image/*"
                            data-testid="file-input"
                            on:change=change(move |_| actions.run(Command::OpenPicked))
                        />
                        <span>{way}</span>
                    </label>
                    <span class="or">"or drop one, or paste"</span>
                </div>
            </div>
            <Samples/>
            <footer class="foot">
                <a href=links::href("about/")>"How it works"</a>
                <span>"No account, no upload, no tracking."</span>
            </footer>
        </section>
    }
}
