//! The pages of the site.

mod about;
mod editor;
mod missing;
mod shared;

pub(crate) use about::About;
pub(crate) use editor::EditorPage;
pub(crate) use missing::Missing;
pub(crate) use shared::SharedPage;
