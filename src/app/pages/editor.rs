//! The page on which photos are edited; it is also the start page.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use crate::app::{
    components::{
        Dock, Hero, NoticeBar, StageView, Status, TopBar, actions, editor, flag, words, yes_no,
    },
    parts,
    reactive::derived,
    state::Phase,
};

/// The editor with all of its places; which of them show is a matter of its state.
#[component]
pub(crate) fn EditorPage() -> impl IntoView {
    let editor = editor();
    let sharing = actions().sharing;
    let state = derived(move || editor.phase.get().as_str());
    let has_photo = derived(move || editor.photo.with(Option::is_some));
    // Each place is a type of its own size; without this the page would be one type of all their depth.
    let top = view! { <TopBar/> }.into_any();
    let hero = view! { <Hero/> }.into_any();
    let stage = view! { <StageView/> }.into_any();
    let dock = view! { <Dock/> }.into_any();
    let tools = move || editor.has_rest.get().then(parts::tools);
    let help = move || editor.has_rest.get().then(parts::help);
    let share = move || sharing.is_here.get().then(parts::share_dialog);
    view! {
        <div
            class="app"
            data-testid="app"
            data-state=words(move || state.get().to_owned())
            data-photo=yes_no(move || has_photo.get())
            aria-busy=yes_no(move || {
                matches!(editor.phase.get(), Phase::Opening | Phase::Running(_))
            })
        >
            {top}
            <main>
                {hero}
                <div class="work" inert=flag(move || !has_photo.get())>
                    {stage}
                    <Status/>
                    {tools}
                    {dock}
                </div>
            </main>
            <NoticeBar/>
            {help}
            {share}
            <div class="drop" class:shown=flag(move || editor.dragging.get()) aria-hidden="true">
                <span>"Drop to open"</span>
            </div>
        </div>
    }
}
