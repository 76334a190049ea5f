//! Keeps the open photo on the device after every change, and offers what was kept.

use gloo_timers::callback::Timeout;
use leptos::task::spawn_local;

use super::{
    Actions,
    live::{Incoming, Live},
};
use crate::{
    app::{
        messages,
        state::{Offer, Phase},
    },
    client::{
        dom::ObjectUrl,
        session::{self, Kept, Refusal, Session},
    },
    raster::ResultId,
};

/// Changes that come within this time are written together, in milliseconds.
const SOON: u32 = 150;

/// The session of the open photo and the one that is offered.
#[derive(Default)]
pub(super) struct Keeping {
    open: Option<Session>,
    offered: Option<(Kept, Option<ObjectUrl>)>,
    /// Runs while something is not written.
    pending: Option<Timeout>,
    /// Whether the person was told that nothing is kept.
    told: bool,
}

impl Live {
    /// Looks for a photo from another time and offers it.
    pub(super) fn offer(actions: Actions) {
        spawn_local(async move {
            let found = session::latest().await;
            let live = actions.live();
            if found.broken {
                live.editor.say(messages::SESSION_BROKEN.to_owned());
            } else if found.unfetched {
                live.editor.say(messages::SESSION_UNFETCHED.to_owned());
            }
            let offer = found.kept.as_ref().map(|kept| {
                (kept.photo().name.clone(), kept.thumbnail.as_ref().map(ObjectUrl::new))
            });
            live.editor.offer.set(offer.as_ref().map(|(name, thumbnail)| Offer {
                name: name.clone(),
                thumbnail:
                    thumbnail.as_ref().map_or_else(String::new, |url| url.as_str().to_owned()),
            }));
            let offered = found.kept.zip(offer.map(|(_, thumbnail)| thumbnail));
            live.keeping.borrow_mut().offered = offered;
        });
    }

    /// Opens what is offered, with all that was done to it.
    pub(super) fn resume(&self, actions: Actions) {
        let offered = self.keeping.borrow_mut().offered.take();
        let Some((kept, _)) = offered else { return };
        self.editor.offer.set(None);
        spawn_local(async move {
            if let Some(kept) = kept.claim().await {
                let file = kept.photo().clone();
                actions.live().open_incoming(Incoming { file, kept: Some(kept) });
            } else {
                // Another tab was faster.
                Self::offer(actions);
            }
        });
    }

    /// Takes what is offered off the device, and offers what is left.
    pub(super) fn forget_offer(&self, actions: Actions) {
        let offered = self.keeping.borrow_mut().offered.take();
        let Some((kept, _)) = offered else { return };
        self.editor.offer.set(None);
        spawn_local(async move {
            kept.session.forget().await;
            Self::offer(actions);
        });
    }

    /// A photo is open: from now on it is kept. The one before is left for another time, if anything was done to it
    /// (`worked`).
    pub(super) fn keep_from_now(
        &self,
        actions: Actions,
        incoming: &Incoming,
        session: Option<Session>,
        worked: bool,
    ) {
        if let Some(before) = self.leave_open() {
            if !worked {
                spawn_local(async move { before.forget().await });
            } else if !self.keeping.borrow().told {
                self.editor.say(messages::BEFORE_KEPT.to_owned());
            }
        }
        if let Some(session) = session {
            self.keeping.borrow_mut().open = Some(session);
            return;
        }
        let (photo, view) = (incoming.file.clone(), self.shown_file());
        let Some(size) = self.editor.photo.with_untracked(|photo| photo.as_ref().map(|it| it.size))
        else {
            return;
        };
        let opened = self.openings.get();
        spawn_local(async move {
            let live = actions.live();
            let view = view.unwrap_or_else(|| photo.file.clone());
            let session = Session::new(photo, &view, size).await;
            // Another photo may have been opened meanwhile.
            if live.openings.get() == opened {
                live.keeping.borrow_mut().open = Some(session);
                live.keep_now(actions);
            }
        });
    }

    /// Writes nothing more of the open photo.
    pub(super) fn leave_open(&self) -> Option<Session> {
        let mut keeping = self.keeping.borrow_mut();
        keeping.pending = None;
        keeping.open.take()
    }

    /// Something was done: it is written in a moment.
    pub(super) fn keep_soon(&self, actions: Actions) {
        let mut keeping = self.keeping.borrow_mut();
        if keeping.open.is_some() && keeping.pending.is_none() {
            keeping.pending = Some(Timeout::new(SOON, move || actions.live().keep_now(actions)));
        }
    }

    /// Writes at once what is not written, for the page may go away.
    pub(super) fn keep_pending(&self, actions: Actions) {
        if self.keeping.borrow().pending.is_some() {
            self.keep_now(actions);
        }
    }

    fn keep_now(&self, actions: Actions) {
        let session = {
            let mut keeping = self.keeping.borrow_mut();
            keeping.pending = None;
            keeping.open.clone()
        };
        let Some(session) = session else { return };
        let history = self.editor.history.get_untracked();
        let reachable: Vec<ResultId> = history.reachable_results().collect();
        let results = self.studio.kept(&reachable);
        if results.len() < reachable.len() {
            // Another photo is on its way. What is on the device is whole, and stays so.
            return;
        }
        spawn_local(async move {
            if let Err(refusal) = session.keep(history, results).await {
                actions.live().tell_refusal(refusal);
            }
        });
    }

    fn tell_refusal(&self, refusal: Refusal) {
        if std::mem::replace(&mut self.keeping.borrow_mut().told, true) {
            return;
        }
        self.editor.say_too(match refusal {
            Refusal::Full => messages::STORAGE_FULL,
            Refusal::Never => messages::STORAGE_REFUSED,
        });
    }

    /// Puts the strokes and results of another time onto the photo that was just opened.
    pub(super) fn restore(&self, kept: Kept) {
        let same = self.editor.photo.with_untracked(|photo| photo.as_ref().map(|it| it.size));
        if same != Some(kept.size()) {
            // Another decoder than then: strokes would lie elsewhere.
            return self.editor.say(messages::SESSION_BROKEN.to_owned());
        }
        self.with_stage(|stage| {
            for (result, kept) in kept.results.iter() {
                for (rect, picture) in &kept.windows {
                    stage.add_picture(*result, *rect, picture, true);
                }
            }
        });
        let erased = kept.history.results().next().is_some();
        let unpainted = kept.history.strokes().next().is_none();
        self.editor.history.set(kept.history);
        if erased && unpainted {
            // As it was left: the handle between before and after is there again.
            self.editor.phase.set(Phase::Done);
        }
    }

    /// A result of another time cannot be read after all.
    pub(super) fn lose(&self, result: ResultId) {
        self.with_stage(|stage| stage.drop_result(result));
        self.editor.history.update(|history| history.forget_from(result));
        if self.editor.phase.get_untracked() == Phase::Done {
            self.editor.phase.set(Phase::Ready);
        }
        self.editor.say(messages::RESULT_LOST.to_owned());
    }
}
