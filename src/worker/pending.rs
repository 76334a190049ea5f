//! A model's picture of one window, on its way.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{
    clock::now,
    failures::internal,
    guide::{RemoteGraph, Runtime},
};
use crate::{
    inpaint::{Ladder, feed_forward},
    manifest::{Contract, ModelId, Role},
    protocol::{Failure, FailureCode, Provider},
    raster::Picture,
};

/// What a model made of a window.
pub(super) struct Answer {
    /// The picture, RGB, of the window's size.
    pub(super) picture: Picture,
    /// What the graph ran on.
    pub(super) provider: Provider,
    /// What the person should know about that.
    pub(super) degraded: Option<Failure>,
    /// How long the graph took, in milliseconds.
    pub(super) milliseconds: f64,
}

/// A question that was put to the runtime instance. Dropping it takes the question back: an answer that still comes
/// is nobody's.
pub(super) struct Pending<'a> {
    future: Pin<Box<dyn Future<Output = Result<Answer, Failure>> + 'a>>,
    asked: f64,
}

impl<'a> Pending<'a> {
    /// Asks for the model's picture of a ladder's window; loads the model first if that is still to do.
    pub(super) fn ask(runtime: &'a Runtime, model: ModelId, ladder: &Ladder) -> Self {
        let (photo, hole) = ladder.question();
        let (photo, hole) = (photo.clone(), hole.clone());
        let future = async move {
            let prepared = runtime.prepare(&model).await?;
            let Contract::FeedForward(contract) = &prepared.contract else {
                let family = prepared.contract.family();
                return Err(internal(format!("{model} is {family:?} and has no generator")));
            };
            let mut graph = RemoteGraph::new(runtime.clone(), model, Role::Generator);
            let picture = feed_forward(&mut graph, contract, &photo, &hole).await;
            // The failure of the border says more than the error of the pipeline.
            let picture = picture.map_err(|error| {
                let said = graph.failure.take();
                said.unwrap_or_else(|| Failure::new(FailureCode::ModelRun, error.to_string()))
            })?;
            let provider = graph.provider.ok_or_else(|| internal("a run without a provider"))?;
            let milliseconds = graph.milliseconds;
            Ok(Answer { picture, provider, degraded: prepared.degraded, milliseconds })
        };
        Self { future: Box::pin(future), asked: now() }
    }

    /// The answer, if it has come. Not to be asked again after that.
    ///
    /// Nothing wakes the one who asks: answers are looked for between two steps of the work that goes on meanwhile.
    pub(super) fn poll(&mut self) -> Option<Result<Answer, Failure>> {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    /// When the question was put, by the worker's clock.
    pub(super) const fn asked(&self) -> f64 {
        self.asked
    }
}
