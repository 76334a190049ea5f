//! What the person did, to undo and redo: strokes and results in one line of time.

use serde::{Deserialize, Serialize};

use super::stroke::{Stroke, StrokeMode};

/// Names one finished erase of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResultId(pub u32);

/// One thing that can be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// A stroke was painted.
    Stroke {
        /// The stroke.
        stroke: Stroke,
    },
    /// All strokes so far were taken away.
    Clear,
    /// The strokes so far were erased from the photo; the mask is empty again.
    Erase {
        /// The result that came of it.
        result: ResultId,
    },
}

/// Edits in order, and those that were undone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    done: Vec<Edit>,
    undone: Vec<Edit>,
}

impl History {
    /// Adds an edit; what had been undone is gone for good.
    pub fn push(&mut self, edit: Edit) {
        self.undone.clear();
        self.done.push(edit);
    }

    /// Takes the last edit back. `None` when there is nothing to undo.
    pub fn undo(&mut self) -> Option<&Edit> {
        let edit = self.done.pop()?;
        self.undone.push(edit);
        self.undone.last()
    }

    /// Does the last undone edit again. `None` when there is nothing to redo.
    pub fn redo(&mut self) -> Option<&Edit> {
        let edit = self.undone.pop()?;
        self.done.push(edit);
        self.done.last()
    }

    /// Whether [`History::undo`] would do something.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether [`History::redo`] would do something.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// All edits that are in force, oldest first.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.done
    }

    /// The strokes that make the present mask, oldest first: those since the last clear or erase.
    pub fn strokes(&self) -> impl Iterator<Item = &Stroke> {
        let start = self
            .done
            .iter()
            .rposition(|edit| !matches!(edit, Edit::Stroke { .. }))
            .map_or(0, |i| i + 1);
        self.done[start..].iter().filter_map(|edit| match edit {
            Edit::Stroke { stroke } => Some(stroke),
            Edit::Clear | Edit::Erase { .. } => None,
        })
    }

    /// The results that are in the photo, in the order in which they were made.
    pub fn results(&self) -> impl Iterator<Item = ResultId> + '_ {
        self.done.iter().filter_map(|edit| match edit {
            Edit::Erase { result } => Some(*result),
            Edit::Stroke { .. } | Edit::Clear => None,
        })
    }

    /// Every result that undo and redo can still reach.
    pub fn reachable_results(&self) -> impl Iterator<Item = ResultId> + '_ {
        self.done.iter().chain(&self.undone).filter_map(|edit| match edit {
            Edit::Erase { result } => Some(*result),
            Edit::Stroke { .. } | Edit::Clear => None,
        })
    }

    /// Forgets that a result was ever made, and all that was done after it; the strokes before it are painted again.
    pub fn forget_from(&mut self, result: ResultId) {
        let erase = |edit: &Edit| matches!(edit, Edit::Erase { result: made } if *made == result);
        if let Some(at) = self.done.iter().position(erase) {
            self.done.truncate(at);
        }
        self.undone.clear();
    }

    /// The result of the last edit, if that is an erase, and the strokes that it erased.
    #[must_use]
    pub fn last_erase(&self) -> Option<(ResultId, Vec<Stroke>)> {
        let (Edit::Erase { result }, before) = self.done.split_last()? else { return None };
        let strokes = Self { done: before.to_vec(), undone: Vec::new() };
        let strokes = strokes.strokes().cloned().collect();
        Some((*result, strokes))
    }

    /// Puts another result of the same strokes in the place of the last edit, if that is an erase. What had been undone
    /// stood upon the old one and is gone for good.
    pub fn exchange(&mut self, other: ResultId) {
        if let Some(Edit::Erase { result }) = self.done.last_mut() {
            *result = other;
            self.undone.clear();
        }
    }

    /// Whether any stroke adds to the mask. An unpainted mask can still be empty; only rasterising tells.
    #[must_use]
    pub fn has_paint(&self) -> bool {
        self.strokes().any(|stroke| stroke.mode == StrokeMode::Paint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Point;

    fn stroke(x: f32) -> Edit {
        Edit::Stroke {
            stroke: Stroke {
                mode: StrokeMode::Paint,
                radius: 4.0,
                points: vec![Point { x, y: 1.0 }],
            },
        }
    }

    #[test]
    fn erasing_empties_the_mask_and_undo_brings_the_strokes_back() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.push(stroke(2.0));
        history.push(Edit::Erase { result: ResultId(7) });
        assert_eq!(history.strokes().count(), 0);
        assert_eq!(history.results().collect::<Vec<_>>(), [ResultId(7)]);
        history.undo();
        assert_eq!(history.strokes().count(), 2);
        assert_eq!(history.results().count(), 0);
        assert_eq!(history.reachable_results().count(), 1);
        history.redo();
        assert_eq!(history.strokes().count(), 0);
    }

    #[test]
    fn a_new_stroke_forgets_what_was_undone() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.undo();
        history.push(stroke(2.0));
        assert!(!history.can_redo());
        assert_eq!(history.strokes().count(), 1);
    }

    #[test]
    fn a_result_that_is_lost_leaves_its_strokes() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.push(Edit::Erase { result: ResultId(1) });
        history.push(stroke(2.0));
        history.push(Edit::Erase { result: ResultId(2) });
        history.push(stroke(3.0));
        history.forget_from(ResultId(2));
        assert_eq!(history.results().collect::<Vec<_>>(), [ResultId(1)]);
        assert_eq!(history.strokes().count(), 1);
        // One that was undone takes nothing that is in force along.
        history.push(Edit::Erase { result: ResultId(3) });
        history.undo();
        history.forget_from(ResultId(3));
        assert!(!history.can_redo());
        assert_eq!(history.strokes().count(), 1);
    }

    #[test]
    fn the_last_erase_can_have_another_result() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.push(Edit::Clear);
        history.push(stroke(2.0));
        assert_eq!(history.last_erase(), None);
        history.push(Edit::Erase { result: ResultId(7) });
        let (result, strokes) = history.last_erase().expect("just erased");
        assert_eq!((result, strokes.len(), strokes[0].points[0].x), (ResultId(7), 1, 2.0));
        history.push(stroke(3.0));
        history.undo();
        history.exchange(ResultId(8));
        assert_eq!(history.results().collect::<Vec<_>>(), [ResultId(8)]);
        assert!(!history.can_redo());
        history.push(stroke(4.0));
        history.exchange(ResultId(9));
        assert_eq!(history.results().collect::<Vec<_>>(), [ResultId(8)]);
    }

    #[test]
    fn clear_can_be_undone() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.push(Edit::Clear);
        assert!(!history.has_paint());
        history.undo();
        assert!(history.has_paint());
    }
}
