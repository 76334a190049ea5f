//! One paint, several results: with other seeds, other models, and as many steps as one likes.

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;

use super::live::Live;
use crate::{
    app::{models::ListedModel, state::Run},
    client::{files, stage::Stage},
    inpaint::{InpaintParams, Seed},
    raster::{History, ResultId, Stroke},
};

/// The list of models as the site serves it, as far as the page reads it.
#[derive(Deserialize)]
struct ModelList {
    models: Vec<ListedModel>,
}

impl Live {
    /// Learns which models there are, once.
    pub(super) fn list_models(&self) {
        let editor = self.editor;
        if editor.models.with_untracked(Vec::is_empty) {
            let url = format!("{}model-manifest.json", self.base);
            spawn_local(async move {
                // Without a list there are the ways that need none.
                if let Some(ModelList { models }) = files::fetched_json(&url).await {
                    editor.models.set(models);
                }
            });
        }
    }

    /// Erases the last erase's strokes once more, in its place.
    pub(super) fn again(&self) {
        let editor = self.editor;
        if untrack(|| editor.variant()).is_none() {
            return;
        }
        let last = editor.history.with_untracked(History::last_erase);
        let Some((last, strokes)) = last else { return };
        let on = editor
            .history
            .with_untracked(|history| history.results().filter(|result| *result != last).collect());
        self.fill(on, strokes, |result| Run { result, strokes: 0, again: true });
    }

    pub(super) fn fill(
        &self,
        on: Vec<ResultId>,
        strokes: Vec<Stroke>,
        run: impl Fn(ResultId) -> Run,
    ) {
        let editor = self.editor;
        self.lacking.take();
        self.attempts.set(self.attempts.get() + 1);
        let attempt = self.attempts.get() as u32;
        editor.settings.update(|it| it.seed = if it.seed_locked { it.seed } else { attempt });
        let (model, params) = editor.settings.with_untracked(|it| {
            let (seed, diffusion) = (Seed(it.seed.into()), it.diffusion);
            (it.model, InpaintParams { seed, diffusion, ..Default::default() })
        });
        self.with_stage(Stage::start_run);
        let (job, result) = self.studio.inpaint(on, strokes, model, params);
        self.jobs.borrow_mut().running = Some(job);
        editor.started(run(result));
    }

    pub(super) fn stop_here(&self) {
        let running = self.jobs.borrow().running;
        if let Some(job) = running {
            self.studio.stop_here(job);
        }
    }

    pub(super) fn keep_variant(&self) {
        let shown = self.editor.history.with_untracked(History::last_erase);
        self.editor.variants.set(shown.into_iter().map(|(result, _)| result).collect());
        self.forget_unreachable();
    }

    /// Another seed, which is kept. Chance that nobody has to agree on: the fraction of a random number.
    pub(super) fn throw_dice(&self) {
        let seed = (js_sys::Math::random() * 1e9) as u32;
        self.editor.settings.update(|it| (it.seed, it.seed_locked) = (seed, true));
    }
}
