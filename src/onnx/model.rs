//! A graph as it is held in memory: everything but the weights.
//!
//! What a message holds that is not told apart here is kept as it was encoded, in a field `rest`, and written again.

use super::element::Element;
use crate::manifest::{Port, Signature};

/// A model: one graph and what it says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Version of the file format.
    pub ir_version: i64,
    /// The versions of the operator sets that its nodes are of.
    pub opsets: Vec<Opset>,
    /// The graph.
    pub graph: Graph,
    /// Other fields.
    pub rest: Vec<u8>,
}

/// A set of operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opset {
    /// Who defines it; empty for ONNX itself.
    pub domain: String,
    /// Its version.
    pub version: i64,
}

/// Nodes, weights, what goes in and what comes out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// In an order in which they can be computed.
    pub nodes: Vec<Node>,
    /// Tensors that are there before a run.
    pub initialisers: Vec<Tensor>,
    /// What goes in. Files of old versions list the initialisers, too.
    pub inputs: Vec<ValueInfo>,
    /// What comes out.
    pub outputs: Vec<ValueInfo>,
    /// What the file says of values in between.
    pub values: Vec<ValueInfo>,
    /// Other fields.
    pub rest: Vec<u8>,
}

/// One operation. An empty name stands for an input that is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Which operation, such as `Conv`.
    pub op: String,
    /// Who defines it; empty for ONNX itself.
    pub domain: String,
    /// Its own name, for messages.
    pub name: String,
    /// Names of the values that it reads.
    pub inputs: Vec<String>,
    /// Names of the values that it makes.
    pub outputs: Vec<String>,
    /// Its settings.
    pub attributes: Vec<Attribute>,
    /// Other fields.
    pub rest: Vec<u8>,
}

/// A setting of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: AttributeValue,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeValue {
    /// A whole number.
    Int(i64),
    /// A float.
    Float(f32),
    /// Bytes, mostly a text.
    Text(Vec<u8>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Floats.
    Floats(Vec<f32>),
    /// A tensor.
    Tensor(Tensor),
    /// Anything else, such as a graph, as it was encoded.
    Other {
        /// The whole attribute.
        encoded: Vec<u8>,
        /// Names of the values that graphs inside it may read from outside.
        reads: Vec<String>,
    },
}

/// A tensor with its values, or with the place where they lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Element type.
    pub element: Element,
    /// Size of each dimension, none negative.
    pub dims: Vec<i64>,
    /// Its values.
    pub data: Data,
    /// Other fields: texts are values that stay here.
    pub rest: Vec<u8>,
}

/// The values of a tensor, row by row, each the lowest byte first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In memory.
    Inline(Vec<u8>),
    /// In the file that was walked.
    Stored {
        /// Where they begin.
        offset: u64,
        /// How many bytes they are.
        length: u64,
    },
}

impl Data {
    /// Bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Stored { length, .. } => *length,
        }
    }
}

/// What is said of a value: its type and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueInfo {
    /// Its name.
    pub name: String,
    /// Its type and shape when it is a tensor.
    pub kind: Option<TensorKind>,
    /// Other fields; the whole type when it is no tensor.
    pub rest: Vec<u8>,
}

/// Type and shape of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorKind {
    /// Element type.
    pub element: Element,
    /// Size of each dimension; `None` when not even their number is said.
    pub dims: Option<Vec<Dim>>,
}

/// Size of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dim {
    /// A number.
    Size(i64),
    /// A name: equal names are equal sizes.
    Named(String),
    /// Not said.
    Open,
}

impl Node {
    /// A setting.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeValue> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| &attribute.value)
    }
}

impl Graph {
    /// Inputs and outputs; initialisers that are listed among the inputs are none.
    #[must_use]
    pub fn signature(&self) -> Signature {
        let held = |info: &&ValueInfo| !self.initialisers.iter().any(|held| held.name == info.name);
        Signature {
            inputs: self.inputs.iter().filter(held).map(port).collect(),
            outputs: self.outputs.iter().map(port).collect(),
        }
    }
}

fn port(info: &ValueInfo) -> Port {
    let (element, dims) = match &info.kind {
        Some(kind) => (kind.element.word(), kind.dims.as_deref().unwrap_or_default()),
        None => ("no tensor".to_owned(), Default::default()),
    };
    let shape = dims.iter().map(|dim| match dim {
        Dim::Size(size) => u64::try_from(*size).ok(),
        Dim::Named(_) | Dim::Open => None,
    });
    Port { name: info.name.clone(), element, shape: shape.collect() }
}
