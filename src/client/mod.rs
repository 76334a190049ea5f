//! The page's side of the browser: the worker, files, drawing. No views.

mod bridge;
pub mod clipboard;
pub mod dom;
pub mod few;
pub mod files;
mod keeper;
mod kept_result;
mod open_photo;
pub mod prefs;
mod runtime;
pub mod seen;
pub mod session;
pub mod share;
pub mod stage;
mod studio;
mod studio_event;

pub use keeper::Keeper;
pub use kept_result::KeptResult;
pub use runtime::runtime_settings;
pub use studio::{LinkWish, Painted, Studio, WorkerScripts};
pub use studio_event::StudioEvent;
