//! Entity tags from the content of the files, for conditional and partial requests.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use axum::http::header::{ACCEPT_RANGES, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

/// Digests of all files of a site by the path under which they are asked for.
pub(super) struct Etags(HashMap<String, String>);

impl Etags {
    /// Reads every file below `site` once.
    pub(super) fn of_site(site: &Path) -> io::Result<Self> {
        let mut tags = HashMap::new();
        collect(site, "/", &mut tags)?;
        Ok(Self(tags))
    }

    /// The tag of the uncompressed file, without quotes.
    pub(super) fn of_path(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}

fn collect(dir: &Path, prefix: &str, tags: &mut HashMap<String, String>) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), tags)?;
        } else if !name.ends_with(".br") && !name.ends_with(".gz") {
            let digest = Sha256::digest(std::fs::read(entry.path())?);
            let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            if name == "index.html" {
                tags.insert(prefix.to_owned(), tag.clone());
            }
            tags.insert(format!("{prefix}{name}"), tag);
        }
    }
    Ok(())
}

/// Whether the asker has this content already, in whatever encoding.
pub(super) fn is_known(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| names(candidate, tag))
}

/// Forgets a range whose first part came from other content: the whole file is the right answer.
pub(super) fn drop_stale_range(request: &mut HeaderMap, tag: Option<&str>) {
    let Some(condition) = request.remove(IF_RANGE) else { return };
    let fresh = condition.to_str().is_ok_and(|value| tag.is_some_and(|tag| names(value, tag)));
    if !fresh {
        request.remove(RANGE);
    }
}

/// Marks a response; each encoding has a tag of its own, since their bytes differ.
pub(super) fn mark(response: &mut HeaderMap, tag: &str) {
    let suffix = match response.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()) {
        Some(encoding) => format!("-{encoding}"),
        None => String::new(),
    };
    if let Ok(value) = HeaderValue::from_str(&format!("\"{tag}{suffix}\"")) {
        response.insert(ETAG, value);
    }
    response.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
}

fn names(candidate: &str, tag: &str) -> bool {
    let candidate = candidate.trim();
    let opaque = candidate.strip_prefix("W/").unwrap_or(candidate).trim_matches('"');
    let plain = opaque.strip_suffix("-br").or_else(|| opaque.strip_suffix("-gzip"));
    candidate == "*" || plain.unwrap_or(opaque) == tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        pairs.collect()
    }

    #[test]
    fn known_content_is_recognised() {
        assert!(is_known(&headers(&[("if-none-match", "\"abc\"")]), "abc"));
        assert!(is_known(&headers(&[("if-none-match", "\"x\", W/\"abc-br\"")]), "abc"));
        assert!(is_known(&headers(&[("if-none-match", "*")]), "abc"));
        assert!(!is_known(&headers(&[("if-none-match", "\"abcd\"")]), "abc"));
        assert!(!is_known(&HeaderMap::new(), "abc"));
    }

    #[test]
    fn a_range_of_other_content_is_dropped() {
        let mut same = headers(&[("if-range", "\"abc\""), ("range", "bytes=0-1")]);
        drop_stale_range(&mut same, Some("abc"));
        assert!(same.contains_key(RANGE));
        let mut other = headers(&[("if-range", "\"old\""), ("range", "bytes=0-1")]);
        drop_stale_range(&mut other, Some("abc"));
        assert!(!other.contains_key(RANGE));
    }

    #[test]
    fn encodings_have_tags_of_their_own() {
        let mut response = headers(&[("content-encoding", "br")]);
        mark(&mut response, "abc");
        assert_eq!(response.get(ETAG), Some(&HeaderValue::from_static("\"abc-br\"")));
    }
}
