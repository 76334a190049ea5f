//! Links: a small picture in a link, or the whole one encrypted in a store.

mod codec;
mod link;
mod qr;
mod seal;
mod sketch;

pub(super) use link::{LinkJob, link};
pub(super) use seal::{SealJob, seal};
pub(super) use sketch::Sketch;
