//! What the page knows of sharing: the dialog's choices, the link that came of them, and a link that was opened.

use super::field::Field;
use crate::{
    protocol::{FailureCode, Qr},
    share::Budget,
};

/// What a person can ask for about links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wish {
    /// Open the dialog.
    Open,
    /// The dialog was closed.
    Closed,
    /// Make the link for another budget.
    Budget(Budget),
    /// Show what was there before, or not.
    Before(bool),
    /// Tell how it was made, or not.
    Recipe(bool),
    /// Copy the link that is shown.
    Copy,
    /// Hand picture and link to the system's share sheet.
    Sheet,
    /// Save a file that can be gone on with.
    SaveHistory,
    /// Make a full-size link.
    Full,
    /// Stop making it.
    CancelFull,
    /// Copy the n-th of my links.
    CopyMine(usize),
    /// Delete the n-th of my links from the store.
    Delete(usize),
    /// Forget the n-th of my links here.
    Forget(usize),
    /// Read the link in the page's address.
    Read,
    /// Save the picture that was shared.
    SaveShared,
    /// Open it in the editor.
    EditShared,
    /// Copy the page's address.
    CopyShared,
}

/// A link as the page shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Made {
    /// The whole link.
    pub(crate) url: String,
    /// For a camera.
    pub(crate) qr: Option<Qr>,
    /// Longer side of the picture in pixels; 0 where it is the whole one.
    pub(crate) side: u32,
    /// Bytes in the store.
    pub(crate) bytes: u64,
}

/// How a link comes along.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Making {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// 0..=1.
    Working(f32),
    /// Here it is.
    Made(Made),
    /// It did not become one; the reason in words.
    Failed(FailureCode, String),
}

impl Making {
    /// The link, if it is there.
    pub(crate) const fn made(&self) -> Option<&Made> {
        match self {
            Self::Made(made) => Some(made),
            _ => None,
        }
    }
}

/// A link that someone opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Opened {
    /// Being read.
    #[default]
    Reading,
    /// Its picture shows.
    Shown {
        /// Whether it shows what was there before.
        before: bool,
        /// How it was made, in words; empty where that is not told.
        recipe: String,
    },
    /// It cannot be shown; a word for the reason and what to do.
    Failed(&'static str, &'static str),
}

impl Opened {
    /// The word in `data-state`.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Shown { .. } => "shown",
            Self::Failed(..) => "failed",
        }
    }
}

/// A full-size link that was made here before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mine {
    pub(crate) name: String,
    pub(crate) about: String,
}

/// All that the page knows of sharing.
#[derive(Clone, Copy)]
pub(crate) struct Sharing {
    /// Whether the dialog is part of the page: it comes when it is first asked for.
    pub(crate) is_here: Field<bool>,
    pub(crate) budget: Field<Budget>,
    /// Off at every start: what it reveals is the sender's to decide each time.
    pub(crate) before: Field<bool>,
    pub(crate) recipe: Field<bool>,
    pub(crate) link: Field<Making>,
    pub(crate) full: Field<Making>,
    /// Whether this site has a store, whether the page can delete from it, and what its operator says of it.
    pub(crate) store: Field<Option<(bool, String)>>,
    pub(crate) mine: Field<Vec<Mine>>,
    /// Whether the system's sheet takes pictures.
    pub(crate) can_share: Field<bool>,
    /// What was done last, in words.
    pub(crate) said: Field<String>,
    pub(crate) opened: Field<Opened>,
}

impl Sharing {
    pub(crate) fn new() -> Self {
        Self {
            is_here: Field::default(),
            budget: Field::default(),
            before: Field::default(),
            recipe: Field::default(),
            link: Field::default(),
            full: Field::default(),
            store: Field::default(),
            mine: Field::default(),
            can_share: Field::default(),
            said: Field::default(),
            opened: Field::default(),
        }
    }
}

/// A number with a comma between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes as people say it.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The name of a budget on its button.
pub(crate) const fn budget_name(budget: Budget) -> &'static str {
    match budget {
        Budget::Chat => "Chat",
        Budget::Anywhere => "Anywhere",
        Budget::Big => "Big",
        Budget::BrowserOnly => "Browser",
    }
}

/// Where links of a budget survive.
pub(crate) const fn survives(budget: Budget) -> &'static str {
    match budget {
        Budget::Chat => {
            "Survives everywhere: Discord, Slack, X, iMessage, mail. The picture is small."
        }
        Budget::Anywhere => {
            "Survives mail, Signal, WhatsApp and most forums. Discord, Slack, X and iMessage cut it."
        }
        Budget::Big => "Survives mail and notes. Chats cut it: send it there as a picture instead.",
        Budget::BrowserOnly => {
            "Survives bookmarks and the address bar, and little else. Copy and open it yourself."
        }
    }
}

/// What is said of a link.
pub(crate) fn about(made: &Made) -> String {
    let characters = grouped(made.url.chars().count());
    match made.side {
        0 => format!("{characters} characters, {} in the store.", bytes(made.bytes)),
        side => format!("{characters} characters, {side} px."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(7_412), "7,412");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(bytes(999), "1 KB");
        assert_eq!(bytes(5_340_000), "5.3 MB");
    }

    #[test]
    fn a_link_is_described() {
        let made = Made { url: "x".repeat(7_412), side: 384, ..Made::default() };
        assert_eq!(about(&made), "7,412 characters, 384 px.");
    }
}
