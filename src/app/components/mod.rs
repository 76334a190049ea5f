//! The pieces of the pages; each is a screenful.

mod dock;
mod go;
mod help;
mod hero;
mod icon;
mod menu;
mod notice;
mod samples;
mod stage;
mod top_bar;

pub(crate) use dock::Dock;
pub(crate) use help::Help;
pub(crate) use hero::Hero;
pub(crate) use icon::{Glyph, Icon, Mark};
pub(crate) use notice::{NoticeBar, Status};
pub(crate) use stage::StageView;
pub(crate) use top_bar::TopBar;

use leptos::prelude::*;

use super::{actions::Actions, state::Editor};

/// The actions in context; the app provides them before anything else.
pub(crate) fn actions() -> Actions {
    expect_context::<Actions>()
}

/// The editor's state.
pub(crate) fn editor() -> Editor {
    actions().editor
}
