//! How long a link may be, by where it is to survive.

/// A length that some kinds of places let through. Counted is the whole link, address and all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Budget {
    /// 1,900 characters: the strictest chats cut a message at 2,000.
    Chat,
    /// 8,000 characters: mail, most messengers and forums.
    #[default]
    Anywhere,
    /// 32,000 characters: mail programs and notes.
    Big,
    /// 60,000 characters: what every browser opens and keeps in its history, and little else does.
    BrowserOnly,
}

impl Budget {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Anywhere, Self::Big, Self::BrowserOnly];

    /// The most characters of a link.
    #[must_use]
    pub const fn characters(self) -> usize {
        match self {
            Self::Chat => 1_900,
            Self::Anywhere => 8_000,
            Self::Big => 32_000,
            Self::BrowserOnly => 60_000,
        }
    }

    /// The word in data and attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Anywhere => "anywhere",
            Self::Big => "big",
            Self::BrowserOnly => "browser-only",
        }
    }

    /// The budget of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|budget| budget.as_str() == word)
    }

    /// Bytes that fit behind an address of `address` characters, `#1.` not counted among them.
    #[must_use]
    pub const fn bytes(self, address: usize) -> usize {
        Self::bytes_of(self.characters(), address)
    }

    /// Bytes that fit into a link of `characters` behind an address of `address` characters.
    #[must_use]
    pub const fn bytes_of(characters: usize, address: usize) -> usize {
        characters.saturating_sub(address + "#1.".len()) * 3 / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::encode_base64url;

    #[test]
    fn bytes_that_fit_make_a_link_that_fits() {
        for budget in Budget::ALL {
            for address in [0, 1, 2, 3, 37] {
                let length = |bytes: usize| address + 3 + encode_base64url(&vec![0; bytes]).len();
                let most = budget.bytes(address);
                assert!(length(most) <= budget.characters());
                assert!(length(most + 1) > budget.characters());
            }
            assert_eq!(Budget::from_word(budget.as_str()), Some(budget));
        }
        assert_eq!(Budget::Chat.bytes(5_000), 0);
    }
}
