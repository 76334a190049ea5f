//! The pages of the site.

mod about;
mod editor;
mod missing;
mod models;
mod shared;

pub(crate) use about::About;
pub(crate) use editor::EditorPage;
pub(crate) use missing::Missing;
pub(crate) use models::ModelsPage;
pub(crate) use shared::SharedPage;
