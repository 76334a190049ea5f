//! A loaded graph as the pipelines see it: named tensors in, named tensors out.
//!
//! The pipelines are generic over [`Graph`], so they are tested natively with small doubles; the graphs that really
//! run live in the worker.

use std::future::Future;

use thiserror::Error;

/// The values of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// Bytes.
    U8(Vec<u8>),
    /// 64-bit integers.
    I64(Vec<i64>),
}

impl Values {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::I64(values) => values.len(),
        }
    }

    /// Their element type as a word.
    #[must_use]
    pub const fn element(&self) -> &'static str {
        match self {
            Self::F32(_) => "f32",
            Self::U8(_) => "u8",
            Self::I64(_) => "i64",
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Values with a shape, row-major: the last dimension is contiguous.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: Values,
}

impl Tensor {
    /// Gives values a shape.
    ///
    /// # Errors
    /// [`GraphError::Shape`] when the product of the dimensions is not the number of values.
    pub fn new(shape: Vec<usize>, values: Values) -> Result<Self, GraphError> {
        let want = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if want == Some(values.len()) {
            Ok(Self { shape, values })
        } else {
            Err(GraphError::Shape { shape, values: values.len() })
        }
    }

    /// Size of each dimension.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values.
    #[must_use]
    pub const fn values(&self) -> &Values {
        &self.values
    }

    /// Gives shape and values away.
    #[must_use]
    pub fn into_parts(self) -> (Vec<usize>, Values) {
        (self.shape, self.values)
    }
}

/// A tensor under the name that the graph has for it.
pub type Named = (String, Tensor);

/// Why a graph gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GraphError {
    /// A shape that is not the shape of so many values.
    #[error("{values} values cannot have the shape {shape:?}")]
    Shape {
        /// The shape.
        shape: Vec<usize>,
        /// How many values there are.
        values: usize,
    },
    /// The answer lacks an output.
    #[error("the graph did not give {name}")]
    Missing {
        /// The output's name.
        name: String,
    },
    /// An output has another shape or element type than its contract says.
    #[error("{name} is {got}, not {want}")]
    Output {
        /// The output's name.
        name: String,
        /// What the contract says.
        want: String,
        /// What came.
        got: String,
    },
    /// An output holds numbers that are none.
    #[error("{name} holds values that are not numbers")]
    NotFinite {
        /// The output's name.
        name: String,
    },
    /// The graph could not be run.
    #[error("the graph did not run: {reason}")]
    Run {
        /// What the runtime said.
        reason: String,
    },
    /// What runs the graph went away.
    #[error("the runtime is gone")]
    Gone,
}

/// One loaded graph.
pub trait Graph {
    /// Runs it once. Inputs are handed over: what runs the graph may still read them while other work allocates
    /// memory, and a view would dangle then.
    fn run(&mut self, inputs: Vec<Named>) -> impl Future<Output = Result<Vec<Named>, GraphError>>;
}

/// Takes one output out of an answer.
///
/// # Errors
/// [`GraphError::Missing`] when it is not there.
pub fn take(outputs: &mut Vec<Named>, name: &str) -> Result<Tensor, GraphError> {
    let index = outputs
        .iter()
        .position(|(found, _)| found == name)
        .ok_or_else(|| GraphError::Missing { name: name.to_owned() })?;
    Ok(outputs.swap_remove(index).1)
}

#[cfg(test)]
pub(super) mod doubles {
    //! Stand-ins for graphs.

    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    /// Answers by a function, at once.
    pub(in crate::inpaint) struct Double<F>(pub(in crate::inpaint) F);

    impl<F: FnMut(Vec<Named>) -> Result<Vec<Named>, GraphError>> Graph for Double<F> {
        async fn run(&mut self, inputs: Vec<Named>) -> Result<Vec<Named>, GraphError> {
            (self.0)(inputs)
        }
    }

    /// Runs a future that never waits.
    pub(in crate::inpaint) fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a double does not wait"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_holds_exactly_its_values() {
        assert!(Tensor::new(vec![1, 2, 3], Values::U8(vec![0; 6])).is_ok());
        assert!(Tensor::new(vec![], Values::F32(vec![1.0])).is_ok());
        for shape in [vec![1, 2], vec![7], vec![usize::MAX, 2], vec![0]] {
            let error = Tensor::new(shape.clone(), Values::U8(vec![0; 6]));
            assert_eq!(error, Err(GraphError::Shape { shape, values: 6 }));
        }
    }

    #[test]
    fn an_output_is_taken_by_its_name() {
        let tensor = Tensor::new(vec![1], Values::U8(vec![5])).expect("fits");
        let mut outputs = vec![("a".to_owned(), tensor.clone()), ("b".to_owned(), tensor.clone())];
        assert_eq!(take(&mut outputs, "b"), Ok(tensor));
        assert_eq!(take(&mut outputs, "b"), Err(GraphError::Missing { name: "b".to_owned() }));
    }
}
