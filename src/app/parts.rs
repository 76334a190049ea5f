//! What of the page arrives on demand: the pages behind links, a picture that someone shared, the sharing of one, and what
//! the editor has for later than a first erase.
//!
//! The build cuts the page's wasm file at the functions of [`wasm_split`]: what only they reach lies in files of its
//! own, which are fetched before such a function is called for the first time. On export all of it is there.

use std::{
    future::Future,
    task::{Context, Poll, Waker},
};

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use super::{
    components::{Help, ShareDialog, StepsSheet, Variants},
    pages::{About, ModelsPage, Page, SharedPage},
};

/// A part that could not be fetched. Asked for again, it is fetched again.
pub(crate) type Unfetched = SplitLoaderError;

/// The views of the part that is called rest.
pub(super) enum Rest {
    About,
    Models,
    Tools,
    Help,
}

// One function for each part that has views: each keeps for itself whether its part was fetched.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, preload(fetch_rest), fallible)]
pub(super) fn rest(view: Rest) -> Result<AnyView, Unfetched> {
    Ok(match view {
        Rest::About => About().into_any(),
        Rest::Models => ModelsPage().into_any(),
        Rest::Tools => (Variants(), StepsSheet()).into_any(),
        Rest::Help => Help().into_any(),
    })
}

#[wasm_split(shared, wasm_split_path = leptos::wasm_split, preload(fetch_shared), fallible)]
fn shared() -> Result<AnyView, Unfetched> {
    Ok(SharedPage().into_any())
}

#[wasm_split(sharing, wasm_split_path = leptos::wasm_split, preload(fetch_sharing), fallible)]
pub(super) fn sharing() -> Result<AnyView, Unfetched> {
    Ok(ShareDialog().into_any())
}

/// The view of a page whose part is here, see [`fetch`]; nothing where it is not.
pub(super) fn view(page: Page) -> AnyView {
    match page {
        Page::About => here(rest(Rest::About)),
        Page::Models => here(rest(Rest::Models)),
        Page::Shared => here(shared()),
        Page::Editor | Page::Missing => None,
    }
    .into_any()
}

/// The dialog in which links are made; nothing before [`fetch_sharing`].
pub(crate) fn share_dialog() -> AnyView {
    here(sharing()).into_any()
}

/// The tools of the editor that are of use after a first erase, or for a model that works in steps; nothing before
/// [`fetch_rest`].
pub(crate) fn tools() -> AnyView {
    here(rest(Rest::Tools)).into_any()
}

/// The sheet of keys; nothing before [`fetch_rest`].
pub(crate) fn help() -> AnyView {
    here(rest(Rest::Help)).into_any()
}

/// Fetches what a page consists of.
pub(crate) async fn fetch(page: Page) -> Result<(), Unfetched> {
    match page {
        Page::About | Page::Models => fetch_rest().await,
        Page::Shared => fetch_shared().await,
        // These are part of the first file.
        Page::Editor | Page::Missing => Ok(()),
    }
}

/// What a function says whose part it has fetched before, by its `preload` or in an earlier call.
fn here<T>(asked: impl Future<Output = Result<T, Unfetched>>) -> Option<T> {
    match std::pin::pin!(asked).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(said) => said.ok(),
        Poll::Pending => None,
    }
}
