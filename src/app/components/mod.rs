//! The pieces of the pages; each is a screenful.

mod back_bar;
mod dock;
mod go;
mod help;
mod hero;
mod icon;
mod menu;
mod model_row;
mod notice;
mod resume;
mod samples;
mod share_dialog;
mod stage;
mod steps;
mod top_bar;
mod variants;

pub(crate) use back_bar::BackBar;
pub(crate) use dock::Dock;
pub(crate) use help::Help;
pub(crate) use hero::Hero;
pub(crate) use icon::{Glyph, Icon, Mark};
pub(crate) use model_row::ModelRow;
pub(crate) use notice::{NoticeBar, Status};
pub(crate) use share_dialog::ShareDialog;
pub(crate) use stage::StageView;
pub(crate) use steps::StepsSheet;
pub(crate) use top_bar::TopBar;
pub(crate) use variants::Variants;

use leptos::{
    prelude::*,
    web_sys::{Event, KeyboardEvent, MouseEvent, PointerEvent},
};

use super::{actions::Actions, state::Editor};

/// The actions in context; the app provides them before anything else.
pub(crate) fn actions() -> Actions {
    expect_context::<Actions>()
}

// What a view shows and hears goes through the few types below: every closure in a view would bring machinery of its
// own type into the page, some kilobytes each.

/// Words that follow the state.
pub(crate) fn words(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(Box::new(read) as Box<dyn Fn() -> _ + Send + Sync>)
}

/// Words that are not always there.
pub(crate) fn some_words(
    read: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(Box::new(read) as Box<dyn Fn() -> _ + Send + Sync>)
}

/// Yes or no, following the state.
pub(crate) fn flag(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(Box::new(read) as Box<dyn Fn() -> _ + Send + Sync>)
}

/// Yes or no in words, as attributes for accessibility want it.
pub(crate) fn yes_no(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<String> {
    words(move || read().to_string())
}

/// Hears clicks.
pub(crate) fn click(run: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| run())
}

/// Hears pointers.
pub(crate) fn pointer(run: impl Fn() + 'static) -> Box<dyn FnMut(PointerEvent)> {
    Box::new(move |_| run())
}

/// Hears keys.
pub(crate) fn key(run: impl Fn(String) + 'static) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(move |event| run(event.key()))
}

/// Hears that a control has another value.
pub(crate) fn change(run: impl Fn(Event) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(run)
}

/// The editor's state.
pub(crate) fn editor() -> Editor {
    actions().editor
}
