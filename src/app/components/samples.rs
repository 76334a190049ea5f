//! Photos of ours to try things on; each card plays its own before and after.

use leptos::{prelude::*, web_sys::ErrorEvent};

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{actions, click, editor, flag};
use crate::app::{command::Command, links, state::Sample};

/// How many cards there is room for.
const CARDS: usize = 4;

/// The cards. Their room is kept until it is known whether there are any.
#[component]
pub(crate) fn Samples() -> impl IntoView {
    let samples = editor().samples;
    let none = flag(move || samples.with(|samples| samples.as_ref().is_some_and(Vec::is_empty)));
    let cards = move || {
        samples.get().map_or_else(
            || (0..CARDS).map(|_| view! { <li class="card waiting"></li> }.into_any()).collect(),
            |samples| {
                let cards = samples.into_iter().take(CARDS).enumerate();
                cards
                    .map(|(index, sample)| view! { <Card index sample/> }.into_any())
                    .collect::<Vec<_>>()
            },
        )
    };
    view! {
        <section class="samples" hidden=none aria-labelledby="samples-title">
            <h2 id="samples-title" class="quiet-name">"Or try it on one of these"</h2>
            <ul class="cards">{cards}</ul>
        </section>
    }
}

#[component]
fn Card(index: usize, sample: Sample) -> impl IntoView {
    let actions = actions();
    let missing = RwSignal::new(false);
    // Fails the same way for either picture.
    let lost = || Box::new(move |_: ErrorEvent| missing.set(true)) as Box<dyn FnMut(ErrorEvent)>;
    let name = format!("Open the sample: {}", sample.title);
    let url = |file: &str| links::href(&format!("samples/{file}"));
    view! {
        <li class="card" hidden=flag(move || missing.get()) data-sample=sample.id>
            <button
                aria-label=name
                on:click=click(move || actions.run(Command::OpenSample(index)))
            >
                <img src=url(&sample.file) alt="" draggable="false" on:error=lost()/>
                <img class="after" src=url(&sample.after) alt="" draggable="false" on:error=lost()/>
                <i class="edge"></i>
                <span class="caption">{sample.title}</span>
            </button>
        </li>
    }
}
