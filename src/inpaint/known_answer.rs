//! Questions whose answers are known: what a provider must get right before it is trusted with a photo.
//!
//! Graphics drivers have been seen to give wrong pixels without an error. So tiny graphs, made and answered on a
//! processor beforehand, are run first and their answers compared.

use serde::Deserialize;
use thiserror::Error;

use super::graph::{GraphError, Named, Tensor, Values, take};

/// The known answers of a site, as they lie in a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownAnswers {
    /// The largest difference that rounding explains.
    pub tolerance: f32,
    /// One for each graph.
    pub cases: Vec<KnownAnswer>,
}

/// One graph and what it answers to the [`KnownAnswer::question`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownAnswer {
    /// File of the graph, beside the file of the answers.
    pub graph: String,
    /// Shape of its only input, `x`.
    pub shape: Vec<usize>,
    /// All values of its only output, `y`.
    pub answer: Vec<f32>,
}

/// What was wrong with an answer.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum WrongAnswer {
    /// There was none, or one of another shape.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Another number of values.
    #[error("{got} values instead of {want}")]
    Length {
        /// Values expected.
        want: usize,
        /// Values given.
        got: usize,
    },
    /// A value that is too far off, or no number.
    #[error("value {index} is {got} instead of {want}")]
    Value {
        /// Its place.
        index: usize,
        /// What was expected.
        want: f32,
        /// What came.
        got: f32,
    },
}

impl KnownAnswer {
    /// The input, between -1 and 1: the same numbers for everyone, without a generator of random ones.
    ///
    /// # Errors
    /// [`WrongAnswer::Graph`] when the file's shape is larger than such a graph's can be.
    pub fn question(&self) -> Result<Vec<Named>, WrongAnswer> {
        const MOST: usize = 1 << 16;
        let count = self.shape.iter().fold(1_usize, |product, &size| product.saturating_mul(size));
        let values = (0..count.min(MOST)).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0);
        let tensor = Tensor::new(self.shape.clone(), Values::F32(values.collect()))?;
        Ok(vec![("x".to_owned(), tensor)])
    }

    /// Compares an answer with the known one.
    ///
    /// # Errors
    /// [`WrongAnswer`] with the first value that is off.
    pub fn compare(&self, mut outputs: Vec<Named>, tolerance: f32) -> Result<(), WrongAnswer> {
        let (_, values) = take(&mut outputs, "y")?.into_parts();
        let got = match values {
            Values::F32(values) => values,
            Values::U8(_) | Values::I64(_) => Vec::new(),
        };
        if got.len() != self.answer.len() {
            return Err(WrongAnswer::Length { want: self.answer.len(), got: got.len() });
        }
        for (index, (&want, got)) in self.answer.iter().zip(got).enumerate() {
            // Not-a-number is not within anything.
            let near = (want - got).abs() <= tolerance;
            if !near {
                return Err(WrongAnswer::Value { index, want, got });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> KnownAnswer {
        KnownAnswer { graph: "g.onnx".to_owned(), shape: vec![1, 3], answer: vec![0.5, -0.5] }
    }

    fn answer(values: Vec<f32>) -> Vec<Named> {
        let tensor = Tensor::new(vec![values.len()], Values::F32(values)).expect("fits");
        vec![("y".to_owned(), tensor)]
    }

    #[test]
    fn the_question_is_the_one_that_was_answered() {
        let question = case().question().expect("small");
        let want = [11.0 / 50.0 - 1.0, 48.0 / 50.0 - 1.0, 85.0 / 50.0 - 1.0];
        assert_eq!(question[0].1.values(), &Values::F32(want.to_vec()));
        let huge = KnownAnswer { shape: vec![usize::MAX, 9], ..case() };
        assert!(huge.question().is_err());
    }

    #[test]
    fn rounding_is_forgiven_and_nothing_else() {
        assert_eq!(case().compare(answer(vec![0.501, -0.5]), 0.01), Ok(()));
        for wrong in [vec![0.6, -0.5], vec![0.5, f32::NAN], vec![f32::INFINITY, -0.5]] {
            assert!(matches!(case().compare(answer(wrong), 0.01), Err(WrongAnswer::Value { .. })));
        }
        assert_eq!(
            case().compare(answer(vec![0.5]), 0.01),
            Err(WrongAnswer::Length { want: 2, got: 1 })
        );
        assert!(matches!(case().compare(vec![], 0.01), Err(WrongAnswer::Graph(_))));
    }

    #[test]
    fn the_committed_answers_are_read() {
        let text = include_str!("../../public/known-answers/answers.json");
        let known: KnownAnswers = serde_json::from_str(text).expect("reads");
        let channels: Vec<usize> = known.cases.iter().map(|case| case.shape[1]).collect();
        assert_eq!(channels, [3, 4, 9]);
        assert!(known.cases.iter().all(|case| case.question().is_ok() && !case.answer.is_empty()));
        assert!((0.0..0.01).contains(&known.tolerance));
    }
}
