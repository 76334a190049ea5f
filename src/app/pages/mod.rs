//! The pages of the site: which there are, and what each shows.

mod about;
mod editor;
mod missing;
mod models;
mod shared;

use leptos::prelude::*;

pub(super) use about::About;
use editor::EditorPage;
use missing::Missing;
pub(super) use models::ModelsPage;
pub(super) use shared::SharedPage;

use super::parts;

/// A page of the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Where photos are edited; the start page.
    #[default]
    Editor,
    /// How this site works.
    About,
    /// The models that can be kept on this device.
    Models,
    /// A picture that someone shared.
    Shared,
    /// What an address that leads nowhere shows.
    Missing,
}

impl Page {
    /// All pages that have an address.
    pub const ALL: [Self; 4] = [Self::Editor, Self::About, Self::Models, Self::Shared];

    /// The address below the base path of the site; a page that is not found has none.
    #[must_use]
    pub const fn path(self) -> Option<&'static str> {
        match self {
            Self::Editor => Some(""),
            Self::About => Some("about/"),
            Self::Models => Some("models/"),
            Self::Shared => Some("s/"),
            Self::Missing => None,
        }
    }

    /// The page at a path of a site whose base path is `base`; a slash at the end may be missing.
    #[must_use]
    pub fn at(path: &str, base: &str) -> Self {
        let below = path.strip_prefix(base.trim_end_matches('/')).unwrap_or(path).trim_matches('/');
        let is_at = |page: &Self| page.path().is_some_and(|path| path.trim_matches('/') == below);
        Self::ALL.into_iter().find(is_at).unwrap_or(Self::Missing)
    }

    /// What the browser calls it while no photo is open.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Editor => "Lacuna: erase anything from a photo",
            Self::About => "How it works \u{b7} Lacuna",
            Self::Models => "Models \u{b7} Lacuna",
            Self::Shared => "Shared picture \u{b7} Lacuna",
            Self::Missing => "Not here \u{b7} Lacuna",
        }
    }

    /// The part of the page's code that it consists of, if it is not in the first.
    #[must_use]
    pub const fn part(self) -> Option<&'static str> {
        match self {
            Self::Editor | Self::Missing => None,
            Self::About | Self::Models => Some("rest"),
            Self::Shared => Some("shared"),
        }
    }

    /// What it shows.
    pub(super) fn view(self) -> AnyView {
        match self {
            Self::Editor => EditorPage().into_any(),
            Self::Missing => Missing().into_any(),
            Self::About | Self::Models | Self::Shared => parts::view(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn every_page_is_found_at_its_own_address() {
        for base in ["/", "/sub/path/"] {
            for page in Page::ALL {
                let path = format!("{base}{}", page.path().unwrap_or_default());
                assert_eq!(Page::at(&path, base), page);
                assert_eq!(Page::at(path.trim_end_matches('/'), base), page);
            }
        }
    }

    #[test]
    fn other_addresses_lead_nowhere() {
        for path in ["/nowhere", "/about/more/", "/sub/about/"] {
            assert_eq!(Page::at(path, "/"), Page::Missing);
        }
        assert_eq!(Page::at("/about/", "/sub/"), Page::About, "a host may cut the base path off");
    }
}
