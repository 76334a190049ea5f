//! The web workers: the studio opens photos, fills holes and makes files; the runtime runs graphs for it.
//!
//! The studio works on one request at a time, in the order in which they came; only `Cancel` goes past the queue.
//! Long work is cut into steps with a turn of the event loop between them, so that a cancel is heard.
//!
//! Each of the two is a build of its own: the studio comes before the first erase, the runtime after the photo is
//! open, and neither carries the other's code.

#[cfg(feature = "studio")]
mod browser;
#[cfg(feature = "studio")]
mod cancel;
mod clock;
#[cfg(feature = "studio")]
mod dispatch;
#[cfg(feature = "studio")]
mod erase;
#[cfg(feature = "studio")]
mod export;
#[cfg(feature = "studio")]
mod failures;
#[cfg(feature = "studio")]
mod guide;
#[cfg(feature = "studio")]
mod open;
#[cfg(feature = "studio")]
mod open_photo;
#[cfg(feature = "studio")]
mod pending;
mod post;
#[cfg(feature = "runtime")]
pub mod runtime;
#[cfg(feature = "studio")]
pub mod studio;
mod tensors;
mod turn;
