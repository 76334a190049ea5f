//! The page before there is a photo.

use leptos::prelude::*;

use super::{
    actions, change, editor, flag,
    icon::{Glyph, Icon},
    resume::Resume,
    samples::Samples,
    words,
};
use crate::app::{command::Command, links, state::Phase};

/// What the file picker offers: some systems do not count the last ones among the pictures.
const PICTURES: &str = "image/*,.avif,.heic,.heif,.jxl,.qoi,.tif,.tiff";

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
                            accept=PICTURES
                            data-testid="file-input"
                            on:change=change(move |_| actions.run(Command::OpenPicked("file")))
                        />
                        <span>{way}</span>
                    </label>
                    <label class="choose shoot">
                        <input
                            id="camera"
                            type="file"
                            accept="image/*"
                            capture="environment"
                            data-testid="camera-input"
                            on:change=change(move |_| actions.run(Command::OpenPicked("camera")))
                        />
                        <span><Glyph icon=Icon::Camera/>"Take one"</span>
                    </label>
                    <span class="or">"or drop one, or paste"</span>
                </div>
                <Resume/>
            </div>
            <Samples/>
            <footer class="foot">
                <a href=links::href("about/")>"How it works"</a>
                <a href=links::href("models/")>"Models"</a>
                <span>"No account, no upload, no tracking."</span>
            </footer>
        </section>
    }
}
