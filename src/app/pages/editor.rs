//! The page on which photos are edited; it is also the start page.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use crate::app::{
    components::{
        Dock, Help, Hero, NoticeBar, ShareDialog, StageView, Status, StepsSheet, TopBar, Variants,
        editor, flag, words, yes_no,
    },
    state::Phase,
};

/// The editor with all of its places; which of them show is a matter of its state.
#[component]
pub(crate) fn EditorPage() -> impl IntoView {
    let editor = editor();
    let state = Memo::new(move |_| editor.phase.get().as_str());
    let has_photo = Memo::new(move |_| editor.photo.with(Option::is_some));
    // Each place is a type of its own size; without this the page would be one type of all their depth.
    let top = view! { <TopBar/> }.into_any();
    let hero = view! { <Hero/> }.into_any();
    let stage = view! { <StageView/> }.into_any();
    let dock = view! { <Dock/> }.into_any();
    let steps = view! { <StepsSheet/> }.into_any();
    let variants = view! { <Variants/> }.into_any();
    let help = view! { <Help/> }.into_any();
    let share = view! { <ShareDialog/> }.into_any();
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
                    {variants}
                    {dock}
                    {steps}
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
