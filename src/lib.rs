//! Lacuna: a photo eraser that runs wholly in the browser.
//!
//! One crate, five builds. Without a feature only the pure modules exist: pixels, synthesis, the inpainting
//! pipeline and the words of the protocol. `hydrate` adds the page, `studio` the worker that holds the photo,
//! `runtime` the worker that runs graphs, `ssr` the program that exports the pages as files and serves them.
//! ARCHITECTURE.md draws the borders.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two different builds");
#[cfg(all(any(feature = "studio", feature = "runtime"), feature = "ui"))]
compile_error!("a worker has no user interface");

pub mod diffusion;
pub mod inpaint;
pub mod manifest;
#[cfg(test)]
mod manifest_schema;
pub mod onnx;
pub mod protocol;
pub mod raster;
pub mod share;
pub mod synthesis;

#[cfg(feature = "web")]
pub mod wire;

#[cfg(feature = "ui")]
pub mod app;
#[cfg(feature = "hydrate")]
pub mod client;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(any(feature = "studio", feature = "runtime"))]
pub mod worker;
