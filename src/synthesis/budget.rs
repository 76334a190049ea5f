//! Counts the work of one step, so that every step is bounded.

/// Work left in a step. One unit is about one comparison of two patches (some 50 ns native).
///
/// A stage asks before each small piece (a row, a patch) and pays after it, so a step overshoots by one piece at
/// most. Pieces are always done in the same order: how the work is cut never shows in the result.
#[derive(Debug)]
pub(super) struct Budget {
    left: i64,
    spent: u64,
}

impl Budget {
    /// A budget of `work` units, at least one piece.
    pub(super) fn new(work: u32) -> Self {
        Self { left: i64::from(work.max(1)), spent: 0 }
    }

    /// Whether another piece may be done.
    pub(super) fn open(&self) -> bool {
        self.left > 0
    }

    /// Pays for a piece.
    pub(super) fn pay(&mut self, units: usize) {
        let units = units.max(1);
        self.left -= units as i64;
        self.spent += units as u64;
    }

    /// All that was paid.
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }
}
