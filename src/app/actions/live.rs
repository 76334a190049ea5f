//! Owner of the living page: the studio and the stage on one side, the state on the other.
//!
//! Long because whatever the studio says is answered here, where all that is alive is at hand.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local, web_sys::Blob};
use leptos_router::location::BrowserUrl;

use super::{Actions, keeping::Keeping, navigate, page, sharing::Desk, site::meta};
use crate::{
    app::{
        Page,
        command::Command,
        links, messages,
        reactive::whenever,
        sharing::Sharing,
        state::{Editor, Photo, Progress, Run, Timing},
    },
    client::{
        Keeper, Studio, StudioEvent, WorkerScripts,
        clipboard::Copying,
        dom::Listener,
        files::{self, NamedFile},
        prefs, runtime_settings,
        session::Kept,
        stage::{Stage, Zoom},
    },
    protocol::{ExportFormat, ExportPurpose, Failure, FailureCode, JobId},
    raster::{Stroke, codec::file_name},
};

/// Factor of one step of zoom.
const ZOOM_STEP: f64 = 1.25;
/// After the last cross-fade the earlier pictures can go, in milliseconds.
const AFTER_FADE: u32 = 700;

/// What the page does at present.
#[derive(Default)]
pub(super) struct Jobs {
    opening: Option<JobId>,
    pub(super) running: Option<JobId>,
    saving: Option<JobId>,
    copying: Option<(JobId, Copying)>,
}

/// A file that is being opened, and what was done to it at another time.
pub(super) struct Incoming {
    pub(super) file: NamedFile,
    pub(super) kept: Option<Kept>,
}

/// Owner of everything that is alive.
pub(crate) struct Live {
    pub(super) actions: Actions,
    pub(super) editor: Editor,
    pub(super) sharing: Sharing,
    pub(super) base: String,
    /// Address of the script of the codec of links.
    pub(super) codec: String,
    pub(super) studio: Studio,
    /// There once models were looked at.
    pub(super) keeper: RefCell<Option<Keeper>>,
    /// Address of the script of the keeper's worker.
    pub(super) keeper_script: String,
    pub(super) stage: RefCell<Option<Stage>>,
    /// The file of the photo that is open.
    pub(super) file: RefCell<Option<NamedFile>>,
    /// What is shown in place of the file, where the browser does not show that.
    view: RefCell<Option<Blob>>,
    incoming: RefCell<Option<Incoming>>,
    pub(super) keeping: RefCell<Keeping>,
    /// Photos opened so far.
    pub(super) openings: Cell<u32>,
    pub(super) jobs: RefCell<Jobs>,
    /// What the running erase has to do without.
    pub(super) lacking: RefCell<Option<Failure>>,
    /// Erases of this photo so far: each one searches anew.
    pub(super) attempts: Cell<u64>,
    /// The page's address.
    location: RefCell<Option<BrowserUrl>>,
    listeners: RefCell<Vec<Listener>>,
    pub(super) desk: Desk,
}

impl Live {
    pub(super) fn new(actions: Actions) -> Rc<Self> {
        let scripts =
            WorkerScripts { studio: meta("lacuna-studio"), runtime: meta("lacuna-runtime-worker") };
        let runtime = runtime_settings(&meta("lacuna-runtime"), &links::base());
        let on_event = move |event| {
            // Events can come from within a call; they are heard after it.
            spawn_local(async move { actions.live().on_event(actions, event) });
        };
        Rc::new(Self {
            actions,
            editor: actions.editor,
            sharing: actions.sharing,
            base: links::base(),
            codec: meta("lacuna-codec"),
            studio: Studio::new(&scripts, runtime, on_event),
            keeper: RefCell::default(),
            keeper_script: scripts.runtime,
            stage: RefCell::default(),
            file: RefCell::default(),
            view: RefCell::default(),
            incoming: RefCell::default(),
            keeping: RefCell::default(),
            openings: Cell::new(0),
            jobs: RefCell::default(),
            lacking: RefCell::default(),
            attempts: Cell::new(0),
            location: RefCell::default(),
            listeners: RefCell::default(),
            desk: Desk::default(),
        })
    }

    /// Settings, listeners of the whole page, what was kept.
    pub(super) fn start(actions: Actions, live: Rc<Self>) {
        let editor = actions.editor;
        editor.settings.set(prefs::load());
        page::keep_settings(editor);
        whenever(move || page::show_theme(editor.settings.with(|settings| settings.theme)));
        let news = StoredValue::new_local(None);
        whenever(move || news.set_value(page::forget_news(editor)));
        page::count_regions(editor);
        page::play_samples(editor);
        page::fetch_the_rest(editor);
        whenever(move || {
            editor.history.track();
            actions.live().keep_soon(actions);
        });
        whenever(move || navigate::show_title(editor));
        *live.location.borrow_mut() = navigate::follow(editor, live.base.clone());
        *live.listeners.borrow_mut() = page::listeners(actions, &document());
        let offered = Cell::new(false);
        whenever(move || {
            if editor.page.get() == Page::Editor && !offered.replace(true) {
                Self::offer(actions);
            }
        });
    }

    pub(super) fn run(self: &Rc<Self>, actions: Actions, command: Command) {
        match command {
            Command::Pick => {
                if let Some(input) = page::file_input("file") {
                    input.click();
                }
            }
            Command::OpenPicked(id) => {
                if let Some(file) = page::file_input(id).and_then(|input| files::picked(&input)) {
                    self.open(file);
                }
            }
            Command::OpenSample(index) => self.open_sample(index),
            Command::Resume => self.resume(actions),
            Command::Forget => self.forget_offer(actions),
            Command::Close => self.close(actions),
            Command::Erase => self.erase(),
            Command::Again => self.again(),
            Command::StopHere => self.stop_here(),
            Command::KeepVariant => self.keep_variant(),
            Command::Dice => self.throw_dice(),
            Command::Cancel => self.cancel(),
            Command::Download => self.download(),
            Command::Copy => self.copy(),
            Command::ZoomIn => self.zoom(Zoom::By(ZOOM_STEP)),
            Command::ZoomOut => self.zoom(Zoom::By(1.0 / ZOOM_STEP)),
            Command::ZoomFit => self.zoom(Zoom::Fit),
            Command::ZoomActual => self.zoom(Zoom::Actual),
            Command::Help => page::help(self.editor),
            Command::Go(page) => {
                navigate::go(self.editor, self.location.borrow().as_ref(), &self.base, page)
            }
            Command::Share(wish) => self.share(wish),
            Command::Shelf(wish) => self.wish(wish),
            // The others change state alone and never come here.
            _ => {}
        }
    }

    pub(super) fn open(&self, file: NamedFile) {
        // It can be dropped and pasted on any page, and on the way to one.
        if self.editor.page.get_untracked() == Page::Editor {
            if let Some(location) = self.location.borrow().as_ref() {
                navigate::stay(location);
            }
        } else {
            navigate::go(self.editor, self.location.borrow().as_ref(), &self.base, Page::Editor);
        }
        if files::is_foreign(&file.file) {
            let failure = Failure::new(FailureCode::PhotoUnsupported, "not an image type");
            return self.editor.refused(failure.code, messages::failure(&failure));
        }
        self.open_incoming(Incoming { file, kept: None });
    }

    pub(super) fn open_incoming(&self, incoming: Incoming) {
        // As long as the results are at hand.
        self.keep_pending(self.actions);
        // What runs is given up by the studio; its answer is not waited for.
        self.drop_run();
        *self.jobs.borrow_mut() = Jobs::default();
        self.editor.opening();
        let results = incoming.kept.as_ref().map(|kept| kept.results.clone());
        let (job, _) = self.studio.open_with(&incoming.file.file, results.unwrap_or_default());
        self.jobs.borrow_mut().opening = Some(job);
        *self.incoming.borrow_mut() = Some(incoming);
    }

    /// Closes the photo and takes it off the device.
    fn close(&self, actions: Actions) {
        self.openings.set(self.openings.get() + 1);
        let session = self.leave_open();
        self.drop_run();
        *self.jobs.borrow_mut() = Jobs::default();
        self.studio.close();
        self.with_stage(Stage::close);
        *self.file.borrow_mut() = None;
        *self.view.borrow_mut() = None;
        self.editor.closed();
        spawn_local(async move {
            if let Some(session) = session {
                session.forget().await;
            }
            Self::offer(actions);
        });
    }

    /// The picture that shows the photo as it came.
    pub(super) fn shown_file(&self) -> Option<Blob> {
        let view = self.view.borrow().clone();
        view.or_else(|| self.file.borrow().as_ref().map(|file| file.file.clone()))
    }

    fn erase(&self) {
        self.with_stage(Stage::finish_stroke);
        let editor = self.editor;
        if !untrack(|| editor.can_erase()) {
            return;
        }
        let (strokes, on) = untrack(|| editor.shown());
        let count = strokes.len();
        self.fill(on, strokes, |result| Run { result, strokes: count, again: false });
    }

    fn cancel(&self) {
        // A stroke that is being painted goes first.
        if self.stage.borrow().as_ref().is_some_and(Stage::cancel_stroke) {
            return;
        }
        let running = self.jobs.borrow().running;
        if let Some(job) = running {
            self.studio.cancel(job);
        }
    }

    fn download(&self) {
        if self.can_export() {
            let format = self.editor.settings.with_untracked(|settings| settings.format);
            let job = self.export(format, self.editor.keep_gps.get_untracked());
            self.jobs.borrow_mut().saving = Some(job);
        }
    }

    fn copy(&self) {
        // The browser wants to hear of it while the key or the button is being pressed.
        let Some(copying) = self.can_export().then(Copying::begin) else { return };
        let job = self.export(ExportFormat::Png, false);
        self.jobs.borrow_mut().copying = Some((job, copying));
    }

    /// Makes and saves a file that can be gone on with.
    pub(super) fn save_history(&self) {
        if self.can_export() {
            let editor = self.editor;
            let format = editor.settings.with_untracked(|settings| settings.format);
            editor.saving.set(Some(0.0));
            let keep_gps = editor.keep_gps.get_untracked();
            let job = self.studio.export_with_history(self.painted_results(), format, keep_gps);
            self.jobs.borrow_mut().saving = Some(job);
        }
    }

    fn can_export(&self) -> bool {
        let jobs = self.jobs.borrow();
        self.editor.photo.with_untracked(Option::is_some)
            && !self.editor.phase.get_untracked().is_busy()
            && jobs.saving.is_none()
            && jobs.copying.is_none()
    }

    fn export(&self, format: ExportFormat, keep_gps: bool) -> JobId {
        let on = self.editor.history.with_untracked(|history| history.results().collect());
        self.editor.saving.set(Some(0.0));
        self.studio.export(on, format, ExportPurpose::Keep, keep_gps)
    }

    fn zoom(&self, zoom: Zoom) {
        self.with_stage(|stage| stage.zoom(zoom));
    }

    pub(super) fn with_stage(&self, call: impl FnOnce(&Stage)) {
        // Cloned, because a call may lead back here.
        let stage = self.stage.borrow().clone();
        if let Some(stage) = stage {
            call(&stage);
        }
    }

    fn on_event(self: &Rc<Self>, actions: Actions, event: StudioEvent) {
        let editor = self.editor;
        match event {
            StudioEvent::Ready { .. } => {}
            StudioEvent::Holds { held } => editor.shelf.hold(held),
            StudioEvent::Opened { size, extension, notes, history, has_place, view, .. } => {
                self.jobs.borrow_mut().opening = None;
                let incoming = self.incoming.borrow_mut().take();
                let Some(mut incoming) = incoming else { return };
                let name = incoming.file.name.clone();
                let shown = view.clone().unwrap_or_else(|| incoming.file.file.clone());
                *self.file.borrow_mut() = Some(incoming.file.clone());
                *self.view.borrow_mut() = view;
                self.openings.set(self.openings.get() + 1);
                self.attempts.set(0);
                let worked = editor
                    .history
                    .with_untracked(|before| !before.edits().is_empty() || before.can_redo());
                editor.opened(Photo { name, size, extension, has_place });
                // Nothing of this is fetched for someone who only looks at the page.
                self.list_models();
                self.studio.prepare(editor.settings.with_untracked(|settings| settings.model));
                self.look_for_models();
                self.with_stage(|stage| {
                    stage.open(&shown, size);
                    let stage = stage.clone();
                    // What is inert takes no focus, and the views hear of the photo after this.
                    Timeout::new(0, move || stage.focus()).forget();
                });
                let kept = incoming.kept.take();
                let session = kept.as_ref().map(|kept| kept.session.clone());
                self.keep_from_now(actions, &incoming, session, worked);
                if let Some(kept) = kept {
                    self.restore(kept);
                } else if !history.is_empty() {
                    self.take_along(history);
                }
                if !notes.is_empty() {
                    let words: Vec<&str> = notes.iter().map(|&note| messages::note(note)).collect();
                    editor.say_too(&words.join(" "));
                }
            }
            StudioEvent::Progress { job, stage, region, regions, fraction } => {
                let jobs = self.jobs.borrow();
                if jobs.saving == Some(job) {
                    editor.saving.set(Some(fraction));
                } else if jobs.running == Some(job) || jobs.opening == Some(job) {
                    let before = editor.progress.get_untracked().map_or(0.0, |it| it.fraction);
                    let quarters = |fraction: f32| (fraction * 4.0) as u32;
                    if quarters(fraction) > quarters(before) && fraction < 1.0 {
                        editor.spoken.set(format!("{} percent", quarters(fraction) * 25));
                    }
                    editor.progress.set(Some(Progress { stage, region, regions, fraction }));
                } else {
                    self.share_progress(job, fraction);
                }
            }
            StudioEvent::Painted { job, result, rect, picture, last } => {
                if self.jobs.borrow().running == Some(job) {
                    self.with_stage(|stage| stage.add_picture(result, rect, &picture, last));
                }
            }
            StudioEvent::Stepped { job, result, step, steps, rect, picture } => {
                if self.jobs.borrow().running == Some(job) {
                    editor.step.set(Some((step, steps)));
                    self.with_stage(|stage| {
                        stage.add_picture(result, rect, &picture, false);
                        stage.mark_preview(step);
                    });
                }
            }
            StudioEvent::Notice { job, failure } => {
                if self.jobs.borrow().running == Some(job) {
                    leptos::logging::warn!("{}: {}", failure.code.as_str(), failure.detail);
                    self.lacking.replace(Some(failure));
                }
            }
            StudioEvent::Erased { job, provider, milliseconds, timings, .. } => {
                if self.jobs.borrow_mut().running.take_if(|running| *running == job).is_some() {
                    let lacking = self.lacking.take();
                    let words =
                        lacking.as_ref().map_or_else(messages::gone, messages::gone_without);
                    let code = lacking.map(|failure| failure.code);
                    editor.timings.set(timings);
                    editor.erased(Timing { provider, milliseconds }, code, words);
                    self.with_stage(Stage::end_run);
                    self.forget_unreachable();
                    if editor.settings.with_untracked(|settings| settings.run_on_release) {
                        self.erase();
                    }
                }
            }
            StudioEvent::Linked { job, link, bytes } => self.linked(job, link, bytes),
            StudioEvent::ResultLost { result } => self.lose(result),
            StudioEvent::Exported { job, file, .. } if self.share_file_made(job, &file) => {}
            StudioEvent::Exported { job, file, extension } => {
                let copying = {
                    let mut jobs = self.jobs.borrow_mut();
                    jobs.copying.take_if(|(copying, _)| *copying == job)
                };
                if let Some((_, copying)) = copying {
                    spawn_local(async move {
                        let copied = copying.finish(&file).await;
                        editor.saving.set(None);
                        editor.say(
                            if copied { messages::COPIED } else { messages::NOT_COPIED }.into(),
                        );
                    });
                } else if self.jobs.borrow_mut().saving.take_if(|saving| *saving == job).is_some() {
                    editor.saving.set(None);
                    let name = editor.photo.with_untracked(|photo| {
                        photo.as_ref().map_or_else(String::new, |photo| photo.name.clone())
                    });
                    let name = file_name(&name, &extension);
                    files::save(&file, &name);
                    editor.say(messages::saved(&name));
                }
            }
            StudioEvent::Failed { job, failure } => self.on_failure(job, &failure),
        }
    }

    fn on_failure(&self, job: Option<JobId>, failure: &Failure) {
        if job.is_some_and(|job| self.share_failed(job, failure)) {
            return;
        }
        let editor = self.editor;
        let (opening, running, saving) = {
            let mut jobs = self.jobs.borrow_mut();
            // Dropped, it tells the clipboard that nothing comes.
            let copying = jobs.copying.take_if(|(copying, _)| Some(*copying) == job).is_some();
            let mut ended = |slot: fn(&mut Jobs) -> &mut Option<JobId>| {
                job.is_some() && slot(&mut jobs).take_if(|it| Some(*it) == job).is_some()
            };
            (
                ended(|jobs| &mut jobs.opening),
                ended(|jobs| &mut jobs.running),
                ended(|jobs| &mut jobs.saving) || copying,
            )
        };
        if job.is_some() && !opening && !running && !saving {
            return;
        }
        if running {
            self.drop_run();
            editor.stopped();
        }
        if failure.code != FailureCode::Cancelled {
            leptos::logging::warn!("{}: {}", failure.code.as_str(), failure.detail);
        }
        if opening {
            let incoming = self.incoming.borrow_mut().take();
            if let Some(Incoming { kept: Some(kept), .. }) = incoming {
                let useless = matches!(
                    failure.code,
                    FailureCode::PhotoDamaged | FailureCode::PhotoUnsupported
                );
                let actions = self.actions;
                spawn_local(async move {
                    if useless {
                        kept.session.forget().await;
                    } else {
                        kept.session.release().await;
                    }
                    Self::offer(actions);
                });
            }
            // What was painted while the file was being read.
            self.keep_soon(self.actions);
            return editor.refused(failure.code, messages::failure(failure));
        }
        if saving {
            editor.saving.set(None);
        }
        if failure.code != FailureCode::Cancelled {
            editor.failed(failure.code, messages::failure(failure));
        } else if running {
            editor.say(messages::failure(failure));
        }
    }

    /// Takes what the running erase has shown so far off the stage.
    fn drop_run(&self) {
        if let Some(run) = self.editor.phase.get_untracked().run() {
            self.with_stage(|stage| {
                stage.drop_result(run.result);
                stage.give_up_run();
            });
        }
    }

    /// Lets go of results that undo and redo cannot reach, and of coarse pictures once they are covered.
    pub(super) fn forget_unreachable(&self) {
        let editor = self.editor;
        let reachable = move || {
            editor.history.with_untracked(|history| {
                let variants = editor.variants.get_untracked();
                history.reachable_results().chain(variants).collect::<Vec<_>>()
            })
        };
        self.studio.forget(reachable());
        let stage = self.stage.borrow().clone();
        Timeout::new(AFTER_FADE, move || {
            if let Some(stage) = stage {
                let running = editor.phase.get_untracked().run().map(|run| run.result);
                stage.tidy(&reachable(), running);
            }
        })
        .forget();
    }

    pub(super) fn painted(&self, stroke: Stroke) {
        self.editor.painted(stroke);
        if self.editor.settings.with_untracked(|settings| settings.run_on_release) {
            self.erase();
        }
    }
}
