//! The graph compiler: makes a graph of known sizes out of one of open sizes.
//!
//! Graphs that are exported with an open batch ask for their sizes at run time and put shapes together node by node.
//! With the shapes of the inputs known, all of that is arithmetic which is done once, here. Einsum becomes a product
//! of matrices, ways round that lead back to the same values go, and what nothing reads any more goes, too. Weights are
//! left where they are.

mod einsum;
mod fold;
mod knowledge;
mod prune;
mod shapes;
mod small;
mod step;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::{
    knowledge::{Fact, Knowledge},
    small::Small,
    step::Compiler,
};
use super::{
    Header,
    error::OnnxError,
    model::{Dim, Graph, Model, TensorKind, ValueInfo},
    source::ReadAt,
    walk::{Limits, walk},
};

/// Counts what the compiler makes of the same graph: what was kept is good as long as this is the same.
pub const COMPILER_VERSION: u32 = 3;

/// The oldest operator set whose operations are what they are taken for.
const OLDEST_OPSET: i64 = 11;

/// Shapes of inputs, by their names.
pub type Shapes = BTreeMap<String, Vec<u64>>;

/// What the compiler may do besides what leaves every value as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Gives a Conv whose input channels are no multiple of four more of them, all zero. With channels innermost
    /// ONNX Runtime Web 1.30 computes a 3x3 Conv of nine input channels wrong.
    pub whole_channels: bool,
}

/// Walks a file and compiles its graph for inputs of the given shapes; the rest is as with
/// [`header`](super::header). A graph that is not understood comes back as it is.
///
/// # Errors
/// [`OnnxError`] as with [`header`](super::header), and when `shapes` are not those of inputs of the graph.
pub fn compile(
    file: &mut dyn ReadAt,
    location: &str,
    shapes: &Shapes,
    options: Options,
) -> Result<Header, OnnxError> {
    let mut model = walk(file, Limits::default())?;
    compile_model(&mut model, file, shapes, options)?;
    Ok(Header::of(&model, location))
}

/// Compiles a graph that was walked, and says whether it did: one that is not understood stays as it is. `file` is the
/// one that it came from: of large tensors that change, it gives the values.
///
/// # Errors
/// [`OnnxError`] when `shapes` are not those of inputs of the graph; it is as it was then.
pub fn compile_model(
    model: &mut Model,
    file: &mut dyn ReadAt,
    shapes: &Shapes,
    options: Options,
) -> Result<bool, OnnxError> {
    let opset = model.opsets.iter().find(|opset| opset.domain.is_empty());
    let inputs = fixed(&model.graph, shapes)?;
    if opset.is_none_or(|opset| opset.version < OLDEST_OPSET) || !prune::is_sound(&model.graph) {
        return Ok(false);
    }
    let graph = std::mem::take(&mut model.graph);
    model.graph = Compiler::new(&graph, file, options, inputs).run(graph);
    Ok(true)
}

/// The inputs with their sizes filled in. A size with a name is the same wherever that name stands.
fn fixed(graph: &Graph, shapes: &Shapes) -> Result<Vec<ValueInfo>, OnnxError> {
    let wrong = |name: &str| OnnxError::Input { name: name.to_owned() };
    let held = |name: &str| graph.initialisers.iter().any(|tensor| tensor.name == name);
    let mut inputs: Vec<ValueInfo> =
        graph.inputs.iter().filter(|info| !held(&info.name)).cloned().collect();
    let mut named: BTreeMap<String, i64> = BTreeMap::new();
    for (name, shape) in shapes {
        let info = inputs.iter_mut().find(|info| info.name == *name).ok_or_else(|| wrong(name))?;
        let Some(TensorKind { dims: Some(dims), .. }) = &mut info.kind else {
            return Err(wrong(name));
        };
        if dims.len() != shape.len() {
            return Err(wrong(name));
        }
        for (dim, &size) in dims.iter_mut().zip(shape) {
            let size = i64::try_from(size).map_err(|_| wrong(name))?;
            let before = match dim {
                Dim::Size(before) => Some(*before),
                Dim::Named(letter) => named.insert(letter.clone(), size),
                Dim::Open => None,
            };
            if before.is_some_and(|before| before != size) {
                return Err(wrong(name));
            }
            *dim = Dim::Size(size);
        }
    }
    for info in &mut inputs {
        let Some(TensorKind { dims: Some(dims), .. }) = &mut info.kind else { continue };
        for dim in dims {
            if let Dim::Named(letter) = dim
                && let Some(&size) = named.get(letter)
            {
                *dim = Dim::Size(size);
            }
        }
    }
    Ok(inputs)
}

/// What is known before the first node.
fn beginnings(graph: &Graph, inputs: &[ValueInfo]) -> Knowledge {
    let mut known = Knowledge::default();
    for info in inputs {
        let Some(TensorKind { element, dims: Some(dims) }) = &info.kind else { continue };
        let sizes = dims.iter().map(|dim| match dim {
            Dim::Size(size) => Some(*size),
            Dim::Named(_) | Dim::Open => None,
        });
        if let Some(dims) = sizes.collect() {
            known.learn(&info.name, Fact { element: *element, dims });
        }
    }
    for tensor in &graph.initialisers {
        match Small::of(tensor) {
            Some(small) => known.learn_small(&tensor.name, small),
            None => {
                let (element, dims) = (tensor.element, tensor.dims.clone());
                known.learn(&tensor.name, Fact { element, dims });
            }
        }
    }
    known
}
