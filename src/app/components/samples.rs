//! Photos of ours to try things on; each card plays its own before and after.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{actions, click};
use crate::app::{
    command::Command,
    links,
    samples::{SAMPLES, Sample},
};

/// The cards.
#[component]
pub(crate) fn Samples() -> impl IntoView {
    let cards = SAMPLES.iter().enumerate();
    let cards: Vec<_> = cards.map(|(index, sample)| view! { <Card index sample/> }).collect();
    view! {
        <section class="samples" aria-labelledby="samples-title">
            <h2 id="samples-title" class="quiet-name">"Or try it on one of these"</h2>
            <ul class="cards">{cards}</ul>
        </section>
    }
}

#[component]
fn Card(index: usize, sample: &'static Sample) -> impl IntoView {
    let actions = actions();
    let Sample { id, title } = sample;
    let name = format!("Open the sample: {title}");
    let url = |picture: &str| links::href(&format!("samples/{id}{picture}.webp"));
    view! {
        <li class="card" data-sample=*id>
            <button
                aria-label=name
                on:click=click(move || actions.run(Command::OpenSample(index)))
            >
                <img src=url("-card") alt="" draggable="false"/>
                <img class="after" src=url("-after-card") alt="" draggable="false"/>
                <i class="edge"></i>
                <span class="caption">{*title}</span>
            </button>
        </li>
    }
}
