//! The seam between views and browser: the one file that differs between the exported and the living page.
//!
//! Views send commands. On export nothing answers; in the browser `Live` owns the studio and the stage and turns
//! their events into state.

#[cfg(feature = "hydrate")]
pub(super) mod fetch;
#[cfg(feature = "hydrate")]
mod keeping;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod models;
#[cfg(feature = "hydrate")]
mod mount;
#[cfg(feature = "hydrate")]
mod navigate;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod results;
#[cfg(feature = "hydrate")]
mod shared;
#[cfg(feature = "hydrate")]
mod sharing;
#[cfg(feature = "hydrate")]
mod site;

use leptos::{
    html::{Canvas, Div},
    prelude::*,
};

#[cfg(feature = "hydrate")]
use super::reactive::whenever;
use super::{command::Command, sharing::Sharing, state::Editor};

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
    pub(crate) sharing: Sharing,
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
            Command::KeepGps(on) => editor.keep_gps.set(on),
            Command::Diffusion(params) => set(&|it| it.diffusion = params),
            Command::Seed(seed, locked) => set(&|it| {
                it.seed = seed.unwrap_or(it.seed);
                it.seed_locked = locked;
            }),
            Command::Variant(by) => editor.leaf(by),
            Command::Pick
            | Command::OpenPicked(_)
            | Command::OpenSample(_)
            | Command::Resume
            | Command::Forget
            | Command::Close
            | Command::Erase
            | Command::Cancel
            | Command::ZoomIn
            | Command::ZoomOut
            | Command::ZoomFit
            | Command::ZoomActual
            | Command::Download
            | Command::Share(_)
            | Command::Copy
            | Command::Shelf(_)
            | Command::Dice
            | Command::StopHere
            | Command::Again
            | Command::KeepVariant
            | Command::Help
            | Command::Go(_) => self.run_live(command),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the living page's side of these has use for it")]
impl Actions {
    /// Actions of a page that is being written to a file.
    pub(crate) fn new(editor: Editor) -> Self {
        Self { editor, sharing: Sharing::new() }
    }

    /// Nothing lives on export.
    pub(crate) fn start(self) {}

    /// No link is read on export.
    pub(crate) fn mount_shared(self) {}

    /// Nothing is painted on export.
    pub(crate) fn mount_stage(self, _: StageRefs) {}

    fn run_live(self, _: Command) {}
}

#[cfg(feature = "hydrate")]
impl Actions {
    /// Actions of the living page.
    pub(crate) fn new(editor: Editor) -> Self {
        Self { editor, sharing: Sharing::new(), live: StoredValue::new_local(None) }
    }

    /// Wakes what belongs to the whole page. Call once, in the app's body.
    pub(crate) fn start(self) {
        whenever(move || live::Live::start(self, self.live()));
    }

    /// Brings a stage to life for as long as its view is there. Call in the view's body.
    pub(crate) fn mount_stage(self, refs: StageRefs) {
        mount::mount_stage(self, refs);
    }

    /// Reads the link in the page's address, now and whenever another one is put there. Call in the view's body.
    pub(crate) fn mount_shared(self) {
        let read = move || self.run_live(Command::Share(super::sharing::Wish::Read));
        let heard = StoredValue::new_local(None);
        whenever(move || {
            read();
            let again = move |_: leptos::web_sys::Event| read();
            heard.set_value(Some(crate::client::dom::listen(&window(), "hashchange", again)));
        });
    }

    fn run_live(self, command: Command) {
        self.live().run(self, command);
    }

    fn live(self) -> std::rc::Rc<live::Live> {
        if self.live.with_value(Option::is_none) {
            self.live.set_value(Some(live::Live::new(self)));
        }
        // Filled by the lines above.
        self.live.with_value(|live| live.clone()).unwrap_or_else(|| live::Live::new(self))
    }
}
