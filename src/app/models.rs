//! What the page knows of the models: enough to choose one.

use leptos::prelude::*;
use serde::Deserialize;

use super::state::Editor;
use crate::{
    manifest::{Family, ModelId},
    protocol::ModelChoice,
};

/// A model that can be chosen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ListedModel {
    pub(crate) id: ModelId,
    pub(crate) title: String,
    pub(crate) contract: ListedContract,
}

/// How it makes a picture.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ListedContract {
    pub(crate) family: Family,
}

/// Whether the chosen model works in steps, which can be set.
pub(crate) fn works_in_steps(editor: Editor) -> bool {
    let ModelChoice::Model(id) = editor.settings.with(|settings| settings.model) else {
        return false;
    };
    editor.models.with(|models| {
        let chosen = models.iter().find(|model| model.id == id);
        chosen.is_some_and(|model| model.contract.family == Family::LatentDiffusion)
    })
}
