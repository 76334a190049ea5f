//! What the page knows of models: the keeper's list, and which of them the runtime holds.

use super::field::Field;

use crate::{
    manifest::ModelId,
    protocol::{ModelState, Shelf, ShelfRow},
};

/// What a person can wish of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// See what is here.
    Look,
    Get(ModelId),
    Pause(ModelId),
    Delete(ModelId),
    Verify(ModelId),
    /// Save the files of a model elsewhere.
    Export(ModelId),
    /// Take in what was picked by the input of this id.
    Import(&'static str),
}

/// The fields of models.
#[derive(Clone, Copy)]
pub(crate) struct Models {
    /// None until it is known.
    pub(crate) shelf: Field<Option<Shelf>>,
    /// Whether it could not be found out.
    pub(crate) unknown: Field<bool>,
    /// Models that the runtime makes ready, or has ready.
    pub(crate) held: Field<Vec<(ModelId, ModelState)>>,
}

impl Models {
    pub(crate) fn new() -> Self {
        Self { shelf: Field::new(None), unknown: Field::new(false), held: Field::new(Vec::new()) }
    }

    /// The names of all models, in their order.
    pub(crate) fn ids(self) -> Vec<ModelId> {
        self.shelf
            .with(|shelf| shelf.iter().flat_map(|shelf| &shelf.rows).map(|row| row.id).collect())
    }

    /// Reads a model's row.
    pub(crate) fn row<T: Default>(self, id: ModelId, read: impl FnOnce(&ShelfRow) -> T) -> T {
        self.shelf.with(|shelf| {
            let mut rows = shelf.iter().flat_map(|shelf| &shelf.rows);
            rows.find(|row| row.id == id).map(read).unwrap_or_default()
        })
    }

    /// Where a model stands, the runtime's word before the keeper's.
    pub(crate) fn state(self, id: ModelId) -> ModelState {
        let kept = self.row(id, |row| row.state);
        let held = self.held.with(|held| held.iter().find(|(it, _)| *it == id).map(|it| it.1));
        match (kept, held) {
            (ModelState::Stored, Some(held)) => held,
            _ => kept,
        }
    }

    /// Whether a model can be chosen: it is on this device, or comes with the page.
    pub(crate) fn is_here(self, id: ModelId) -> bool {
        self.row(id, |row| row.comes_along || row.state == ModelState::Stored)
    }

    /// Whether there is more than swift to choose from, or to go on fetching.
    pub(crate) fn has_more(self) -> bool {
        self.shelf.with(|shelf| {
            let mut rows = shelf.iter().flat_map(|shelf| &shelf.rows);
            rows.any(|row| {
                row.id != ModelId::swift() && (row.comes_along || row.state != ModelState::Absent)
            })
        })
    }

    /// Puts a row in the place of its older self.
    pub(crate) fn replace(self, row: ShelfRow) {
        self.shelf.update(|shelf| {
            let mut rows = shelf.iter_mut().flat_map(|shelf| &mut shelf.rows);
            if let Some(old) = rows.find(|old| old.id == row.id) {
                *old = row;
            }
        });
    }

    /// The runtime makes a model ready, or has it ready; nothing when it went away.
    pub(crate) fn hold(self, held: Option<(ModelId, ModelState)>) {
        self.held.update(|all| match held {
            Some((id, state)) => {
                all.retain(|(it, _)| *it != id);
                all.push((id, state));
            }
            None => all.clear(),
        });
    }
}
