//! The page: views only. What touches the browser is reached through `actions`.

#[cfg(feature = "hydrate")]
pub mod hydrate;
pub mod links;

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
    static_routes::StaticRoute,
};

use links::{Base, Links};

/// The document around the app, written once on export. It has no inline script of its own: the
/// content security policy allows none.
#[must_use]
pub fn shell(links: &Links) -> impl IntoView + use<> {
    provide_context(Base(links.base.clone()));
    let [style, script, bindings, wasm, worker, icon] =
        [&*links.style, &links.script, &links.bindings, &links.wasm, &links.worker, "favicon.svg"]
            .map(|path| links.href(path));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-base=links.base.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="lacuna-worker" content=worker/>
                <link rel="icon" href=icon type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
                <link rel="modulepreload" href=bindings/>
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin/>
                <script type="module" src=script></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The whole application.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The router wants no slash at the end, and nothing at all for the root.
    let base = links::base().trim_end_matches('/').to_owned();
    view! {
        <Title text="Lacuna"/>
        <Router base>
            <Routes fallback=|| view! { <p>"There is no such page."</p> }>
                <Route path=path!("/") view=Editor ssr=SsrMode::Static(StaticRoute::new())/>
                <Route path=path!("/about/") view=About ssr=SsrMode::Static(StaticRoute::new())/>
            </Routes>
        </Router>
    }
}

#[component]
fn Editor() -> impl IntoView {
    let (count, set_count) = signal(0);
    view! { <button on:click=move |_| set_count.update(|n| *n += 1)>{count}</button> }
}

#[component]
fn About() -> impl IntoView {
    view! { <h1>"How it works"</h1> }
}
