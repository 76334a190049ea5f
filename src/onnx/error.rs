//! Why a file is not a graph that we can use.

use thiserror::Error;

/// Why a file could not be read as a graph.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// The file itself could not be read.
    #[error("byte {at} could not be read: {reason}")]
    Read {
        /// Where.
        at: u64,
        /// What the reader said.
        reason: String,
    },
    /// Something begins that ends after the end of what holds it.
    #[error("what begins before byte {at} has no end")]
    Truncated {
        /// Where it should have gone on.
        at: u64,
    },
    /// The bytes are not those of a protobuf, or a field is of another kind than ONNX says.
    #[error("byte {at} does not begin a field of an ONNX file")]
    Field {
        /// Where the field begins.
        at: u64,
    },
    /// A name or a text is not UTF-8.
    #[error("the text at byte {at} is not UTF-8")]
    Text {
        /// Where it begins.
        at: u64,
    },
    /// What would have to be held in memory is too large, weights apart.
    #[error("more than {most} bytes besides the weights")]
    TooMuch {
        /// The most that may be kept.
        most: u64,
    },
    /// Graphs inside graphs inside graphs.
    #[error("graphs are nested more than {most} deep")]
    Nested {
        /// The deepest that is looked at.
        most: u32,
    },
    /// There is no graph, or there are two.
    #[error("the file holds {count} graphs, not one")]
    Graphs {
        /// How many.
        count: u32,
    },
    /// A tensor has too few or too many values.
    #[error("the tensor {name} has {got} bytes of values, its shape asks for {want}")]
    Values {
        /// Its name.
        name: String,
        /// Bytes that are there.
        got: u64,
        /// Bytes that its shape and element type ask for.
        want: u64,
    },
    /// A tensor whose shape cannot be one.
    #[error("the tensor {name} has an impossible shape")]
    Shape {
        /// Its name.
        name: String,
    },
    /// Weights in a file that is not here.
    #[error("the tensor {name} lies in another file")]
    Elsewhere {
        /// Its name.
        name: String,
    },
    /// A shape was given that no input of the graph has.
    #[error("the graph has no input {name} of the shape that was given")]
    Input {
        /// The input's name.
        name: String,
    },
}
