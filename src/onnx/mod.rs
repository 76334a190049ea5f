//! Graphs as files of ONNX: reads all of a file but its weights, and writes headers that point at them.
//!
//! A model's file can be larger than what a browser gives to a program, and nearly all of it is weights. The walker
//! reads the rest, whatever the file holds and without trusting it; the writer makes a small file of it whose large
//! tensors are references into the original. The runtime takes both and brings the weights to where they are needed
//! without their ever lying in our memory.

mod compile;
mod element;
mod error;
mod model;
mod source;
mod walk;
mod wire;
mod write;

pub use compile::{COMPILER_VERSION, Options, Shapes, compile, compile_model};
pub use element::Element;
pub use error::OnnxError;
pub use model::{
    Attribute, AttributeValue, Data, Dim, Graph, Model, Node, Opset, Tensor, TensorKind, ValueInfo,
};
pub use source::ReadAt;
pub use walk::{Limits, walk};
pub use write::write;

use crate::manifest::Signature;

/// Counts what this module writes of the same file: a header that was kept is good as long as this is the same.
pub const HEADER_VERSION: u32 = 1;

/// A file with everything of a graph but its large weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The file.
    pub bytes: Vec<u8>,
    /// Inputs and outputs of the graph.
    pub signature: Signature,
    /// Whether it refers to the original: a runtime wants to be given what is referred to, and nothing else.
    pub refers: bool,
}

/// Writes the header of a file. Its weights are references into a file named `location`, which is the same file
/// under the name that the runtime gets it by.
///
/// # Errors
/// [`OnnxError`] when the file is not a graph, or one that wants too much memory besides its weights.
pub fn header(file: &mut dyn ReadAt, location: &str) -> Result<Header, OnnxError> {
    let model = walk(file, Limits::default())?;
    Ok(Header::of(&model, location))
}

impl Header {
    /// Writes the header of a graph that was walked.
    #[must_use]
    pub fn of(model: &Model, location: &str) -> Self {
        let stored = |tensor: &Tensor| matches!(tensor.data, Data::Stored { .. });
        Self {
            bytes: write(model, location),
            signature: model.graph.signature(),
            refers: model.graph.initialisers.iter().any(stored),
        }
    }
}
