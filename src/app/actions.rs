//! The seam between views and browser: the one file that differs between the exported and the living page.
//!
//! Views send commands. On export nothing answers; in the browser [`Live`] owns the studio and the stage and turns
//! their events into state.

use leptos::{
    html::{Canvas, Div},
    prelude::*,
};

use super::{command::Command, state::Editor};

/// The elements of the stage, as views know them.
#[derive(Clone, Copy, Default)]
pub(crate) struct StageRefs {
    pub(crate) stage: NodeRef<Div>,
    pub(crate) layer: NodeRef<Div>,
    pub(crate) results: NodeRef<Div>,
    pub(crate) frame: NodeRef<Div>,
    pub(crate) overlay: NodeRef<Canvas>,
    pub(crate) ring: NodeRef<Div>,
    pub(crate) wipe: NodeRef<Div>,
}

/// What views can do; in context.
#[derive(Clone, Copy)]
pub(crate) struct Actions {
    pub(crate) editor: Editor,
    #[cfg(feature = "hydrate")]
    live: StoredValue<Option<std::rc::Rc<live::Live>>, LocalStorage>,
}

impl Actions {
    /// Carries a command out.
    pub(crate) fn run(self, command: Command) {
        let editor = self.editor;
        let set =
            |change: &dyn Fn(&mut super::state::Settings)| editor.settings.update(|it| change(it));
        match command {
            Command::Undo => editor.undo(),
            Command::Redo => editor.redo(),
            Command::Clear => editor.clear(),
            Command::Mode(mode) => editor.mode.set(mode),
            Command::Brush(diameter) => set(&|it| it.set_brush(diameter)),
            Command::BrushLarger => set(&|it| it.set_brush(f64::from(it.brush) * 1.15 + 1.0)),
            Command::BrushSmaller => set(&|it| it.set_brush((f64::from(it.brush) - 1.0) / 1.15)),
            Command::Compare(on) => editor.comparing.set(on),
            Command::Dismiss => editor.notice.set(None),
            Command::Theme(theme) => set(&|it| it.theme = theme),
            Command::Model(model) => set(&|it| it.model = model),
            Command::Format(format) => set(&|it| it.format = format),
            Command::RunOnRelease(on) => set(&|it| it.run_on_release = on),
            Command::Pick
            | Command::OpenPicked
            | Command::OpenSample(_)
            | Command::Erase
            | Command::Cancel
            | Command::ZoomIn
            | Command::ZoomOut
            | Command::ZoomFit
            | Command::ZoomActual
            | Command::Download
            | Command::Help => self.run_live(command),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the living page's side of these has use for it")]
impl Actions {
    /// Actions of a page that is being written to a file.
    pub(crate) fn new(editor: Editor) -> Self {
        Self { editor }
    }

    /// Nothing lives on export.
    pub(crate) fn start(self) {}

    /// Nothing is painted on export.
    pub(crate) fn mount_stage(self, _: StageRefs) {}

    fn run_live(self, _: Command) {}
}

#[cfg(feature = "hydrate")]
impl Actions {
    /// Actions of the living page.
    pub(crate) fn new(editor: Editor) -> Self {
        Self { editor, live: StoredValue::new_local(None) }
    }

    /// Wakes what belongs to the whole page. Call once, in the app's body.
    pub(crate) fn start(self) {
        Effect::new(move |_| live::Live::start(self, self.live()));
    }

    /// Brings a stage to life for as long as its view is there. Call in the view's body.
    pub(crate) fn mount_stage(self, refs: StageRefs) {
        live::mount_stage(self, refs);
    }

    fn run_live(self, command: Command) {
        self.live().run(command);
    }

    fn live(self) -> std::rc::Rc<live::Live> {
        if self.live.with_value(Option::is_none) {
            self.live.set_value(Some(live::Live::new(self)));
        }
        // Filled by the lines above.
        self.live.with_value(|live| live.clone()).unwrap_or_else(|| live::Live::new(self))
    }
}

#[cfg(feature = "hydrate")]
mod live {
    //! The living page: studio and stage on one side, signals on the other.

    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };

    use gloo_timers::callback::Timeout;
    use leptos::{
        prelude::*,
        task::spawn_local,
        web_sys::{Document, HtmlDialogElement, HtmlInputElement, HtmlMetaElement},
    };
    use wasm_bindgen::JsCast;

    use super::{Actions, StageRefs};
    use crate::{
        app::{
            command::{Command, for_key},
            links, messages,
            state::{Editor, Phase, Photo, Progress, Run, Sample, Theme, Timing},
        },
        client::{
            Studio, StudioEvent,
            dom::{Listener, listen},
            files::{self, NamedFile},
            prefs,
            stage::{Stage, StageElements, StageEvents, Zoom},
        },
        inpaint::{InpaintParams, Seed},
        protocol::{Failure, FailureCode, JobId},
        raster::{History, Stroke},
    };

    /// Factor of one step of zoom.
    const ZOOM_STEP: f64 = 1.25;
    /// After the last cross-fade the earlier pictures can go, in milliseconds.
    const AFTER_FADE: u32 = 700;
    /// How long good news stays, in milliseconds.
    const NEWS: u32 = 6_000;

    /// What the page does at present.
    #[derive(Default)]
    struct Jobs {
        opening: Option<JobId>,
        running: Option<JobId>,
        saving: Option<JobId>,
    }

    pub(crate) struct Live {
        editor: Editor,
        base: String,
        studio: Studio,
        stage: RefCell<Option<Stage>>,
        /// The file of the photo that is open or being opened.
        file: RefCell<Option<NamedFile>>,
        jobs: RefCell<Jobs>,
        /// Erases of this photo so far: each one searches anew.
        attempts: Cell<u64>,
        listeners: RefCell<Vec<Listener>>,
    }

    impl Live {
        pub(super) fn new(actions: Actions) -> Rc<Self> {
            let worker = document()
                .query_selector("meta[name=lacuna-worker]")
                .ok()
                .flatten()
                .and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok())
                .map(|meta| meta.content())
                .unwrap_or_default();
            let on_event = move |event| {
                // Events can come from within a call; they are heard after it.
                spawn_local(async move { actions.live().on_event(event) });
            };
            Rc::new(Self {
                editor: actions.editor,
                base: links::base(),
                studio: Studio::new(&worker, on_event),
                stage: RefCell::default(),
                file: RefCell::default(),
                jobs: RefCell::default(),
                attempts: Cell::new(0),
                listeners: RefCell::default(),
            })
        }

        /// Settings, listeners of the whole page, samples.
        pub(super) fn start(actions: Actions, live: Rc<Self>) {
            let editor = actions.editor;
            editor.settings.set(prefs::load());
            Effect::new(move |_| editor.settings.with(prefs::save));
            Effect::new(move |_| show_theme(editor.settings.with(|settings| settings.theme)));
            Effect::new(move |_| forget_news(editor));
            *live.listeners.borrow_mut() = listeners(actions, &document());
            let url = format!("{}samples/samples.json", live.base);
            spawn_local(async move {
                let list = files::fetched_text(&url).await;
                let samples: Option<Vec<Sample>> =
                    list.and_then(|text| serde_json::from_str(&text).ok());
                editor.samples.set(Some(samples.unwrap_or_default()));
            });
        }

        pub(super) fn run(self: &Rc<Self>, command: Command) {
            match command {
                Command::Pick => {
                    if let Some(input) = file_input() {
                        input.click();
                    }
                }
                Command::OpenPicked => {
                    if let Some(file) = file_input().and_then(|input| files::picked(&input)) {
                        self.open(file);
                    }
                }
                Command::OpenSample(index) => self.open_sample(index),
                Command::Erase => self.erase(),
                Command::Cancel => self.cancel(),
                Command::Download => self.download(),
                Command::ZoomIn => self.zoom(Zoom::By(ZOOM_STEP)),
                Command::ZoomOut => self.zoom(Zoom::By(1.0 / ZOOM_STEP)),
                Command::ZoomFit => self.zoom(Zoom::Fit),
                Command::ZoomActual => self.zoom(Zoom::Actual),
                Command::Help => show_help(),
                // The others change state alone and never come here.
                _ => {}
            }
        }

        fn open(&self, file: NamedFile) {
            if files::is_foreign(&file.file) {
                // The photo that is open is worth more than an answer from the worker.
                let failure = Failure::new(FailureCode::PhotoUnsupported, "not an image type");
                return self.editor.failed(failure.code, messages::failure(&failure));
            }
            self.editor.opening();
            self.with_stage(Stage::close);
            *self.jobs.borrow_mut() = Jobs::default();
            self.attempts.set(0);
            let (job, _) = self.studio.open(&file.file);
            self.jobs.borrow_mut().opening = Some(job);
            *self.file.borrow_mut() = Some(file);
        }

        fn open_sample(self: &Rc<Self>, index: usize) {
            let sample = self.editor.samples.with_untracked(|samples| {
                samples.as_ref().and_then(|samples| samples.get(index).cloned())
            });
            let Some(sample) = sample else { return };
            let live = Rc::clone(self);
            spawn_local(async move {
                let url = format!("{}samples/{}", live.base, sample.file);
                match files::fetched(&url).await {
                    Some(file) => live.open(NamedFile { file, name: sample.file }),
                    None => {
                        live.editor.say("This sample could not be loaded. Are you offline?".into())
                    }
                }
            });
        }

        fn erase(&self) {
            let editor = self.editor;
            if !untrack(|| editor.can_erase()) {
                return;
            }
            let (strokes, on) = untrack(|| editor.shown());
            self.attempts.set(self.attempts.get() + 1);
            let params = InpaintParams { seed: Seed(self.attempts.get()), ..Default::default() };
            let model = editor.settings.with_untracked(|settings| settings.model);
            let count = strokes.len();
            self.with_stage(Stage::start_run);
            let (job, result) = self.studio.inpaint(on, strokes, model, params);
            self.jobs.borrow_mut().running = Some(job);
            editor.started(Run { result, strokes: count });
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
            let editor = self.editor;
            let ready = editor.photo.with_untracked(Option::is_some)
                && editor.phase.get_untracked().run().is_none()
                && self.jobs.borrow().saving.is_none();
            if ready {
                let on = editor.history.with_untracked(|history| history.results().collect());
                let format = editor.settings.with_untracked(|settings| settings.format);
                editor.saving.set(Some(0.0));
                let job = self.studio.export(on, format);
                self.jobs.borrow_mut().saving = Some(job);
            }
        }

        fn zoom(&self, zoom: Zoom) {
            self.with_stage(|stage| stage.zoom(zoom));
        }

        fn with_stage(&self, call: impl FnOnce(&Stage)) {
            // Cloned, because a call may lead back here.
            let stage = self.stage.borrow().clone();
            if let Some(stage) = stage {
                call(&stage);
            }
        }

        fn on_event(self: &Rc<Self>, event: StudioEvent) {
            let editor = self.editor;
            match event {
                StudioEvent::Ready { .. } => {}
                StudioEvent::Opened { size, extension, notes, .. } => {
                    self.jobs.borrow_mut().opening = None;
                    let file = self.file.borrow().clone();
                    let Some(NamedFile { file, name }) = file else { return };
                    editor.opened(Photo { name, size, extension });
                    self.with_stage(|stage| {
                        stage.open(&file, size);
                        stage.focus();
                    });
                    if !notes.is_empty() {
                        let words: Vec<&str> =
                            notes.iter().map(|&note| messages::note(note)).collect();
                        editor.say(words.join(" "));
                    }
                }
                StudioEvent::Progress { job, stage, region, regions, fraction } => {
                    let jobs = self.jobs.borrow();
                    if jobs.saving == Some(job) {
                        editor.saving.set(Some(fraction));
                    } else if jobs.running == Some(job) || jobs.opening == Some(job) {
                        editor.progress.set(Some(Progress { stage, region, regions, fraction }));
                    }
                }
                StudioEvent::Painted { job, result, rect, picture, last } => {
                    if self.jobs.borrow().running == Some(job) {
                        self.with_stage(|stage| stage.add_picture(result, rect, &picture, last));
                    }
                }
                StudioEvent::Erased { job, provider, milliseconds, .. } => {
                    if self.jobs.borrow_mut().running.take_if(|running| *running == job).is_some() {
                        editor.erased(Timing { provider, milliseconds }, messages::gone());
                        self.with_stage(|stage| stage.end_run(true));
                        self.forget_unreachable();
                        if editor.settings.with_untracked(|settings| settings.run_on_release) {
                            self.erase();
                        }
                    }
                }
                StudioEvent::Exported { job, file, extension } => {
                    if self.jobs.borrow_mut().saving.take_if(|saving| *saving == job).is_some() {
                        editor.saving.set(None);
                        let name = editor.photo.with_untracked(|photo| {
                            photo.as_ref().map_or_else(String::new, |photo| photo.name.clone())
                        });
                        let name = messages::file_name(&name, &extension);
                        files::save(&file, &name);
                        editor.say(messages::saved(&name));
                    }
                }
                StudioEvent::Failed { job, failure } => self.on_failure(job, &failure),
            }
        }

        fn on_failure(&self, job: Option<JobId>, failure: &Failure) {
            let editor = self.editor;
            let (opening, running, saving) = {
                let mut jobs = self.jobs.borrow_mut();
                let mut ended = |slot: fn(&mut Jobs) -> &mut Option<JobId>| {
                    job.is_some() && slot(&mut jobs).take_if(|it| Some(*it) == job).is_some()
                };
                (
                    ended(|jobs| &mut jobs.opening),
                    ended(|jobs| &mut jobs.running),
                    ended(|jobs| &mut jobs.saving),
                )
            };
            if job.is_some() && !opening && !running && !saving {
                return;
            }
            if running {
                if let Some(run) = editor.phase.get_untracked().run() {
                    self.with_stage(|stage| {
                        stage.drop_result(run.result);
                        stage.end_run(false);
                    });
                }
                editor.stopped();
            }
            if opening {
                *self.file.borrow_mut() = None;
                editor.phase.set(Phase::Empty);
            }
            if saving {
                editor.saving.set(None);
            }
            if failure.code != FailureCode::Cancelled {
                leptos::logging::warn!("{}: {}", failure.code.as_str(), failure.detail);
                editor.failed(failure.code, messages::failure(failure));
            } else if running {
                editor.say(messages::failure(failure));
            }
        }

        /// Lets go of results that undo and redo cannot reach, and of coarse pictures once they are covered.
        fn forget_unreachable(&self) {
            let editor = self.editor;
            let reachable = move || {
                editor
                    .history
                    .with_untracked(|history| history.reachable_results().collect::<Vec<_>>())
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

        fn painted(&self, stroke: Stroke) {
            self.editor.painted(stroke);
            if self.editor.settings.with_untracked(|settings| settings.run_on_release) {
                self.erase();
            }
        }
    }

    /// Brings the stage to life and keeps it in step with the state.
    pub(super) fn mount_stage(actions: Actions, refs: StageRefs) {
        let editor = actions.editor;
        let live = StoredValue::new_local(None::<Stage>);
        let mounted = RwSignal::new(false);
        let stage = move || if mounted.get() { live.get_value() } else { None };
        Effect::new(move |_| {
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
        Effect::new(move |_| {
            let (strokes, results) = editor.shown();
            if let Some(stage) = stage() {
                stage.set_strokes(strokes);
                stage.show_results(&results);
            }
        });
        Effect::new(move |before: Option<u16>| {
            let brush = editor.settings.with(|settings| settings.brush);
            if let Some(stage) = stage() {
                stage.set_brush(f64::from(brush), before.is_some_and(|before| before != brush));
            }
            brush
        });
        Effect::new(move |_| {
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
            let size =
                self.editor.photo.with_untracked(|photo| photo.as_ref().map(|photo| photo.size));
            let file = self.file.borrow().clone();
            let (Some(size), Some(NamedFile { file, .. })) = (size, file) else { return };
            stage.open(&file, size);
            let (strokes, run) = self.editor.history.with_untracked(|history: &History| {
                let run = self.editor.phase.get_untracked().run();
                for result in history.reachable_results() {
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

    fn listeners(actions: Actions, document: &Document) -> Vec<Listener> {
        use leptos::web_sys::{ClipboardEvent, DragEvent, KeyboardEvent};
        let editor = actions.editor;
        let carries = |event: &DragEvent| {
            event.data_transfer().is_some_and(|data| files::carries_files(&data))
        };
        vec![
            listen(document, "keydown", move |event: KeyboardEvent| on_key(actions, &event)),
            listen(document, "keyup", move |event: KeyboardEvent| {
                if event.key().eq_ignore_ascii_case("c") {
                    editor.comparing.set(false);
                }
            }),
            listen(document, "paste", move |event: ClipboardEvent| {
                if let Some(file) =
                    event.clipboard_data().and_then(|data| files::transferred(&data))
                {
                    event.prevent_default();
                    actions.live().open(file);
                }
            }),
            listen(document, "dragover", move |event: DragEvent| {
                if carries(&event) {
                    event.prevent_default();
                    if !editor.dragging.get_untracked() {
                        editor.dragging.set(true);
                    }
                }
            }),
            listen(document, "dragleave", move |event: DragEvent| {
                // Without a next element the pointer left the window.
                if event.related_target().is_none() {
                    editor.dragging.set(false);
                }
            }),
            listen(document, "drop", move |event: DragEvent| {
                editor.dragging.set(false);
                if carries(&event) {
                    event.prevent_default();
                    if let Some(file) =
                        event.data_transfer().and_then(|data| files::transferred(&data))
                    {
                        actions.live().open(file);
                    }
                }
            }),
        ]
    }

    fn on_key(actions: Actions, event: &leptos::web_sys::KeyboardEvent) {
        let active = document().active_element();
        let place = active.as_ref().map(|active| active.tag_name()).unwrap_or_default();
        let dialog =
            document().query_selector("dialog[open], [popover]:popover-open").ok().flatten();
        let control = event.ctrl_key() || event.meta_key();
        if event.default_prevented() || event.alt_key() || dialog.is_some() || place == "SELECT" {
            return;
        }
        let Some(command) = for_key(&event.key(), control, event.shift_key()) else { return };
        let on_control = matches!(place.as_str(), "BUTTON" | "A" | "INPUT" | "LABEL" | "SUMMARY");
        let open = actions.editor.photo.with_untracked(Option::is_some);
        let allowed = match command {
            // Enter on a button presses the button.
            Command::Erase => !on_control && open,
            Command::Pick | Command::Help => true,
            _ => open,
        };
        if allowed && !(event.repeat() && matches!(command, Command::Compare(_))) {
            event.prevent_default();
            actions.run(command);
        }
    }

    fn show_theme(theme: Theme) {
        let Some(root) = document().document_element() else { return };
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    }

    /// Lets good news go after a while.
    fn forget_news(editor: Editor) {
        let Some(notice) = editor.notice.get() else { return };
        if notice.code.is_none() {
            Timeout::new(NEWS, move || {
                let same = editor.notice.with_untracked(|now| now.as_ref() == Some(&notice));
                if same {
                    editor.notice.set(None);
                }
            })
            .forget();
        }
    }

    fn show_help() {
        let dialog = document().get_element_by_id("help");
        if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok())
        {
            let _ = dialog.show_modal();
        }
    }

    fn file_input() -> Option<HtmlInputElement> {
        document().get_element_by_id("file")?.dyn_into().ok()
    }
}
