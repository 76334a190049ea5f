//! What the browser keeps of a person's choices: values under versioned keys.

use gloo_storage::{LocalStorage, Storage};
use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;

use super::dom::window;
use crate::wire;

/// Raised when an older value could be misread.
const KEY: &str = "lacuna.settings.1";
/// There while there are models to choose besides the one that every page knows.
const MODELS: &str = "lacuna.models.1";

/// The settings that were kept. Anything unreadable, and a browser that keeps nothing, is the default.
#[must_use]
pub fn load<T: DeserializeOwned + Default>() -> T {
    load_from(KEY)
}

/// Keeps the settings, where the browser allows it.
pub fn save<T: Serialize>(value: &T) {
    save_to(KEY, value);
}

/// What was kept under a key, or the default.
#[must_use]
pub fn load_from<T: DeserializeOwned + Default>(key: &str) -> T {
    if !keeps_anything() {
        return T::default();
    }
    let kept = LocalStorage::raw().get_item(key).ok().flatten();
    // The browser parses: another parser for one small value would weigh more than the rest of this file.
    kept.and_then(|text| JSON::parse(&text).ok())
        .and_then(|value| wire::read(value).ok())
        .unwrap_or_default()
}

/// Keeps a value under a key, where the browser allows it.
pub fn save_to<T: Serialize>(key: &str, value: &T) {
    if !keeps_anything() {
        return;
    }
    let text = value
        .serialize(&Serializer::json_compatible())
        .ok()
        .and_then(|value| JSON::stringify(&value).ok())
        .map(String::from);
    if let Some(text) = text {
        // A full store is no reason to trouble anybody.
        let _ = LocalStorage::raw().set_item(key, &text);
    }
}

/// Whether models besides swift were here when they were last looked at.
#[must_use]
pub fn has_models() -> bool {
    keeps_anything() && matches!(LocalStorage::raw().get_item(MODELS), Ok(Some(_)))
}

/// Notes whether they are, for the next visit.
pub fn note_models(here: bool) {
    if keeps_anything() {
        let store = LocalStorage::raw();
        // A full store is no reason to trouble anybody.
        let _ = if here { store.set_item(MODELS, "here") } else { store.remove_item(MODELS) };
    }
}

/// Whether the browser lets this page keep anything; asking for the store throws where it does not.
fn keeps_anything() -> bool {
    window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}
