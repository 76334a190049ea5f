//! Tells running work that the person gave it up, or has enough of it.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Poll, Waker},
};

use super::turn::next_turn;
use crate::protocol::{Failure, FailureCode};

/// What the message handler sets and the work reads.
#[derive(Clone, Debug, Default)]
pub(super) struct CancelToken(Rc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cancelled: Cell<bool>,
    enough: Cell<bool>,
    /// Who waits for something else and would hear of a cancel.
    waiting: RefCell<Option<Waker>>,
}

impl CancelToken {
    /// Gives the work up.
    pub(super) fn cancel(&self) {
        self.0.cancelled.set(true);
        if let Some(waiting) = self.0.waiting.take() {
            waiting.wake();
        }
    }

    /// Takes what there is: work that gets better step by step ends after the present one.
    pub(super) fn stop_here(&self) {
        self.0.enough.set(true);
    }

    /// Whether what there is is enough.
    pub(super) fn is_enough(&self) -> bool {
        self.0.enough.get()
    }

    /// Lets waiting messages in, then fails if one of them was a cancel.
    ///
    /// # Errors
    /// The failure with the code `Cancelled`.
    pub(super) async fn breathe(&self) -> Result<(), Failure> {
        next_turn().await;
        if self.0.cancelled.get() { Err(cancelled()) } else { Ok(()) }
    }

    /// Waits for something that comes from elsewhere, or for a cancel.
    ///
    /// # Errors
    /// The failure with the code `Cancelled`; what was waited for is dropped then.
    pub(super) async fn unless_cancelled<T>(
        &self,
        other: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let mut other = pin!(other);
        poll_fn(|context| {
            if self.0.cancelled.get() {
                return Poll::Ready(Err(cancelled()));
            }
            self.0.waiting.replace(Some(context.waker().clone()));
            other.as_mut().poll(context).map(Ok)
        })
        .await
    }
}

fn cancelled() -> Failure {
    Failure::new(FailureCode::Cancelled, "")
}
