//! What the browser keeps of a person's choices: one value under one versioned key.

use gloo_storage::{LocalStorage, Storage};
use serde::{Serialize, de::DeserializeOwned};

/// Raised when an older value could be misread.
const KEY: &str = "lacuna.settings.1";

/// What was kept. Anything unreadable, and a browser that keeps nothing, is the default.
#[must_use]
pub fn load<T: DeserializeOwned + Default>() -> T {
    LocalStorage::get(KEY).unwrap_or_default()
}

/// Keeps a value, where the browser allows it.
pub fn save<T: Serialize>(value: &T) {
    // A private window that keeps nothing is no reason to trouble anybody.
    let _ = LocalStorage::set(KEY, value);
}
