//! The page: views only. What touches the browser is reached through `actions`.

mod actions;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod command;
#[expect(unreachable_pub, reason = "the component macro makes public what it generates")]
mod components;
#[cfg(feature = "hydrate")]
pub mod hydrate;
pub mod links;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod messages;
mod models;
#[expect(unreachable_pub, reason = "the component macro makes public what it generates")]
mod pages;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod sharing;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod shelf;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod state;

use leptos::prelude::*;
use leptos_meta::{Meta, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
    static_routes::StaticRoute,
};

use actions::Actions;
use links::{Base, Links};
use pages::{About, EditorPage, Missing, ModelsPage, SharedPage};
use state::Editor;

/// The document around the app, written once on export. It has no inline script of its own: the
/// content security policy allows none.
#[must_use]
pub fn shell(links: &Links) -> impl IntoView + use<> {
    provide_context(Base(links.base.clone()));
    let [style, script, bindings, wasm, worker, runtime, codec, icon] = [
        &*links.style,
        &links.script,
        &links.bindings,
        &links.wasm,
        &links.worker,
        &links.runtime,
        &links.codec,
        "favicon.svg",
    ]
    .map(|path| links.href(path));
    // Plain data: it has a form in JSON.
    let store = links.store.as_ref().and_then(|store| serde_json::to_string(store).ok());
    let touch_icon = links.href("apple-touch-icon.png");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-base=links.base.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="lacuna-worker" content=worker/>
                <meta name="lacuna-runtime" content=runtime/>
                <meta name="lacuna-codec" content=codec/>
                <meta name="lacuna-store" content=store.unwrap_or_default()/>
                <link rel="icon" href=icon type="image/svg+xml"/>
                <link rel="apple-touch-icon" href=touch_icon/>
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

/// The whole application. The state outlives the pages, so that a photo is still there after a look at another one.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let actions = Actions::new(Editor::new());
    provide_context(actions);
    actions.start();
    // The router wants no slash at the end, and nothing at all for the root.
    let base = links::base().trim_end_matches('/').to_owned();
    view! {
        <Meta name="description" content="Erase people, objects and blemishes from a photo, in your browser. Nothing is uploaded."/>
        <Router base>
            <Routes fallback=Missing>
                <Route path=path!("/") view=EditorPage ssr=SsrMode::Static(StaticRoute::new())/>
                <Route path=path!("/s/") view=SharedPage ssr=SsrMode::Static(StaticRoute::new())/>
                <Route path=path!("/about/") view=About ssr=SsrMode::Static(StaticRoute::new())/>
                <Route path=path!("/models/") view=ModelsPage ssr=SsrMode::Static(StaticRoute::new())/>
            </Routes>
        </Router>
    }
}
