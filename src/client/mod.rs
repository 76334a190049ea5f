//! The page's side of the browser: the worker, files, drawing. No views.

mod bridge;
pub mod dom;
pub mod files;
pub mod prefs;
mod runtime;
pub mod share;
pub mod stage;
mod studio;
mod studio_event;

pub use runtime::runtime_settings;
pub use studio::{LinkWish, Studio};
pub use studio_event::StudioEvent;
