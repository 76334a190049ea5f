//! Models on the living page: wishes go to the keeper, what it says becomes state.

use leptos::prelude::*;

use super::{live::Live, page};
use crate::{
    app::{messages, shelf::Wish},
    client::{files, prefs},
    manifest::ModelId,
    protocol::{FailureCode, KeeperEvent, KeeperRequest, ModelChoice},
    wire::Envelope,
};

impl Live {
    pub(super) fn wish(&self, wish: Wish) {
        // The menu that the wish came from has done its work.
        if let Some(menu) = document().query_selector(".more[open]").ok().flatten() {
            let _ = menu.remove_attribute("open");
        }
        let request = match wish {
            Wish::Look => {
                self.editor.shelf.unknown.set(false);
                return self.keeper.look();
            }
            Wish::Import(id) => {
                if let Some(file) = page::file_input(id).and_then(|input| files::picked(&input)) {
                    self.keeper.import(&file.file);
                }
                return;
            }
            Wish::Get(model) => KeeperRequest::Get { model },
            Wish::Pause(model) => KeeperRequest::Pause { model },
            Wish::Delete(model) => KeeperRequest::Delete { model },
            Wish::Verify(model) => KeeperRequest::Verify { model },
            Wish::Export(model) => KeeperRequest::Export { model },
        };
        self.keeper.ask(request);
    }

    pub(super) fn on_keeper(&self, said: &Envelope<KeeperEvent>) {
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

    /// Has the keeper look which models can be chosen, if there may be any but swift: for that its worker need not
    /// even be fetched.
    pub(super) fn look_for_models(&self) {
        let chosen = self.editor.settings.with_untracked(|settings| settings.model);
        let is_kept = matches!(chosen, ModelChoice::Model(id) if id != ModelId::swift());
        if is_kept || prefs::has_models() {
            self.keeper.look();
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
