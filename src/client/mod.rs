//! The page's side of the browser: the worker, files, drawing. No views.

mod bridge;
mod studio;

pub use studio::{Studio, StudioEvent};
