//! What the site's operator says of an object store that full-size links may be put into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Stands for an object's name in a template.
const PLACE: &str = "{id}";

/// The most bytes of an object, where the operator says nothing.
const USUAL_LARGEST: u64 = 64 << 20;

/// Why a store cannot be used as it is described.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It is not JSON of the expected form.
    #[error("not as expected: {0}")]
    Form(String),
    /// A template is not an address with one place for the name.
    #[error(
        "`{field}` must be an https address, one of this machine or a path, with `{PLACE}` in it once, not `{value}`"
    )]
    Template {
        /// Which.
        field: &'static str,
        /// What it says.
        value: String,
    },
    /// A header has a name or a value that cannot be sent.
    #[error("the header `{0}` cannot be sent")]
    Header(String),
    /// A number makes no sense.
    #[error("`{0}` must be 1 or more")]
    Number(&'static str),
}

/// An object store: where objects are put, fetched and deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Where an object is put, with `{id}` for its name.
    pub put: String,
    /// Where it is fetched.
    pub get: String,
    /// Where it is deleted; without it nobody can delete from the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// Headers to send with PUT and DELETE.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// After how many days the operator deletes objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// The most bytes of an object.
    #[serde(default = "usual_largest")]
    pub largest_bytes: u64,
}

const fn usual_largest() -> u64 {
    USUAL_LARGEST
}

impl Store {
    /// Reads and checks a description in JSON.
    ///
    /// # Errors
    /// [`StoreError`] with what is wrong in words for the operator.
    pub fn from_json(text: &str) -> Result<Self, StoreError> {
        let store: Self =
            serde_json::from_str(text).map_err(|error| StoreError::Form(error.to_string()))?;
        store.check()?;
        Ok(store)
    }

    /// Whether it can be used; one that was read from JSON can.
    ///
    /// # Errors
    /// [`StoreError`] with what is wrong.
    pub fn check(&self) -> Result<(), StoreError> {
        let templates =
            [("put", Some(&self.put)), ("get", Some(&self.get)), ("delete", self.delete.as_ref())];
        for (field, template) in templates {
            if let Some(template) = template
                && !is_template(template)
            {
                return Err(StoreError::Template { field, value: template.clone() });
            }
        }
        for (name, value) in &self.headers {
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~".contains(&byte);
            let good = !name.is_empty()
                && name.bytes().all(token)
                && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
            if !good {
                return Err(StoreError::Header(name.clone()));
            }
        }
        if self.retention_days == Some(0) {
            return Err(StoreError::Number("retention_days"));
        }
        if self.largest_bytes == 0 {
            return Err(StoreError::Number("largest_bytes"));
        }
        Ok(())
    }

    /// The origins of other hosts that a page must be allowed to talk to.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let templates = [Some(&self.put), Some(&self.get), self.delete.as_ref()];
        let mut origins: Vec<String> =
            templates.into_iter().flatten().filter_map(|template| origin(template)).collect();
        origins.sort();
        origins.dedup();
        origins
    }
}

/// A template with an object's name in it.
#[must_use]
pub fn address(template: &str, id: &str) -> String {
    template.replace(PLACE, id)
}

fn is_template(template: &str) -> bool {
    // What ends a source in a policy, or a header, must not come from here.
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>;,\\`^|*".contains(&byte);
    let path = template.starts_with('/') && !template.starts_with("//");
    let origin = origin(template);
    let rest = origin.as_ref().map_or(template, |origin| &template[origin.len()..]);
    template.bytes().all(plain)
        && template.matches(PLACE).count() == 1
        && rest.contains(PLACE)
        && !rest.contains('#')
        && (path || origin.is_some())
}

/// Scheme, host and port of an address that is encrypted on its way or stays on this machine.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let allowed = scheme == "https" || (scheme == "http" && local);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (allowed && !host.is_empty() && authority.bytes().all(plain))
        .then(|| [scheme, "://", authority].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(put: &str) -> String {
        format!(r#"{{"put":"{put}","get":"https://b.example/o/{{id}}"}}"#)
    }

    #[test]
    fn a_full_description_is_read() {
        let store = Store::from_json(
            r#"{"put":"https://a.example:8443/o/{id}","get":"/o/{id}","delete":"http://127.0.0.1:9/{id}",
                "headers":{"x-acl":"public read"},"retention_days":30,"largest_bytes":1000}"#,
        )
        .expect("good");
        assert_eq!(store.origins(), ["http://127.0.0.1:9", "https://a.example:8443"]);
        assert_eq!(address(&store.get, "abc"), "/o/abc");
        let again = serde_json::to_string(&store).expect("plain data");
        assert_eq!(Store::from_json(&again), Ok(store));
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let store = Store::from_json(&json("https://a.example/{id}")).expect("good");
        assert_eq!((store.delete, store.retention_days), (None, None));
        assert_eq!(store.largest_bytes, USUAL_LARGEST);
    }

    #[test]
    fn addresses_that_would_harm_are_refused() {
        for put in [
            "http://a.example/{id}",
            "https://a.example/",
            "https://a.example/{id}/{id}",
            "https://{id}.example/",
            "https://a.example; script-src */{id}",
            "https://a.example/'/{id}",
            "https://user@a.example/{id}",
            "https:///{id}",
            "//a.example/{id}",
            "o/{id}",
            "https://a.example/#{id}",
            "javascript://a.example/{id}",
        ] {
            let read = Store::from_json(&json(put));
            assert!(matches!(read, Err(StoreError::Template { field: "put", .. })), "{put}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let with = |more: &str| {
            Store::from_json(&format!(r#"{{"put":"/o/{{id}}","get":"/o/{{id}}",{more}}}"#))
        };
        assert!(matches!(with(r#""retain":1"#), Err(StoreError::Form(_))));
        assert_eq!(with(r#""retention_days":0"#), Err(StoreError::Number("retention_days")));
        assert_eq!(with(r#""largest_bytes":0"#), Err(StoreError::Number("largest_bytes")));
        assert_eq!(with(r#""headers":{"a b":"c"}"#), Err(StoreError::Header("a b".to_owned())));
        let line = with(r#""headers":{"a":"c\r\nd: e"}"#);
        assert_eq!(line, Err(StoreError::Header("a".to_owned())));
    }
}
