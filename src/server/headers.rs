//! The one table of response headers, written to `_headers` on export and read back to serve, so
//! that this server and every static host answer alike.

use std::fmt::Write as _;

use crate::manifest::Host;

/// The name of the file that hosts look for in the root of a site.
pub const FILE: &str = "_headers";

/// What every response carries besides the content security policy.
///
/// The first three isolate the page, which is what browsers ask for before they give out shared
/// memory, and with it threads for the worker.
const EVERYWHERE: [(&str, &str); 6] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Permissions-Policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// Files with a digest in their path never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Everything else is asked for again, and answered by 304 where it is the same.
pub const REVALIDATE: &str = "no-cache";

/// What a page may talk to besides its own site.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reach<'a> {
    /// Hosts that the manifest's models come from.
    pub models: &'a [Host],
    /// Origins of the store that the operator offers for full-size links.
    pub stores: &'a [String],
}

/// The content security policy, with the hashes of the inline scripts that the pages hold.
///
/// `wasm-unsafe-eval` lets WebAssembly be compiled and nothing else be evaluated. `blob:` is for
/// photos: they are shown, and read back, without leaving the page.
#[must_use]
pub fn content_security_policy(script_hashes: &[String], reach: Reach<'_>) -> String {
    let mut scripts = "script-src 'self' 'wasm-unsafe-eval'".to_owned();
    for hash in script_hashes {
        // Writing to a string cannot fail.
        let _ = write!(scripts, " '{hash}'");
    }
    let mut connect = "connect-src 'self' blob:".to_owned();
    let models = reach.models.iter().map(Host::as_str);
    for host in models.chain(reach.stores.iter().map(String::as_str)) {
        let _ = write!(connect, " {host}");
    }
    [
        "default-src 'none'",
        &scripts,
        "style-src 'self'",
        "img-src 'self' blob: data:",
        &connect,
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}

/// Headers by path: a rule holds for the paths that its pattern covers, and all rules that cover
/// a path apply to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// A path, or a path that ends in `*` for all that begin with what is before it.
    pattern: String,
    headers: Vec<(String, String)>,
}

impl Table {
    /// The table of a site mounted at `base` (with a slash at either end) whose hashed files lie
    /// in the folder `pkg_dir`.
    #[must_use]
    pub fn of_site(base: &str, pkg_dir: &str, script_hashes: &[String], reach: Reach<'_>) -> Self {
        let policy = content_security_policy(script_hashes, reach);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let headers = [("Content-Security-Policy", policy.as_str())];
        Self {
            rules: vec![
                Rule {
                    pattern: format!("{base}*"),
                    headers: headers.into_iter().chain(EVERYWHERE).map(owned).collect(),
                },
                Rule {
                    pattern: format!("{base}{pkg_dir}/*"),
                    headers: vec![owned(("Cache-Control", IMMUTABLE))],
                },
            ],
        }
    }

    /// Reads the text of a `_headers` file. Lines that are neither a pattern nor a header are
    /// ignored, as hosts do.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if line.starts_with('/') {
                rules.push(Rule { pattern: trimmed.to_owned(), headers: Vec::new() });
            } else if let (Some(rule), Some((name, value))) =
                (rules.last_mut(), trimmed.split_once(':'))
            {
                rule.headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Self { rules }
    }

    /// The text of the `_headers` file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for rule in &self.rules {
            let _ = writeln!(text, "{}", rule.pattern);
            for (name, value) in &rule.headers {
                let _ = writeln!(text, "  {name}: {value}");
            }
        }
        text
    }

    /// The headers for the path of a request, in the order of the table.
    pub fn for_path<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.rules
            .iter()
            .filter(move |rule| rule.covers(path))
            .flat_map(|rule| &rule.headers)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Rule {
    fn covers(&self, path: &str) -> bool {
        match self.pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.pattern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(table: &'a Table, path: &'a str, name: &str) -> Option<&'a str> {
        table.for_path(path).find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    #[test]
    fn what_is_written_is_read() {
        let table = Table::of_site("/sub/", "pkg", &["sha256-abc=".to_owned()], Reach::default());
        assert_eq!(Table::parse(&table.to_text()), table);
    }

    #[test]
    fn only_hashed_files_are_immutable() {
        let table = Table::of_site("/", "pkg", &[], Reach::default());
        assert_eq!(value(&table, "/pkg/worker.0/start.js", "Cache-Control"), Some(IMMUTABLE));
        assert_eq!(value(&table, "/index.html", "Cache-Control"), None);
        assert!(value(&table, "/pkg/worker.0/start.js", "Content-Security-Policy").is_some());
    }

    #[test]
    fn a_sub_path_moves_the_patterns() {
        let table = Table::of_site("/sub/", "pkg", &[], Reach::default());
        assert!(value(&table, "/sub/", "Referrer-Policy").is_some());
        assert!(value(&table, "/other", "Referrer-Policy").is_none());
        assert!(value(&table, "/sub/pkg/x.js", "Cache-Control").is_some());
    }

    #[test]
    fn the_policy_has_no_way_round() {
        let policy = content_security_policy(&["sha256-abc=".to_owned()], Reach::default());
        assert!(policy.contains("'wasm-unsafe-eval' 'sha256-abc='"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(!policy.contains("http:") && !policy.contains("https:"));
        // Hosts read lines of up to 2,000 characters.
        assert!(policy.len() < 1_500);
    }

    #[test]
    fn a_store_may_be_talked_to_and_nothing_else() {
        let stores = ["https://a.example:8443".to_owned()];
        let policy = content_security_policy(&[], Reach { stores: &stores, ..Reach::default() });
        assert!(policy.contains("; connect-src 'self' blob: https://a.example:8443; "));
        assert_eq!(policy.matches("a.example").count(), 1);
    }

    #[test]
    fn the_hosts_of_models_may_be_asked_and_nothing_else_changes() {
        let models = ["https://huggingface.co", "https://*.hf.co"]
            .map(|host| Host::new(host).expect("a host"));
        let nobody = Reach::default();
        let (plain, with) = (
            content_security_policy(&[], nobody),
            content_security_policy(&[], Reach { models: &models, ..nobody }),
        );
        let want = "connect-src 'self' blob: https://huggingface.co https://*.hf.co;";
        assert_eq!(with, plain.replace("connect-src 'self' blob:;", want));
    }

    #[test]
    fn noise_in_a_file_is_skipped() {
        let table = Table::parse("# note\n  X: y\n/*\n  no colon here\n  A: b: c\n");
        assert_eq!(table.for_path("/x").collect::<Vec<_>>(), [("A", "b: c")]);
    }
}
