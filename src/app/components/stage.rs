//! The elements of the painting surface; what happens on it is the client's business.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, editor, flag,
    icon::{Glyph, Icon},
};
use crate::app::{actions::StageRefs, state::Phase};

/// The surface, the photo with its results, the mask, the brush cursor and the handle between before and after.
#[component]
pub(crate) fn StageView() -> impl IntoView {
    let refs = StageRefs::default();
    actions().mount_stage(refs);
    let editor = editor();
    let nothing_to_wipe = flag(move || {
        let phase = editor.phase.get();
        phase != Phase::Done || editor.history.with(|history| history.results().next().is_none())
    });
    view! {
        <div
            class="stage"
            data-testid="stage"
            node_ref=refs.stage
            tabindex="0"
            role="application"
            aria-roledescription="painting surface"
            aria-label="Photo. Arrow keys move the crosshair, Space starts and ends a stroke, Enter erases."
        >
            <div class="frame" node_ref=refs.frame></div>
            <div class="layer" node_ref=refs.layer>
                <div class="results" node_ref=refs.results></div>
            </div>
            <canvas class="overlay" node_ref=refs.overlay></canvas>
            <div class="ring" node_ref=refs.ring></div>
            <div
                class="wipe rest"
                node_ref=refs.wipe
                hidden=nothing_to_wipe
                role="slider"
                tabindex="0"
                aria-label="Border between before and after"
                aria-orientation="horizontal"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow="100"
            >
                <span class="knob"><Glyph icon=Icon::Wipe/></span>
            </div>
        </div>
    }
}
