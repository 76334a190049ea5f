//! The share dialog comes to life: makes links while it is open, and hands them on.

use std::{cell::RefCell, rc::Rc};

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::wasm_split,
    web_sys::{Blob, HtmlDialogElement, HtmlElement},
};
use wasm_bindgen::JsCast;

use super::{fetch, live::Live, page};
use crate::{
    app::{
        messages,
        parts::{self, Unfetched},
        sharing::{Made, Making, Mine, Wish, bytes},
        state::Phase,
    },
    client::{
        LinkWish, Painted,
        dom::window,
        share::{self, SharedPicture},
    },
    protocol::{ExportPurpose, Failure, FailureCode, JobId, Link},
    raster::{Edit, ResultId, codec::file_name},
    share::{Fragment, Store},
};

/// What the dialog waits for and shows.
#[derive(Default)]
pub(super) struct Desk {
    link: RefCell<Option<JobId>>,
    full: RefCell<Option<JobId>>,
    /// A file for others, and where it goes.
    file: RefCell<Option<JobId>>,
    /// The picture as a file, once it is made for the system's sheet.
    ready: RefCell<Option<Blob>>,
    picture: RefCell<Option<SharedPicture>>,
    pub(super) shared: RefCell<Option<SharedPicture>>,
    /// The picture of the link that was opened, as a file.
    pub(super) opened: RefCell<Option<Blob>>,
}

/// The element with this name that a picture is shown in.
pub(super) fn place(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn dialog() -> Option<HtmlDialogElement> {
    document().get_element_by_id("share")?.dyn_into().ok()
}

/// The operator's store, if the site has one.
pub(super) fn store() -> Option<Store> {
    share::described_store(&super::site::meta("lacuna-store"))
}

/// Does what someone wants of links.
#[wasm_split(sharing, wasm_split_path = leptos::wasm_split, fallible)]
fn share(live: Rc<Live>, wish: Wish) -> Result<(), Unfetched> {
    live.share_here(wish);
    Ok(())
}

/// Takes in a link that was made.
#[wasm_split(sharing, wasm_split_path = leptos::wasm_split, fallible)]
fn take_link(live: Rc<Live>, job: JobId, link: Link, bytes: u64) -> Result<(), Unfetched> {
    live.linked_here(job, &link, bytes);
    Ok(())
}

/// Does what someone wants of a picture that was shared.
#[wasm_split(shared, wasm_split_path = leptos::wasm_split, fallible)]
fn receive(live: Rc<Live>, wish: Wish) -> Result<(), Unfetched> {
    live.receive_here(wish);
    Ok(())
}

impl Live {
    /// Does what someone wants of links, once the part that can is here.
    pub(super) fn share(self: &Rc<Self>, wish: Wish) {
        let (live, told) = (Rc::clone(self), fetch::told(self.editor));
        match wish {
            Wish::Read | Wish::SaveShared | Wish::EditShared | Wish::CopyShared => {
                fetch::when(receive(live, wish), told);
            }
            Wish::Open => {
                let open = async move {
                    parts::fetch_sharing().await?;
                    share(live, wish).await
                };
                fetch::when(open, told);
            }
            _ => fetch::when(share(live, wish), told),
        }
    }

    /// Takes in a link. The dialog that had it made is of the same part, so nothing has to be fetched.
    pub(super) fn linked(self: &Rc<Self>, job: JobId, link: Link, bytes: u64) {
        fetch::when(take_link(Rc::clone(self), job, link, bytes), fetch::told(self.editor));
    }

    fn share_here(self: &Rc<Self>, wish: Wish) {
        let sharing = self.sharing;
        match wish {
            Wish::Open if sharing.is_here.get_untracked() => self.open_share(),
            Wish::Open => {
                sharing.is_here.set(true);
                let live = Rc::clone(self);
                spawn_local(async move {
                    // By then the view has heard of it and put the dialog into the page.
                    leptos::task::tick().await;
                    live.open_share();
                });
            }
            Wish::Closed => self.close_share(),
            Wish::Budget(budget) => {
                sharing.budget.set(budget);
                self.make_link();
            }
            Wish::Before(on) => {
                sharing.before.set(on);
                self.make_link();
            }
            Wish::Recipe(on) => {
                sharing.recipe.set(on);
                self.make_link();
            }
            Wish::Copy => self.copy_link(sharing.link.with_untracked(url), "Link copied."),
            Wish::Sheet => self.open_sheet(),
            Wish::SaveHistory => self.save_history(),
            Wish::Full => match sharing.full.with_untracked(url) {
                Some(url) => self.copy_link(Some(url), "Full-size link copied."),
                None => self.make_full(),
            },
            Wish::CancelFull => {
                let job = *self.desk.full.borrow();
                if let Some(job) = job {
                    self.studio.cancel(job);
                }
            }
            Wish::CopyMine(index) => {
                let link = share::my_links().into_iter().nth(index);
                self.copy_link(link.map(|link| link.url), "Link copied.");
            }
            Wish::Delete(index) => self.delete_mine(index),
            Wish::Forget(index) => {
                if let Some(link) = share::my_links().get(index) {
                    share::forget_link(&link.url);
                }
                self.list_mine();
            }
            // Those of the other part.
            Wish::Read | Wish::SaveShared | Wish::EditShared | Wish::CopyShared => {}
        }
    }

    fn open_share(self: &Rc<Self>) {
        let Some(dialog) = dialog().filter(|_| !page::is_sheet_open()) else { return };
        let sharing = self.sharing;
        if self.editor.photo.with_untracked(Option::is_none) {
            return;
        }
        let can = share::can_share();
        sharing.can_share.set(can);
        sharing.said.set(String::new());
        // The sheet says what the page says, from now on.
        self.editor.notice.set(None);
        sharing.full.set(Making::Idle);
        sharing.store.set(store().map(|store| {
            let kept = store.retention_days.map_or_else(
                || "The site's operator does not say how long it is kept.".to_owned(),
                |days| format!("The site's operator says it is deleted after {days} days."),
            );
            (store.delete.is_some(), kept)
        }));
        self.list_mine();
        let _ = dialog.show_modal();
        self.make_link();
    }

    fn close_share(&self) {
        for slot in [&self.desk.link, &self.desk.full] {
            let job = slot.take();
            if let Some(job) = job {
                self.studio.cancel(job);
            }
        }
        self.desk.picture.take();
        self.desk.ready.take();
        self.sharing.link.set(Making::Idle);
        self.sharing.full.set(Making::Idle);
    }

    /// Where links of this site lead, without the part behind the `#`.
    fn address(&self) -> String {
        let origin = window().and_then(|window| window.location().origin().ok());
        [origin.unwrap_or_default().as_str(), &self.base, "s/"].concat()
    }

    fn results(&self) -> Vec<ResultId> {
        self.editor.history.with_untracked(|history| history.results().collect())
    }

    /// The results that are in the photo, with the strokes that they were painted with.
    pub(super) fn painted_results(&self) -> Painted {
        let mut painted = Painted::new();
        self.editor.history.with_untracked(|history| {
            let mut strokes = Vec::new();
            for edit in history.edits() {
                match edit {
                    Edit::Stroke { stroke } => strokes.push(stroke.clone()),
                    Edit::Clear => strokes.clear(),
                    Edit::Erase { result } => painted.push((*result, std::mem::take(&mut strokes))),
                }
            }
        });
        painted
    }

    /// Takes over the results that came along in the file that was just opened.
    pub(super) fn take_along(&self, painted: Painted) {
        let editor = self.editor;
        self.with_stage(|stage| {
            for (result, _) in &painted {
                for (rect, picture) in self.studio.windows(*result) {
                    stage.add_picture(*result, rect, &picture, true);
                }
            }
        });
        editor.history.update(|history| {
            for (result, strokes) in painted {
                strokes.into_iter().for_each(|stroke| history.push(Edit::Stroke { stroke }));
                history.push(Edit::Erase { result });
            }
        });
        editor.phase.set(Phase::Done);
        editor.say(messages::took_along());
    }

    fn make_link(&self) {
        let sharing = self.sharing;
        if let Some(job) = self.desk.link.take() {
            self.studio.cancel(job);
        }
        let wish = LinkWish {
            characters: sharing.budget.get_untracked().characters() as u32,
            address: self.address(),
            codec: self.codec.clone(),
            before: sharing.before.get_untracked(),
            recipe: sharing.recipe.get_untracked(),
        };
        sharing.link.set(Making::Working(0.0));
        let job = self.studio.link(self.painted_results(), wish);
        self.desk.link.replace(Some(job));
    }

    fn make_full(&self) {
        let Some(store) = store() else { return };
        if self.desk.full.borrow().is_some() {
            return;
        }
        let format = self.editor.settings.with_untracked(|settings| settings.format);
        self.sharing.full.set(Making::Working(0.0));
        let job = self.studio.seal(self.results(), format, store, self.address());
        self.desk.full.replace(Some(job));
    }

    fn linked_here(&self, job: JobId, link: &Link, bytes: u64) {
        let sharing = self.sharing;
        let url = [self.address().as_str(), "#", &link.fragment].concat();
        let mut made = Made { url, qr: link.qr.clone(), side: 0, bytes };
        if self.desk.full.borrow_mut().take_if(|full| *full == job).is_some() {
            let name = self.editor.photo.with_untracked(|photo| {
                photo.as_ref().map(|photo| photo.name.clone()).unwrap_or_default()
            });
            share::add_link(made.url.clone(), name, bytes as f64);
            self.list_mine();
            sharing.full.set(Making::Made(made));
        } else if self.desk.link.borrow_mut().take_if(|link| *link == job).is_some() {
            // The dialog shows what will arrive: the link is read like any other.
            if let (Ok(Fragment::Inline(payload)), Some(place)) =
                (Fragment::parse(&link.fragment), place("share-picture"))
            {
                let size = payload.picture.size();
                made.side = size.width.max(size.height);
                self.desk.picture.take();
                let shown = SharedPicture::of_payload(&place, &payload, |_| {});
                *self.desk.picture.borrow_mut() = shown;
            }
            sharing.link.set(Making::Made(made));
            self.prepare_file();
        }
    }

    /// Whether progress was of something here.
    pub(super) fn share_progress(&self, job: JobId, fraction: f32) {
        let sharing = self.sharing;
        if *self.desk.link.borrow() == Some(job) {
            sharing.link.set(Making::Working(fraction));
        } else if *self.desk.full.borrow() == Some(job) {
            sharing.full.set(Making::Working(fraction));
        }
    }

    /// Whether a failure was of something here.
    pub(super) fn share_failed(&self, job: JobId, failure: &Failure) -> bool {
        let ended = |slot: &RefCell<Option<JobId>>| {
            slot.borrow_mut().take_if(|held| *held == job).is_some()
        };
        let making = if failure.code == FailureCode::Cancelled {
            Making::Idle
        } else {
            leptos::logging::warn!("{}: {}", failure.code.as_str(), failure.detail);
            Making::Failed(failure.code, messages::failure(failure))
        };
        if ended(&self.desk.link) {
            self.sharing.link.set(making);
        } else if ended(&self.desk.full) {
            self.sharing.full.set(making);
        } else if ended(&self.desk.file) {
            self.sharing.said.set(messages::failure(failure));
        } else {
            return false;
        }
        true
    }

    /// Whether a file was made for something here.
    pub(super) fn share_file_made(&self, job: JobId, file: &Blob) -> bool {
        if self.desk.file.borrow_mut().take_if(|held| *held == job).is_none() {
            return false;
        }
        *self.desk.ready.borrow_mut() = Some(file.clone());
        true
    }

    /// A browser opens its sheet only in the moment of a click: the file is made before.
    fn prepare_file(&self) {
        let idle = self.desk.file.borrow().is_none() && self.desk.ready.borrow().is_none();
        if self.sharing.can_share.get_untracked() && idle {
            let format = self.editor.settings.with_untracked(|settings| settings.format);
            let job = self.studio.export(self.results(), format, ExportPurpose::Share, false);
            self.desk.file.replace(Some(job));
        }
    }

    fn open_sheet(self: &Rc<Self>) {
        let Some(file) = self.desk.ready.borrow().clone() else {
            return self
                .sharing
                .said
                .set("The picture is being made. Try again in a moment.".into());
        };
        let name = self.editor.photo.with_untracked(|photo| {
            photo.as_ref().map_or_else(String::new, |photo| photo.name.clone())
        });
        let extension = file.type_().rsplit('/').next().unwrap_or("png").replace("jpeg", "jpg");
        let name = file_name(&name, &extension);
        let url = self.sharing.link.with_untracked(url).unwrap_or_default();
        spawn_local(async move {
            share::share_file(&file, &name, &url).await;
        });
    }

    pub(super) fn copy_link(&self, url: Option<String>, words: &'static str) {
        let Some(url) = url else { return };
        let said = self.sharing.said;
        spawn_local(async move {
            let copied = share::copy_text(&url).await;
            said.set(if copied { words } else { NO_CLIPBOARD }.into());
        });
    }

    fn list_mine(&self) {
        let links = share::my_links().into_iter();
        let mine = links.map(|link| Mine {
            name: if link.name.is_empty() { "Photo".to_owned() } else { link.name },
            about: [link.day.as_str(), ", ", &bytes(link.bytes as u64)].concat(),
        });
        self.sharing.mine.set(mine.collect());
    }

    fn delete_mine(self: &Rc<Self>, index: usize) {
        let Some((store, link)) = store().zip(share::my_links().into_iter().nth(index)) else {
            return;
        };
        let Some((_, fragment)) = link.url.split_once('#') else { return };
        let Ok(Fragment::Sealed(sealed)) = Fragment::parse(fragment) else { return };
        let live = Rc::clone(self);
        spawn_local(async move {
            let words = if share::delete_sealed(&store, &sealed).await {
                share::forget_link(&link.url);
                live.list_mine();
                "Deleted from the store. The link opens nothing any more."
            } else {
                "The store did not delete it. Try again later, or ask whoever runs this site."
            };
            live.sharing.said.set(words.into());
        });
    }
}

const NO_CLIPBOARD: &str = "The browser does not let this page copy. Select the link and copy it, or download the picture.";

fn url(making: &Making) -> Option<String> {
    making.made().map(|made| made.url.clone())
}
