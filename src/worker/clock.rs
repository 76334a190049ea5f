//! Time, for figures and for how often to speak; nothing that is computed depends on it.

use std::cell::Cell;

use super::post::scope;

/// Least time between two words of progress, in milliseconds.
const PAUSE: f64 = 100.0;

/// Milliseconds since the worker began.
pub(super) fn now() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

/// Says yes ten times a second at most.
#[derive(Default)]
pub(super) struct Cadence(Cell<f64>);

impl Cadence {
    /// Whether enough time has passed since the last yes.
    pub(super) fn is_due(&self) -> bool {
        let now = now();
        let due = now - self.0.get() >= PAUSE;
        if due {
            self.0.set(now);
        }
        due
    }
}
