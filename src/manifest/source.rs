//! Addresses of files and of hosts, as far as a manifest may name them.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest address, in bytes.
const LONGEST: usize = 2_000;

/// Why an address was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Empty, too long, or with characters that an address does not have as they are.
    #[error("{got:?} is not an address")]
    Characters {
        /// The start of the text.
        got: String,
    },
    /// A relative address that leaves its folder or begins at the root.
    #[error("{got:?} does not stay below the manifest's folder")]
    Escapes {
        /// The start of the text.
        got: String,
    },
    /// Neither `https:` nor, for this very machine, `http:`.
    #[error("{got:?} is neither https nor this machine")]
    Scheme {
        /// The start of the text.
        got: String,
    },
    /// The host is empty, has a user name or a port that is none, or strange characters.
    #[error("{got:?} has no usable host")]
    Host {
        /// The start of the text.
        got: String,
    },
}

/// Where a file lies: an address relative to the manifest, such as `models/swift.onnx`, or an absolute one with
/// `https:`. Plain `http:` is for this machine (`localhost`, `127.0.0.1`) alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Source(String);

impl Source {
    /// Takes an address.
    ///
    /// # Errors
    /// [`SourceError`] by what is wrong with it.
    pub fn new(text: impl Into<String>) -> Result<Self, SourceError> {
        let text = text.into();
        let got = || super::check::start(&text);
        // RFC 3986: everything else is percent-encoded.
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(plain) {
            return Err(SourceError::Characters { got: got() });
        }
        match origin(&text) {
            Some((scheme, host)) => {
                check_origin(scheme, host, false).map_err(|wrong| wrong.error(got()))?
            }
            None => {
                // A colon before the first slash would make it a scheme.
                let path = text.split(['?', '#']).next().unwrap_or_default();
                let first = path.split('/').next().unwrap_or_default();
                let up =
                    path.split('/').any(|part| part == ".." || part.eq_ignore_ascii_case("%2e%2e"));
                if first.contains(':') {
                    return Err(SourceError::Scheme { got: got() });
                }
                if up
                    || path.is_empty()
                    || path.starts_with('/')
                    || path.to_ascii_lowercase().contains("%2e")
                {
                    return Err(SourceError::Escapes { got: got() });
                }
            }
        }
        Ok(Self(text))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host of an absolute address, as `https://host` or `https://host:port`; `None` for a relative one.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        origin(&self.0).map(|(scheme, host)| format!("{scheme}://{host}"))
    }
}

/// A host that files come from, as a source of a content security policy: `https://example.org`,
/// `https://example.org:8443` or `https://*.example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

impl Host {
    /// Takes a host.
    ///
    /// # Errors
    /// [`SourceError`] by what is wrong with it; a path is wrong too.
    pub fn new(text: impl Into<String>) -> Result<Self, SourceError> {
        let text = text.into();
        let got = || super::check::start(&text);
        let (scheme, host) = origin(&text).ok_or_else(|| SourceError::Scheme { got: got() })?;
        if text.len() != scheme.len() + 3 + host.len() {
            return Err(SourceError::Host { got: got() });
        }
        check_origin(scheme, host, true).map_err(|wrong| wrong.error(got()))?;
        Ok(Self(text))
    }

    /// As it stands in a policy.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request to this origin is allowed by this host.
    #[must_use]
    pub fn covers(&self, asked: &str) -> bool {
        match self.0.split_once("*.") {
            Some((scheme, rest)) => asked
                .strip_prefix(scheme)
                .and_then(|host| host.strip_suffix(rest))
                .is_some_and(|front| front.len() > 1 && front.ends_with('.')),
            None => self.0 == asked,
        }
    }
}

/// Scheme and authority of an absolute address.
fn origin(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    if scheme.contains(['/', '?', '#']) {
        return None;
    }
    Some((scheme, rest.split(['/', '?', '#']).next().unwrap_or_default()))
}

enum Wrong {
    Scheme,
    Host,
}

impl Wrong {
    fn error(self, got: String) -> SourceError {
        match self {
            Self::Scheme => SourceError::Scheme { got },
            Self::Host => SourceError::Host { got },
        }
    }
}

fn check_origin(scheme: &str, authority: &str, star: bool) -> Result<(), Wrong> {
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let host = match host.strip_prefix("*.") {
        // What a whole country or trade shares is nobody's.
        Some(rest) if star && !rest.contains('.') => return Err(Wrong::Host),
        Some(rest) if star => rest,
        _ => host,
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    if !host.split('.').all(label) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(Wrong::Host);
    }
    match scheme {
        "https" => Ok(()),
        "http" if matches!(host, "localhost" | "127.0.0.1") => Ok(()),
        _ => Err(Wrong::Scheme),
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = SourceError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    };
}
as_text!(Source);
as_text!(Host);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_may_be_named() {
        for good in [
            "models/swift.onnx",
            "swift.onnx?v=2",
            "https://huggingface.co/a/b/resolve/0f/x.onnx",
            "https://example.org:8443/x",
            "http://127.0.0.1:3000/x.onnx",
            "http://localhost/x",
        ] {
            assert!(Source::new(good).is_ok(), "{good}");
        }
        let source = Source::new("https://example.org:8443/x?y").expect("good");
        assert_eq!(source.origin().as_deref(), Some("https://example.org:8443"));
        assert_eq!(Source::new("x").expect("good").origin(), None);
    }

    #[test]
    fn addresses_that_may_not() {
        for bad in [
            "",
            "/etc/passwd",
            "//evil.example/x",
            "../x",
            "models/../../x",
            "models/%2E%2e/x",
            "?x",
            "javascript:alert(1)",
            "data:text/plain,x",
            "blob:https://example.org/x",
            "http://example.org/x",
            "https:///x",
            "https://user@example.org/x",
            "https://exam ple.org/x",
            "https://example.org:port/x",
            "https://Example.org/x",
            "https://example..org/x",
            "models\\swift.onnx",
            "swift.onnx; connect-src *",
        ] {
            assert!(Source::new(bad).is_err(), "{bad}");
        }
        assert!(Source::new("a".repeat(2_001)).is_err());
    }

    #[test]
    fn hosts_of_a_policy() {
        let hub = Host::new("https://*.hf.co").expect("good");
        assert!(hub.covers("https://us.aws.cdn.hf.co"));
        assert!(!hub.covers("https://hf.co"));
        assert!(!hub.covers("https://.hf.co"));
        assert!(!hub.covers("https://evilhf.co"));
        assert!(!hub.covers("http://cdn.hf.co"));
        let one = Host::new("https://huggingface.co").expect("good");
        assert!(one.covers("https://huggingface.co"));
        assert!(!one.covers("https://www.huggingface.co"));
        for bad in [
            "*",
            "https://*",
            "https:",
            "https://",
            "https://example.org/x",
            "https://a.*.org",
            "https://*.com",
            "https://*.localhost",
            "https://example.org; script-src *",
            "'self'",
            "http://*.example.org",
        ] {
            assert!(Host::new(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_none_breaks_out_of_a_policy(text in "\\PC{0,40}") {
            let _ = Source::new(text.clone());
            if let Ok(host) = Host::new(text) {
                prop_assert!(!host.as_str().contains([' ', ';', ',', '\'', '\n']));
            }
        }
    }
}
