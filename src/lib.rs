//! Lacuna: a photo eraser that runs wholly in the browser.
//!
//! One crate, four builds. Without a feature only the pure modules exist: pixels, synthesis, the inpainting
//! pipeline and the words of the protocol. `hydrate` adds the page, `worker` the web worker, `ssr` the program
//! that exports the pages as files and serves them. ARCHITECTURE.md draws the borders.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two different builds");
#[cfg(all(feature = "worker", feature = "ui"))]
compile_error!("the worker has no user interface");

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
#[cfg(feature = "worker")]
pub mod worker;
