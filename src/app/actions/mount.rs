//! A stage comes to life with its view, and follows the state.

use std::cell::Cell;

use leptos::prelude::*;

use super::{Actions, StageRefs, live::Live};
use crate::{
    app::{messages, reactive::whenever},
    client::stage::{Stage, StageElements, StageEvents},
    raster::{History, ResultId},
};

/// Brings the stage to life and keeps it in step with the state.
pub(super) fn mount_stage(actions: Actions, refs: StageRefs) {
    let editor = actions.editor;
    let live = StoredValue::new_local(None::<Stage>);
    let mounted = RwSignal::new(false);
    let stage = move || if mounted.get() { live.get_value() } else { None };
    whenever(move || {
        let elements = (|| {
            Some(StageElements {
                stage: refs.stage.get()?.into(),
                layer: refs.layer.get()?.into(),
                results: refs.results.get()?.into(),
                frame: refs.frame.get()?.into(),
                overlay: refs.overlay.get()?,
                ring: refs.ring.get()?.into(),
                wipe: refs.wipe.get()?.into(),
            })
        })();
        let events = StageEvents {
            began: Box::new(move || editor.began()),
            painted: Box::new(move |stroke| actions.live().painted(stroke)),
            walked: Box::new(move |across, down| {
                editor.spoken.set(messages::crosshair(across, down));
            }),
            stroked: Box::new(move |began| {
                let words = if began { "Stroke begins" } else { "Stroke ends" };
                editor.spoken.set(words.to_owned());
            }),
            scaled: Box::new(move |scale| {
                let percent = (scale * 100.0).round() as u32;
                if editor.zoom.get_untracked() != percent {
                    editor.zoom.set(percent);
                }
            }),
        };
        let Some(stage) = elements.and_then(|elements| Stage::mount(elements, events)) else {
            return;
        };
        actions.live().show_again(&stage);
        live.set_value(Some(stage));
        mounted.set(true);
    });
    whenever(move || {
        let (strokes, results) = editor.shown();
        if let Some(stage) = stage() {
            stage.set_strokes(strokes);
            stage.show_results(&results);
        }
    });
    let before = Cell::new(None);
    whenever(move || {
        let brush = editor.settings.with(|settings| settings.brush);
        let changed = before.replace(Some(brush)).is_some_and(|before| before != brush);
        if let Some(stage) = stage() {
            stage.set_brush(f64::from(brush), changed);
        }
    });
    whenever(move || {
        let (mode, comparing) = (editor.mode.get(), editor.comparing.get());
        if let Some(stage) = stage() {
            stage.set_mode(mode);
            stage.compare(comparing);
        }
    });
    on_cleanup(move || *actions.live().stage.borrow_mut() = None);
}

impl Live {
    /// Shows on a new stage what was open when the last one went away.
    fn show_again(&self, stage: &Stage) {
        *self.stage.borrow_mut() = Some(stage.clone());
        let size = self.editor.photo.with_untracked(|photo| photo.as_ref().map(|photo| photo.size));
        let (Some(size), Some(file)) = (size, self.shown_file()) else { return };
        stage.open(&file, size);
        let (strokes, run) = self.editor.history.with_untracked(|history: &History| {
            let run = self.editor.phase.get_untracked().run();
            let variants = self.editor.variants.get_untracked();
            // Of an erase that runs, the windows that were finished meanwhile.
            let unfinished = run.map(|run| run.result);
            // In order and each once. They are few, and the library's sorting is kilobytes.
            let mut results: Vec<ResultId> = Vec::new();
            for result in history.reachable_results().chain(variants).chain(unfinished) {
                if let Err(place) = results.binary_search(&result) {
                    results.insert(place, result);
                }
            }
            for result in results {
                for (rect, picture) in self.studio.windows(result) {
                    stage.add_picture(result, rect, &picture, true);
                }
            }
            (history.strokes().cloned().collect::<Vec<_>>(), run)
        });
        if let Some(run) = run {
            stage.set_strokes(strokes[..run.strokes.min(strokes.len())].to_vec());
            stage.start_run();
        }
    }
}
