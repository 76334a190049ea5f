//! The bar of every page but the editor: whose page this is, and the way back to the photo.

use leptos::prelude::*;

use crate::app::attributes::AriaAttributes;

use super::icon::{Glyph, Icon, Mark};
use crate::app::links;

/// The bar.
#[component]
pub(crate) fn BackBar() -> impl IntoView {
    view! {
        <header class="bar">
            <a class="brand" href=links::base() aria-label="Lacuna, back to the photo">
                <Mark/>
                <span class="word">"lacuna"</span>
            </a>
            <span class="fill"></span>
            <a class="button quiet" href=links::base()>
                <Glyph icon=Icon::Back/>
                <span>"Back"</span>
            </a>
        </header>
    }
}
