//! A link that someone opened: read, shown, taken on.

use std::rc::Rc;

use leptos::{task::spawn_local, web_sys::Blob};

use super::{
    live::Live,
    sharing::{place, store},
};
use crate::{
    app::sharing::{Opened, Wish},
    client::{
        dom::window,
        files::{self, NamedFile},
        share::{OpenError, SharedPicture, file_of, open_sealed},
    },
    share::{Fragment, Payload, Recipe, ShareError},
};

impl Live {
    /// Does what someone wants of a picture that was shared.
    pub(super) fn receive_here(self: &Rc<Self>, wish: Wish) {
        match wish {
            Wish::Read => self.read_link(),
            Wish::SaveShared => self.save_shared(),
            Wish::EditShared => self.edit_shared(),
            Wish::CopyShared => {
                let url = window().and_then(|window| window.location().href().ok());
                self.copy_link(url, "Link copied.");
            }
            // Those of the dialog.
            _ => {}
        }
    }

    /// Reads the link in the page's address and shows its picture. No worker is started for it.
    fn read_link(self: &Rc<Self>) {
        let opened = self.sharing.opened;
        opened.set(Opened::Reading);
        self.desk.shared.take();
        self.desk.opened.take();
        let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
        match Fragment::parse(&hash) {
            Ok(Fragment::Inline(payload)) => self.show_payload(&payload),
            Ok(Fragment::Sealed(link)) => {
                let Some((store, bar)) = store().zip(place("shared-progress")) else {
                    return opened.set(failed("no-store"));
                };
                let live = Rc::clone(self);
                spawn_local(async move {
                    match open_sealed(&store, &link, &bar).await {
                        Ok(file) => live.show_file(&file),
                        Err(error) => opened.set(failed(word_of(error))),
                    }
                });
            }
            Err(error) => opened.set(failed(word(error))),
        }
    }

    fn show_payload(&self, payload: &Payload) {
        let (opened, before) = (self.sharing.opened, !payload.before.is_empty());
        let recipe = payload.recipe.as_ref().map(how).unwrap_or_default();
        let done = move |shown: bool| {
            opened.set(if shown {
                Opened::Shown { before, recipe: recipe.clone() }
            } else {
                failed("altered")
            });
        };
        let Some(place) = place("shared-picture") else { return };
        *self.desk.opened.borrow_mut() = file_of(&payload.picture);
        *self.desk.shared.borrow_mut() = SharedPicture::of_payload(&place, payload, done);
    }

    fn show_file(&self, file: &Blob) {
        let opened = self.sharing.opened;
        let done = move |shown: bool| {
            opened.set(if shown {
                Opened::Shown { before: false, recipe: String::new() }
            } else {
                failed("altered")
            });
        };
        let Some(place) = place("shared-picture") else { return };
        *self.desk.opened.borrow_mut() = Some(file.clone());
        *self.desk.shared.borrow_mut() = SharedPicture::of_file(&place, file, None, done);
    }

    fn save_shared(&self) {
        if let Some(file) = self.desk.opened.borrow().as_ref() {
            let name = name_of(file);
            files::save(file, &name);
            self.sharing.said.set(["Saved as ", &name, "."].concat());
        }
    }

    fn edit_shared(&self) {
        let file = self.desk.opened.borrow().clone();
        if let Some(file) = file {
            let name = name_of(&file);
            self.open(NamedFile { file, name });
        }
    }
}

fn name_of(file: &Blob) -> String {
    let media_type = file.type_();
    let extension = match media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "webp",
    };
    ["shared.", extension].concat()
}

fn how(recipe: &Recipe) -> String {
    let strokes: usize = recipe.steps.iter().map(|step| step.strokes.len()).sum();
    let erases = recipe.steps.len();
    let count = |number: usize, one: &str| {
        if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
    };
    let photo = format!("{} \u{d7} {}", recipe.photo.width, recipe.photo.height);
    format!(
        "The photo has {photo} pixels; {}, {}.",
        count(erases, "erase"),
        count(strokes, "stroke")
    )
}

const fn word(error: ShareError) -> &'static str {
    match error {
        ShareError::Absent => "absent",
        ShareError::Cut => "cut",
        ShareError::Newer => "newer",
        ShareError::TooLarge | ShareError::Altered => "altered",
    }
}

const fn word_of(error: OpenError) -> &'static str {
    match error {
        OpenError::Gone => "gone",
        OpenError::Unreachable => "unreachable",
        OpenError::Store => "store",
        OpenError::Object(ShareError::Cut) => "object-cut",
        OpenError::Object(ShareError::Newer) => "newer",
        OpenError::Object(_) | OpenError::Key => "key",
    }
}

/// What happened, then what to do.
fn failed(word: &'static str) -> Opened {
    let words = match word {
        "absent" => {
            "This link lost its picture: the app it came through kept only the address. Ask for it by mail, \
             or as a picture."
        }
        "cut" => {
            "This link was shortened by the app it came through. Ask for it by mail, or as a picture."
        }
        "newer" => {
            "This link was made by a later version of Lacuna. Reload the page and try again."
        }
        "no-store" => {
            "This link leads to a store that this site does not know. Open it where it was made."
        }
        "gone" => {
            "The picture is no longer in the store: it was deleted, or its time ran out. Ask for a new link."
        }
        "unreachable" => {
            "The store that holds this picture did not answer. Look at your connection and reload the page."
        }
        "store" => "The store that holds this picture has a problem. Try again in a while.",
        "object-cut" => "The picture in the store is not whole. Ask for a new link.",
        "key" => {
            "The key in this link does not open the picture: one of the two was changed. Ask for the link again, \
             by mail or as a picture."
        }
        _ => {
            "This link was changed by the app it came through. Ask for it by mail, or as a picture."
        }
    };
    Opened::Failed(word, words)
}
