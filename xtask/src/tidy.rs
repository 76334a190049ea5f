//! The conventions that no compiler checks, over every file that git knows.

use std::path::Path;

use anyhow::bail;

use crate::config::Config;
use crate::files;
use crate::plan::Invocation;
use crate::tidy_rules as rules;

/// A committed picture or model may have this many bytes.
const LARGEST_BINARY: usize = 8 << 20;

/// All of them together may have this many.
const ALL_BINARIES: usize = 20_000_000;

/// One file of the repository.
pub(crate) struct Source<'a> {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// Whether the name ends in a dot and one of these.
    pub(crate) fn is(&self, extensions: &[&str]) -> bool {
        let extension = self.path.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| extensions.contains(&extension))
    }
}

/// Prints every breach and fails when there is one.
pub(crate) fn tidy(config: &Config) -> anyhow::Result<()> {
    let paths = tracked(config)?;
    let mut breaches = Vec::new();
    let mut binaries = 0;
    for path in &paths {
        let bytes = files::read(&files::below(&config.root, path))?;
        match text_of(&bytes) {
            Some(text) => {
                let source = Source { path, text };
                breaches.extend(rules::check(&source).into_iter().map(|it| format!("{path}{it}")));
            }
            None => {
                binaries += bytes.len();
                if bytes.len() > LARGEST_BINARY {
                    let size = files::human(bytes.len() as u64);
                    breaches.push(format!("{path}: {size} is too large for the repository"));
                }
            }
        }
    }
    if binaries > ALL_BINARIES {
        let size = files::human(binaries as u64);
        breaches.push(format!("the committed binaries have {size}, more than 20 MB"));
    }
    breaches.extend(pins(config)?);
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        count => bail!("{count} breaches of convention"),
    }
}

/// Files that are committed or about to be: what git ignores is nobody's business.
fn tracked(config: &Config) -> anyhow::Result<Vec<String>> {
    let args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let listed = Invocation::new("git", &args, &config.root).output()?;
    let mut paths: Vec<String> = listed
        .split('\0')
        .filter(|path| !path.is_empty())
        // A file deleted but not yet committed is still in the index.
        .filter(|path| files::below(&config.root, path).is_file())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// A file with a zero byte near its start is no text.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(8_000)];
    if head.contains(&0) { None } else { std::str::from_utf8(bytes).ok() }
}

/// The macro and the generator of the bindings must be the same release.
fn pins(config: &Config) -> anyhow::Result<Option<String>> {
    let read = |path: &str| files::read_text(&config.root.join(Path::new(path)));
    let macros = rules::pin(&read("Cargo.toml")?, "wasm-bindgen");
    let generator = rules::pin(&read("xtask/Cargo.toml")?, "wasm-bindgen-cli-support");
    Ok((macros.is_none() || macros != generator).then(|| {
        format!("Cargo.toml: wasm-bindgen {macros:?} and its generator {generator:?} must be one")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_are_told_from_text() {
        assert_eq!(text_of(b"plain"), Some("plain"));
        assert_eq!(text_of(b"\x89PNG\r\n\x1a\n\0"), None);
        assert_eq!(text_of(&[0xff, 0xfe]), None);
    }
}
