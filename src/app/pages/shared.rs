//! A picture that someone shared. It comes out of the address alone: nothing else is loaded for it.

use leptos::prelude::*;

use crate::app::attributes::GlobalAttributes;

use crate::app::{
    command::Command,
    components::{Mark, actions, click, flag, some_words, words},
    links,
    sharing::{Opened, Wish},
};

/// The page.
#[component]
pub(crate) fn SharedPage() -> impl IntoView {
    let actions = actions();
    actions.mount_shared();
    let sharing = actions.sharing;
    let opened = sharing.opened;
    let asks = move |wish: Wish| click(move || actions.run(Command::Share(wish)));
    let line = words(move || {
        opened.with(|opened| match opened {
            Opened::Reading => "Opening\u{2026}".to_owned(),
            Opened::Shown { recipe, .. } => {
                let made =
                    "Edited on the sender's device with Lacuna. Nothing was uploaded to edit it.";
                if recipe.is_empty() { made.to_owned() } else { [made, " ", recipe].concat() }
            }
            Opened::Failed(_, words) => (*words).to_owned(),
        })
    });
    let fault = some_words(move || {
        opened.with(|opened| match opened {
            Opened::Failed(word, _) => Some((*word).to_owned()),
            _ => None,
        })
    });
    let unshown = flag(move || !opened.with(|opened| matches!(opened, Opened::Shown { .. })));
    view! {
        <main
            class="shared"
            data-testid="shared"
            data-state=words(move || opened.with(|opened| opened.as_str().to_owned()))
        >
            <header class="bar">
                <a class="brand" href=links::base() aria-label="Lacuna, erase things from photos">
                    <Mark/>
                    <span class="word">"lacuna"</span>
                </a>
            </header>
            <h1>"A shared picture"</h1>
            <div id="shared-picture" class="shared-place" class:unshown=unshown></div>
            <footer class="shared-foot">
                <p data-testid="shared-words" data-fault=fault role="status">{line}</p>
                <progress
                    id="shared-progress"
                    max="1"
                    value="0"
                    aria-label="Fetching the picture"
                    hidden=flag(move || !opened.with(|opened| matches!(opened, Opened::Reading)))
                ></progress>
                <p class="said" role="status">{words(move || sharing.said.get())}</p>
                <div class="shared-ways" hidden=unshown>
                    <button class="pill" data-testid="shared-save" on:click=asks(Wish::SaveShared)>
                        "Save"
                    </button>
                    <button class="pill" data-testid="shared-copy" on:click=asks(Wish::CopyShared)>
                        "Copy link"
                    </button>
                    <a
                        class="button"
                        data-testid="shared-edit"
                        href=links::base()
                        on:click=asks(Wish::EditShared)
                    >
                        "Erase something in this picture"
                    </a>
                </div>
                <a class="button" href=links::base() hidden=flag(move || !opened.with(|opened| matches!(opened, Opened::Failed(..))))>
                    "Erase something yourself"
                </a>
            </footer>
        </main>
    }
}
