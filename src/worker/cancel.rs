//! Tells running work that the person gave it up.

use std::{cell::Cell, rc::Rc};

use super::turn::next_turn;
use crate::protocol::{Failure, FailureCode};

/// A flag that the message handler sets and the work reads.
#[derive(Clone, Debug, Default)]
pub(super) struct CancelToken(Rc<Cell<bool>>);

impl CancelToken {
    /// Gives the work up.
    pub(super) fn cancel(&self) {
        self.0.set(true);
    }

    /// Lets waiting messages in, then fails if one of them was a cancel.
    ///
    /// # Errors
    /// The failure with the code `Cancelled`.
    pub(super) async fn breathe(&self) -> Result<(), Failure> {
        next_turn().await;
        if self.0.get() { Err(Failure::new(FailureCode::Cancelled, "")) } else { Ok(()) }
    }
}
