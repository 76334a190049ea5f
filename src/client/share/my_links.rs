//! The full-size links that were made in this browser, kept by it alone.

use serde::{Deserialize, Serialize};

use super::browser::today;
use crate::client::prefs;

const KEY: &str = "lacuna.links.1";

/// The most links that are kept; the oldest go first.
const MOST: usize = 50;

/// A link that was made here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MyLink {
    /// The whole link.
    pub url: String,
    /// Name of the photo.
    pub name: String,
    /// The day it was made, as the browser writes dates.
    pub day: String,
    /// Bytes in the store.
    pub bytes: f64,
}

/// All of them, the newest first.
#[must_use]
pub fn my_links() -> Vec<MyLink> {
    prefs::load_from(KEY)
}

/// Keeps one more.
pub fn add_link(url: String, name: String, bytes: f64) {
    let mut links = my_links();
    links.insert(0, MyLink { url, name, day: today(), bytes });
    links.truncate(MOST);
    prefs::save_to(KEY, &links);
}

/// Forgets one; the object in the store stays.
pub fn forget_link(url: &str) {
    let mut links = my_links();
    links.retain(|link| link.url != url);
    prefs::save_to(KEY, &links);
}
