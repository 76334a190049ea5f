//! The web workers: the studio opens photos, fills holes and makes files; the runtime runs graphs for it, and the
//! keeper downloads models.
//!
//! The studio works on one request at a time, in the order in which they came; only `Cancel` goes past the queue.
//! Long work is cut into steps with a turn of the event loop between them, so that a cancel is heard.
//!
//! The studio is a build of its own, which comes before the first erase. What has to do with models is the other
//! build: it comes after the photo is open, as the runtime or, told so by the name that the page gives the worker,
//! as the keeper.

#[cfg(feature = "studio")]
mod browser;
#[cfg(feature = "studio")]
mod cancel;
mod clock;
#[cfg(feature = "runtime")]
mod device;
#[cfg(feature = "studio")]
mod diffusion;
#[cfg(feature = "studio")]
mod dispatch;
#[cfg(feature = "studio")]
mod erase;
#[cfg(feature = "studio")]
mod export;
mod failures;
#[cfg(feature = "studio")]
mod guide;
#[cfg(feature = "runtime")]
mod keeper;
#[cfg(feature = "runtime")]
mod kept;
#[cfg(feature = "studio")]
mod open;
#[cfg(feature = "studio")]
mod open_photo;
#[cfg(feature = "studio")]
mod parts;
#[cfg(feature = "studio")]
mod pending;
mod post;
#[cfg(feature = "runtime")]
mod runtime;
#[cfg(feature = "studio")]
mod share;
pub mod start;
#[cfg(feature = "runtime")]
mod store;
mod tensors;
#[cfg(feature = "studio")]
mod times;
mod turn;
