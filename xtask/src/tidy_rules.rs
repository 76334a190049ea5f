//! What tidy asks of one file: a first sentence, its borders, its length, its words.

use toml::{Table, Value};

use crate::tidy::Source;

/// A file longer than this says why.
const LONGEST: usize = 500;

/// How a long file begins the sentence that says why, within its first lines.
const LONG_BECAUSE: &str = "Long because ";

/// Crates that a module without a platform must not name, and parts of the standard library that
/// a browser does not have or that make two runs differ.
const PLATFORM: [&str; 18] = [
    "axum",
    "gloo_net",
    "gloo_storage",
    "js_sys",
    "leptos",
    "leptos_axum",
    "leptos_meta",
    "leptos_router",
    "ort",
    "ort_web",
    "tokio",
    "tower_http",
    "wasm_bindgen",
    "web_sys",
    "std::env",
    "std::fs",
    "std::net",
    "std::time",
];

/// What a module of ours may name besides itself. Modules that are missing here are checked by
/// the compiler's features alone.
const MAY_NAME: [(&str, &[&str]); 14] = [
    ("raster", &[]),
    ("diffusion", &[]),
    ("manifest", &[]),
    ("onnx", &["manifest"]),
    ("synthesis", &["raster"]),
    ("inpaint", &["raster", "synthesis", "diffusion", "manifest"]),
    ("share", &["raster", "diffusion", "inpaint"]),
    ("protocol", &["raster", "inpaint", "manifest", "share"]),
    ("wire", &["protocol"]),
    ("client", &["raster", "diffusion", "inpaint", "manifest", "share", "protocol", "wire"]),
    (
        "worker",
        &[
            "raster",
            "synthesis",
            "diffusion",
            "inpaint",
            "manifest",
            "onnx",
            "share",
            "protocol",
            "wire",
        ],
    ),
    ("app", &["raster", "diffusion", "inpaint", "manifest", "share", "protocol", "client"]),
    ("server", &["app", "manifest"]),
    ("main", &["server"]),
];

/// Those of the modules above that name no platform.
const PURE: [&str; 8] =
    ["raster", "diffusion", "manifest", "onnx", "synthesis", "inpaint", "share", "protocol"];

/// The one module of the page that reaches the browser's side, and that differs between builds.
const SEAM: &str = "src/app/actions";

/// The one file that may be unsafe.
const UNSAFE: &str = "src/worker/runtime/provider.rs";

/// Words that stand for unfinished work. They are put together here, or this file would hold them.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

/// Hosts that belong into lock files, if anywhere.
const REGISTRIES: [&str; 4] = [
    concat!("crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("pypi", ".org"),
    concat!("proxy.golang", ".org"),
];

/// Every breach in one file, as `:line: what` or `: what`.
pub(crate) fn check(source: &Source<'_>) -> Vec<String> {
    let mut breaches = Vec::new();
    if source.path.ends_with(".lock") || source.path.ends_with("package-lock.json") {
        return breaches;
    }
    if source.is(&["rs"]) && !source.text.starts_with("//! ") {
        breaches.push(": no sentence at the top says what this file is for".to_owned());
    }
    if source.is(&["css", "js", "mjs", "py", "rs", "ts"]) {
        breaches.extend(length(source));
    }
    if !source.text.is_empty() && !source.text.ends_with('\n') {
        breaches.push(": no line end at the end".to_owned());
    }
    let borders = Borders::of(source.path);
    for (index, line) in source.text.lines().enumerate() {
        let mut breach = |what: String| breaches.push(format!(":{}: {what}", index + 1));
        if line.ends_with([' ', '\t']) {
            breach("blanks at the end of the line".to_owned());
        }
        if !source.is(&["md"]) {
            for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
                breach(format!("`{word}` is unfinished work"));
            }
        }
        for host in REGISTRIES.iter().filter(|host| line.contains(**host)) {
            breach(format!("{host} belongs into lock files"));
        }
        if let Some(borders) = &borders {
            borders.check(line, &mut breach);
        }
    }
    breaches
}

fn length(source: &Source<'_>) -> Option<String> {
    let lines = source.text.lines().count();
    let explained = source.text.lines().take(20).any(|line| line.contains(LONG_BECAUSE));
    (lines > LONGEST && !explained)
        .then(|| format!(": {lines} lines; split it, or say at the top: {LONG_BECAUSE}…"))
}

/// The exact version that a manifest pins a dependency to.
pub(crate) fn pin(manifest: &str, dependency: &str) -> Option<String> {
    let manifest: Table = manifest.parse().ok()?;
    let version = match manifest.get("dependencies")?.get(dependency)? {
        Value::String(version) => version,
        Value::Table(table) => table.get("version")?.as_str()?,
        _ => return None,
    };
    version.strip_prefix('=').map(str::to_owned)
}

/// The rules for a source file of the crate, by the module it belongs to.
struct Borders<'a> {
    path: &'a str,
    module: &'a str,
    may_name: Option<&'static [&'static str]>,
}

impl<'a> Borders<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let module = inside.split('/').next()?;
        let may_name =
            MAY_NAME.iter().find(|(name, _)| *name == module).map(|(_, may_name)| *may_name);
        Some(Self { path, module, may_name })
    }

    fn check(&self, line: &str, breach: &mut impl FnMut(String)) {
        // Comments may speak of anything.
        let code = line.split("//").next().unwrap_or_default();
        if PURE.contains(&self.module) {
            for name in PLATFORM.iter().filter(|name| names_crate(code, name)) {
                breach(format!("`{name}` in a module that has no platform"));
            }
        }
        let runtime = ["ort", "ort_web", "ort_sys"].iter().any(|name| names_crate(code, name));
        if runtime && self.module != "worker" {
            breach("only the worker names the runtime".to_owned());
        }
        let leptos = ["leptos", "leptos_meta", "leptos_router", "leptos_axum"]
            .iter()
            .any(|name| names_crate(code, name));
        if leptos && !matches!(self.module, "app" | "server") {
            breach("only `app` and `server` name Leptos".to_owned());
        }
        if is_unsafe(code) && self.path != UNSAFE {
            breach(format!("only {UNSAFE} may be unsafe"));
        }
        self.check_modules(code, breach);
        // Module declarations are the other place where builds differ; they stand in mod.rs.
        let differs = code.contains("cfg(feature") || code.contains("cfg!(feature");
        if self.module == "app"
            && differs
            && !self.path.starts_with(SEAM)
            && !self.path.ends_with("/mod.rs")
        {
            breach(format!("only {SEAM} differs between builds"));
        }
    }

    fn check_modules(&self, code: &str, breach: &mut impl FnMut(String)) {
        let Some(may_name) = self.may_name else { return };
        let root = if self.module == "main" { "lacuna::" } else { "crate::" };
        for (at, _) in code.match_indices(root) {
            let name = words(&code[at + root.len()..]).next().unwrap_or_default();
            let known = MAY_NAME.iter().any(|(module, _)| *module == name);
            if known && name != self.module && !may_name.contains(&name) {
                breach(format!("`{}` must not name `{name}`", self.module));
            } else if self.module == "app" && name == "client" && !self.path.starts_with(SEAM) {
                breach(format!("`app` reaches `client` through {SEAM} alone"));
            }
        }
    }
}

/// Whether code names a crate or a path as a whole word, at the start of a path.
fn names_crate(code: &str, name: &str) -> bool {
    let part_of_word = |char: char| char.is_alphanumeric() || char == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        let starts = before.is_none_or(|char| !part_of_word(char) && char != ':' && char != '.');
        let path = after.starts_with("::") || after.starts_with(';') || after.starts_with(" as ");
        starts && path
    })
}

/// Whether code opens something unsafe; the word alone also stands in headers.
fn is_unsafe(code: &str) -> bool {
    ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe trait", "unsafe("]
        .iter()
        .any(|opening| code.contains(opening))
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|char: char| !char.is_alphanumeric() && char != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(path: &str, text: &str) -> Vec<String> {
        check(&Source { path, text: &format!("//! For a test.\n{text}\n") })
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert_eq!(check(&Source { path: "src/lib.rs", text: "mod a;\n" }).len(), 1);
        assert!(check(&Source { path: "x.ts", text: "const a = 1;\n" }).is_empty());
    }

    #[test]
    fn pure_modules_name_no_platform() {
        for line in ["use web_sys::Blob;", "let t = std::time::Instant::now();", "ort::init()"] {
            assert!(!breaches("src/raster/mask.rs", line).is_empty(), "{line}");
        }
        for line in ["use crate::raster::Size;", "// web_sys::Blob is elsewhere", "let port = 1;"] {
            assert!(breaches("src/synthesis/vote.rs", line).is_empty(), "{line}");
        }
    }

    #[test]
    fn modules_keep_their_borders() {
        assert!(!breaches("src/raster/mask.rs", "use crate::synthesis::Field;").is_empty());
        assert!(!breaches("src/client/bridge.rs", "use crate::worker::start;").is_empty());
        assert!(!breaches("src/client/bridge.rs", "use leptos::prelude::*;").is_empty());
        assert!(!breaches("src/app/pages/editor.rs", "use crate::client::x;").is_empty());
        assert!(breaches("src/app/actions.rs", "use crate::client::x;").is_empty());
        assert!(!breaches("src/app/pages/editor.rs", "#[cfg(feature = \"ssr\")]").is_empty());
        assert!(breaches("src/worker/mod.rs", "use crate::wire::Envelope;").is_empty());
    }

    #[test]
    fn one_file_may_be_unsafe() {
        assert!(!breaches("src/worker/runtime.rs", "unsafe { f() }").is_empty());
        assert!(breaches("src/worker/runtime/provider.rs", "unsafe { f() }").is_empty());
        assert!(breaches("src/server/headers.rs", "let x = \"'unsafe-inline'\";").is_empty());
    }

    #[test]
    fn unfinished_work_and_long_files_are_found() {
        assert_eq!(breaches("src/a.rs", concat!("dbg", "!(x);")).len(), 1);
        let long = "x\n".repeat(LONGEST + 1);
        assert_eq!(breaches("src/a.rs", &long).len(), 1);
        assert!(breaches("src/a.rs", &format!("//! Long because of a table.\n{long}")).is_empty());
    }

    #[test]
    fn pins_are_read_from_both_forms() {
        let manifest = "[dependencies]\na = \"=1.2.3\"\nb = { version = \"=4.5.6\" }\nc = \"1\"\n";
        assert_eq!(pin(manifest, "a").as_deref(), Some("1.2.3"));
        assert_eq!(pin(manifest, "b").as_deref(), Some("4.5.6"));
        assert_eq!(pin(manifest, "c"), None);
    }
}
