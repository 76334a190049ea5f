//! The page's side of the browser: the worker, files, drawing. No views.

mod bridge;
pub mod dom;
pub mod files;
pub mod prefs;
pub mod stage;
mod studio;

pub use studio::{Studio, StudioEvent};
