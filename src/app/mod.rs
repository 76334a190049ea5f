//! The page: views only. What touches the browser is reached through `actions`.

mod actions;
mod attributes;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod command;
#[expect(unreachable_pub, reason = "the component macro makes public what it generates")]
mod components;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod field;
#[cfg(feature = "hydrate")]
pub mod hydrate;
pub mod links;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod messages;
mod models;
#[expect(unreachable_pub, reason = "the component macro makes public what it generates")]
mod pages;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing is fetched"))]
mod parts;
mod reactive;
mod samples;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod sharing;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod shelf;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "on export nothing happens yet"))]
mod state;

use actions::Actions;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use links::{Base, Links};
use state::Editor;

pub use pages::Page;

/// What the site does, for those who look for it.
const DESCRIPTION: &str =
    "Erase people, objects and blemishes from a photo, in your browser. Nothing is uploaded.";

/// The document around the app at an address, written once for each page on export. It has no inline script: the content security
/// policy allows none.
#[must_use]
pub fn shell(links: &Links, url: &RequestUrl) -> impl IntoView + use<> {
    let page = url.parse().map_or(Page::Missing, |url| Page::at(url.path(), &links.base));
    provide_context(Base(links.base.clone()));
    let [style, script, bindings, loader, wasm, studio, runtime_worker, runtime, codec, icon] = [
        &*links.style,
        &links.script,
        &links.bindings,
        &links.loader,
        &links.wasm,
        &links.studio,
        &links.runtime_worker,
        &links.runtime,
        &links.codec,
        "favicon.svg",
    ]
    .map(|path| links.href(path));
    let parts = page.part().and_then(|part| links.parts.get(part));
    let parts = parts.into_iter().flatten().map(|file| preloaded(links.href(file)));
    let parts = parts.collect::<Vec<_>>();
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
                <meta name="lacuna-studio" content=studio/>
                <meta name="lacuna-runtime-worker" content=runtime_worker/>
                <meta name="lacuna-runtime" content=runtime/>
                <meta name="lacuna-codec" content=codec/>
                <meta name="lacuna-store" content=store.unwrap_or_default()/>
                {links.own_models.then(|| view! { <meta name="lacuna-own-models" content="yes"/> })}
                <link rel="icon" href=icon type="image/svg+xml"/>
                <link rel="apple-touch-icon" href=touch_icon/>
                <link rel="stylesheet" href=style/>
                <link rel="modulepreload" href=bindings/>
                <link rel="modulepreload" href=loader/>
                {preloaded(wasm)}
                {parts}
                <script type="module" src=script></script>
                <meta name="description" content=DESCRIPTION/>
                {(page == Page::Shared).then(|| view! { <meta name="robots" content="noindex"/> })}
                <title>{page.title()}</title>
            </head>
            <body>
                <App page/>
            </body>
        </html>
    }
}

/// Has the browser fetch a wasm file at once, before a script asks for it.
fn preloaded(href: String) -> impl IntoView {
    view! { <link rel="preload" href=href r#as="fetch" r#type="application/wasm" crossorigin/> }
}

/// The whole application, on the page where it starts. The state outlives the pages, so that a photo is still there
/// after a look at another one.
#[component]
#[must_use]
pub fn App(
    /// Where it starts.
    page: Page,
) -> impl IntoView {
    let editor = Editor::new();
    editor.page.set(page);
    let actions = Actions::new(editor);
    provide_context(actions);
    actions.start();
    move || editor.page.get().view()
}
