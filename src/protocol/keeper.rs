//! What the page says to the keeper, the instance of the worker that downloads and keeps models, and what it answers.
//!
//! The keeper words its rows itself, down to the figures: the page shows lines as they come, since it wants to be
//! small and the keeper need not be.

use serde::{Deserialize, Serialize};

use super::{Failure, Part};
use crate::manifest::ModelId;

/// What is asked of the keeper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeeperRequest {
    /// Read the manifest at this absolute address and look at what is kept; answered by `Shelf`. Once that is done,
    /// only look again.
    Look {
        /// The model manifest.
        manifest: String,
    },
    /// Download a model, or go on with it.
    Get {
        /// The model.
        model: ModelId,
    },
    /// Stop a download and keep what is there of it.
    Pause {
        /// The model.
        model: ModelId,
    },
    /// Throw a model away, or what is there of it.
    Delete {
        /// The model.
        model: ModelId,
    },
    /// Read all of a stored model and compare its digest.
    Verify {
        /// The model.
        model: ModelId,
    },
    /// Keep this file if it is one of the models'; answered by `Imported`.
    Import {
        /// The file, a `Blob`.
        file: Part,
    },
    /// Give a stored model's files out; answered by `Exported`.
    Export {
        /// The model.
        model: ModelId,
    },
}

/// What the keeper says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeeperEvent {
    /// The instance listens.
    Ready {
        /// [`super::PROTOCOL`] of its build.
        protocol: u16,
    },
    /// All models, and the room that there is for them.
    Shelf {
        /// Both.
        shelf: Shelf,
    },
    /// A model's row is different now.
    Row {
        /// The row.
        row: Box<ShelfRow>,
    },
    /// The files of a model.
    Exported {
        /// A name for each file, and the file, a `Blob`.
        files: Vec<(String, Part)>,
    },
    /// What became of a file that was given.
    Imported {
        /// The name of the model that it belongs to, or why it was not taken.
        outcome: Result<String, Failure>,
    },
    /// The keeper is broken and must be replaced, or cannot read the manifest.
    Failed {
        /// Why.
        failure: Failure,
        /// Whether it is broken.
        broken: bool,
    },
}

/// All models, and the room that there is for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    /// In the order of the manifest.
    pub rows: Vec<ShelfRow>,
    /// The room.
    pub room: StorageRoom,
}

/// A model as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShelfRow {
    /// Its name in data.
    pub id: ModelId,
    /// Its name for people.
    pub title: String,
    /// What it is good at.
    pub summary: String,
    /// Size, licence, what it needs: one line.
    pub facts: String,
    /// Where it comes from.
    pub provenance: String,
    /// Length of what is still to be downloaded, in words.
    pub size: String,
    /// Where it stands.
    pub state: ModelState,
    /// Share of it that is there, 0..=1.
    pub fraction: f32,
    /// How it goes: what is there, how fast the rest comes and how long it will take. May be empty.
    pub line: String,
    /// Why it failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Whether it comes with the site: it needs no decision and cannot be deleted for good.
    pub comes_along: bool,
}

/// Where a model stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelState {
    /// Nothing of it is here.
    #[default]
    Absent,
    /// It is on its way.
    Fetching,
    /// A part of it is here.
    Paused,
    /// All of it is here.
    Stored,
    /// It is being made ready to run.
    Loading,
    /// It can run.
    Ready,
    /// It could not be had.
    Failed,
}

impl ModelState {
    /// The word in `data-state` attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Fetching => "fetching",
            Self::Paused => "paused",
            Self::Stored => "stored",
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// The room that the browser gives to this site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StorageRoom {
    /// Used and free, in words; empty where the browser does not say.
    pub line: String,
    /// Share of what the browser grants that is used, 0..=1.
    pub fraction: f32,
    /// How safe what is kept is.
    pub keeping: Keeping,
}

/// How safe what is kept is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// The browser has promised not to clear it.
    Promised,
    /// The browser may clear it when the disk is full.
    #[default]
    MayClear,
    /// The browser keeps nothing for this page.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_serialised_form() {
        for state in [
            ModelState::Absent,
            ModelState::Fetching,
            ModelState::Paused,
            ModelState::Stored,
            ModelState::Loading,
            ModelState::Ready,
            ModelState::Failed,
        ] {
            let word = serde_json::to_string(&state).expect("a word");
            assert_eq!(word, format!("{:?}", state.as_str()));
        }
    }
}
