//! Exports the pages as files and serves them. No Leptos handler is mounted: what runs while
//! people are on the site is a file server with a table of headers.

mod etag;
pub mod export;
pub mod headers;
mod inline_scripts;
mod models;
mod serve;

pub use models::{ManifestProblem, check_manifest};
pub use serve::{ServeError, serve};
