//! The photo from another time: to go on with, or to take off the device.

use leptos::prelude::*;

use super::{
    actions, click, editor, flag,
    icon::{Glyph, Icon},
    words,
};
use crate::app::{command::Command, state::Offer};

/// A card that is there when something was kept.
#[component]
pub(crate) fn Resume() -> impl IntoView {
    let actions = actions();
    let offer = editor().offer;
    let of = move |read: fn(&Offer) -> &String| {
        offer.with(|offer| offer.as_ref().map(|offer| read(offer).clone()).unwrap_or_default())
    };
    let thumbnail = move || of(|offer| &offer.thumbnail);
    let name = move || of(|offer| &offer.name);
    view! {
        <div class="resume" hidden=flag(move || offer.with(Option::is_none))>
            <button
                class="go-on"
                data-testid="resume-session"
                on:click=click(move || actions.run(Command::Resume))
            >
                <img src=words(thumbnail) alt="" hidden=flag(move || thumbnail().is_empty())/>
                <span>
                    <strong>"Continue where you left off"</strong>
                    <span class="kept-name">{words(name)}</span>
                </span>
            </button>
            <button
                class="tool"
                data-testid="forget-session"
                aria-label="Remove this photo from the device"
                data-tip="Remove from this device"
                on:click=click(move || actions.run(Command::Forget))
            >
                <Glyph icon=Icon::Close/>
            </button>
        </div>
    }
}
