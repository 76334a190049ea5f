//! What an address that leads nowhere shows.

use leptos::prelude::*;

use crate::app::{components::BackBar, links};

/// No such page.
#[component]
pub(crate) fn Missing() -> impl IntoView {
    view! {
        <BackBar/>
        <main class="page missing">
            <h1>"There is nothing here."</h1>
            <p>"The address may be mistyped, or the page is gone."</p>
            <p><a class="button" href=links::base()>"Erase something instead"</a></p>
        </main>
    }
}
