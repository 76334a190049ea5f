//! The text behind the `#` of a link.

use super::{Payload, SealedLink, ShareError, base64url};

/// The most characters of a fragment that are looked at; browsers keep no longer ones in their history.
pub const LONGEST_FRAGMENT: usize = 65_536;

/// Where the text of an inline link of version 1 begins, and of a sealed one.
const INLINE: &str = "1.";
const SEALED: &str = "s1.";

/// What a link leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Fragment {
    /// The picture is in the link.
    Inline(Box<Payload>),
    /// The picture lies encrypted in a store.
    Sealed(SealedLink),
}

impl Fragment {
    /// Reads what is behind the `#`, which may come along.
    ///
    /// # Errors
    /// [`ShareError`] for anything that is not as it was written.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let text = text.strip_prefix('#').unwrap_or(text).trim();
        if text.is_empty() {
            return Err(ShareError::Absent);
        }
        if text.len() > LONGEST_FRAGMENT {
            return Err(ShareError::TooLarge);
        }
        if let Some(coded) = text.strip_prefix(INLINE) {
            let payload = Payload::decode(&base64url::decode(coded))?;
            return Ok(Self::Inline(Box::new(payload)));
        }
        if let Some(rest) = text.strip_prefix(SEALED) {
            return SealedLink::parse(rest).map(Self::Sealed);
        }
        Err(of_another_version(text))
    }

    /// The text, `#` not included.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Inline(payload) => [INLINE, &base64url::encode(&payload.encode())].concat(),
            Self::Sealed(link) => [SEALED, &link.to_text()].concat(),
        }
    }
}

/// `2.` or `s12.` will be written one day, by a program that is not this one.
fn of_another_version(text: &str) -> ShareError {
    let number = text.strip_prefix('s').unwrap_or(text);
    if "1".starts_with(number) {
        return ShareError::Cut;
    }
    match number.split_once('.') {
        Some((version, _))
            if (1..=3).contains(&version.len())
                && version.bytes().all(|byte| byte.is_ascii_digit())
                && !version.starts_with('0') =>
        {
            ShareError::Newer
        }
        _ => ShareError::Altered,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::frame::hollow, *};

    #[test]
    fn the_hash_and_blanks_around_it_do_no_harm() {
        let payload = Payload { picture: hollow(96, 64), before: vec![], recipe: None };
        let fragment = Fragment::Inline(Box::new(payload));
        let text = fragment.to_text();
        for form in [text.clone(), format!("#{text}"), format!(" {text}\n"), format!("{text})")] {
            assert_eq!(Fragment::parse(&form), Ok(fragment.clone()), "{form}");
        }
    }

    #[test]
    fn each_fault_has_its_word() {
        let cases = [
            ("", ShareError::Absent),
            ("#", ShareError::Absent),
            ("#1", ShareError::Cut),
            ("#s", ShareError::Cut),
            ("#s1", ShareError::Cut),
            ("#1.", ShareError::Cut),
            ("#s1.", ShareError::Cut),
            ("#2.AAAA", ShareError::Newer),
            ("#s12.AAAA", ShareError::Newer),
            ("#01.AAAA", ShareError::Altered),
            ("#section", ShareError::Altered),
            ("#1,AAAA", ShareError::Altered),
        ];
        for (text, error) in cases {
            assert_eq!(Fragment::parse(text), Err(error), "{text}");
        }
        let long = format!("1.{}", "A".repeat(LONGEST_FRAGMENT));
        assert_eq!(Fragment::parse(&long), Err(ShareError::TooLarge));
    }
}
