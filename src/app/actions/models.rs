//! Models on the living page: wishes go to the keeper, what it says becomes state.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split, web_sys::Blob};

use super::{fetch, live::Live, page, site::meta};
use crate::{
    app::{messages, parts::Unfetched, shelf::Wish},
    client::{Keeper, files, prefs},
    manifest::ModelId,
    protocol::{FailureCode, KeeperEvent, KeeperRequest, ModelChoice},
    wire::Envelope,
};

/// Does what someone wants of models.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
fn wish(live: &Live, wish: Wish) -> Result<(), Unfetched> {
    live.wish_here(wish);
    Ok(())
}

/// Takes in a file that may be one of a model.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
fn import(live: &Live, file: Blob) -> Result<(), Unfetched> {
    live.keeper_here().import(&file);
    Ok(())
}

impl Live {
    /// Does what someone wants of models, once the part that can is here.
    pub(super) fn wish(self: &Rc<Self>, wanted: Wish) {
        let (live, editor) = (Rc::clone(self), self.editor);
        fetch::when(async move { wish(&live, wanted).await }, fetch::told(editor));
    }

    /// Takes in a file that may be one of a model.
    pub(super) fn import(self: &Rc<Self>, file: Blob) {
        let (live, editor) = (Rc::clone(self), self.editor);
        fetch::when(async move { import(&live, file).await }, fetch::told(editor));
    }

    /// The keeper, which is made when it is first needed.
    fn keeper_here(&self) -> Keeper {
        let actions = self.actions;
        let make = || {
            Keeper::new(&self.keeper_script, &self.base, move |said| {
                spawn_local(async move { actions.live().on_keeper(&said) });
            })
        };
        self.keeper.borrow_mut().get_or_insert_with(make).clone()
    }

    fn wish_here(&self, wish: Wish) {
        // The menu that the wish came from has done its work.
        if let Some(menu) = document().query_selector(".more[open]").ok().flatten() {
            let _ = menu.remove_attribute("open");
        }
        let request = match wish {
            Wish::Look => {
                self.editor.shelf.unknown.set(false);
                return self.keeper_here().look();
            }
            Wish::Import(id) => {
                if let Some(file) = page::file_input(id).and_then(|input| files::picked(&input)) {
                    self.keeper_here().import(&file.file);
                }
                return;
            }
            Wish::Get(model) => KeeperRequest::Get { model },
            Wish::Pause(model) => KeeperRequest::Pause { model },
            Wish::Delete(model) => KeeperRequest::Delete { model },
            Wish::Verify(model) => KeeperRequest::Verify { model },
            Wish::Export(model) => KeeperRequest::Export { model },
        };
        self.keeper_here().ask(request);
    }

    fn on_keeper(&self, said: &Envelope<KeeperEvent>) {
        let (editor, models) = (self.editor, self.editor.shelf);
        match &said.body {
            KeeperEvent::Ready { .. } => {}
            KeeperEvent::Shelf { shelf } => {
                models.unknown.set(false);
                models.shelf.set(Some(shelf.clone()));
                self.leave_absent_model();
                prefs::note_models(untrack(|| models.has_more()));
            }
            KeeperEvent::Row { row } => {
                models.replace((**row).clone());
                prefs::note_models(untrack(|| models.has_more()));
            }
            KeeperEvent::Exported { files } => {
                for (name, part) in files {
                    if let Ok(file) = said.blob(*part) {
                        files::save(&file, name);
                    }
                }
            }
            KeeperEvent::Imported { outcome } => match outcome {
                Ok(title) => editor.say(messages::imported(title)),
                Err(failure) if failure.code == FailureCode::Cancelled => {}
                Err(failure) => editor.failed(failure.code, messages::failure(failure)),
            },
            KeeperEvent::Failed { failure, .. } => {
                models.unknown.set(true);
                editor.failed(failure.code, messages::failure(failure));
            }
        }
    }

    /// Has the keeper look which models can be chosen, if there may be any but swift: where there is none, its worker
    /// need not even be fetched.
    pub(super) fn look_for_models(self: &Rc<Self>) {
        let chosen = self.editor.settings.with_untracked(|settings| settings.model);
        let is_kept = matches!(chosen, ModelChoice::Model(id) if id != ModelId::swift());
        if is_kept || prefs::has_models() || !meta("lacuna-own-models").is_empty() {
            // Nobody asked for it, so nobody is told when it does not come.
            let live = Rc::clone(self);
            fetch::when(async move { wish(&live, Wish::Look).await }, |_| {});
        }
    }

    /// A model that was chosen and is no longer here gives way to the choice that always works.
    fn leave_absent_model(&self) {
        let editor = self.editor;
        let chosen = editor.settings.with_untracked(|settings| settings.model);
        let ModelChoice::Model(id) = chosen else { return };
        if !untrack(|| editor.shelf.is_here(id)) {
            editor.settings.update(|settings| settings.model = ModelChoice::Auto);
        }
    }
}
