//! The command line as a value: what was asked for, checked before anything runs.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::models::ManifestCommand;

/// Shown by `help` and on a command that does not exist.
pub(crate) const HELP: &str = "\
usage: cargo xtask COMMAND

  serve  [--host ADDRESS] [--port PORT]   build what changed, export the site and serve it
  export [--base /PATH/] [--out DIR] [--manifest FILE] [--base-url URL] [--share-store FILE]
                                          write the site for any static host; the first FILE lists
                                          its models, what the site does not carry of them is fetched
                                          below URL; the second describes a store for full-size links
  manifest check [FILE] | pin URL [FILE] | shard FILE | schema
                                          check a list of models; fill in length and digest of the
                                          entry of URL; cut a file into parts; write the schema
  build                                   build and export without serving
  test   [--no-e2e | --e2e-only] [--all-browsers] [--grep PATTERN]
                                          everything that must hold; --all-browsers adds Firefox
                                          and WebKitGTK; --grep picks browser tests
  bench  [native|wasm|browser [FILTER]]   the benchmarks; no time is ever asserted
  looks  [FILTER]                         pictures of every state in target/looks, for people to look at
  fuzz   [--inputs COUNT]                 hostile bytes into every reader of links and of files with
                                          history; a million each unless told otherwise
  size                                    the transfer sizes against their budgets
  tidy                                    the conventions that no compiler checks
  help                                    this text

with LACUNA_QUICK in the environment, serve, looks and test --e2e-only build in a fraction of the time and
not small";

/// One run of the tool.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Build,
    Serve(ServeOptions),
    Export(ExportOptions),
    Manifest(ManifestCommand),
    Test(TestOptions),
    Tidy,
    Size,
    Bench(BenchOptions),
    /// Only those whose title matches, where something is named.
    Looks(Option<String>),
    Fuzz {
        inputs: u64,
    },
}

/// Where to listen; what is absent comes from Leptos.toml.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    pub(crate) host: Option<String>,
    /// A port that was asked for by name is taken or refused, never replaced.
    pub(crate) port: Option<u16>,
}

/// What to export, and where to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExportOptions {
    /// The path of the site, with a slash at either end.
    pub(crate) base: String,
    pub(crate) out: Option<PathBuf>,
    /// The list of models; ours where none is named.
    pub(crate) manifest: Option<PathBuf>,
    /// Where the models' files are that the site does not carry.
    pub(crate) base_url: Option<String>,
    /// The description of a store for full-size links.
    pub(crate) store: Option<PathBuf>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { base: "/".to_owned(), out: None, manifest: None, base_url: None, store: None }
    }
}

/// Which part of the tests to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    pub(crate) scope: Scope,
    /// Whether the cases for Firefox and WebKitGTK run, too.
    pub(crate) all_browsers: bool,
    /// Handed to Playwright: only browser tests whose title matches.
    pub(crate) grep: Option<String>,
}

/// How much of `test` runs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    #[default]
    All,
    WithoutBrowser,
    BrowserOnly,
}

/// Which benchmarks to run: all, those of one group, or those of it whose name matches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    pub(crate) group: Option<String>,
    pub(crate) filter: Option<String>,
}

/// Reads the arguments that follow `cargo xtask`.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Command> {
    let mut parser = Parser::from_args(args);
    let Some(first) = parser.next()? else { return Ok(Command::Help) };
    let name = match first {
        Arg::Value(name) => name.string()?,
        Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
        other => return Err(other.unexpected().into()),
    };
    let command = match name.as_str() {
        "help" => Command::Help,
        "build" => Command::Build,
        "tidy" => Command::Tidy,
        "size" => Command::Size,
        "serve" => return serve(parser),
        "export" => return export(parser),
        "manifest" => return manifest(parser),
        "test" => return test(parser),
        "bench" => return bench(parser),
        "looks" => return looks(parser),
        "fuzz" => return fuzz(parser),
        unknown => bail!("there is no command `{unknown}`\n\n{HELP}"),
    };
    match parser.next()? {
        Some(extra) => Err(extra.unexpected().into()),
        None => Ok(command),
    }
}

fn serve(mut parser: Parser) -> anyhow::Result<Command> {
    let mut options = ServeOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("host") => options.host = Some(parser.value()?.string()?),
            Arg::Long("port") | Arg::Short('p') => options.port = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Serve(options))
}

fn export(mut parser: Parser) -> anyhow::Result<Command> {
    let mut options = ExportOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("base") => options.base = normal_base(&parser.value()?.string()?)?,
            Arg::Long("out") => options.out = Some(PathBuf::from(parser.value()?)),
            Arg::Long("manifest") => options.manifest = Some(PathBuf::from(parser.value()?)),
            Arg::Long("base-url") => options.base_url = Some(parser.value()?.string()?),
            Arg::Long("share-store") => options.store = Some(PathBuf::from(parser.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Export(options))
}

fn manifest(mut parser: Parser) -> anyhow::Result<Command> {
    let mut words = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Ok(Command::Manifest(match words[..] {
        ["check"] => ManifestCommand::Check(None),
        ["check", file] => ManifestCommand::Check(Some(PathBuf::from(file))),
        ["pin", url] => ManifestCommand::Pin { url: url.to_owned(), manifest: None },
        ["pin", url, file] => {
            ManifestCommand::Pin { url: url.to_owned(), manifest: Some(PathBuf::from(file)) }
        }
        ["shard", file] => ManifestCommand::Shard(PathBuf::from(file)),
        ["schema"] => ManifestCommand::Schema,
        _ => bail!("`manifest` does not know these words\n\n{HELP}"),
    }))
}

fn test(mut parser: Parser) -> anyhow::Result<Command> {
    let mut options = TestOptions::default();
    while let Some(arg) = parser.next()? {
        let scope = match arg {
            Arg::Long("no-e2e") => Scope::WithoutBrowser,
            Arg::Long("e2e-only") => Scope::BrowserOnly,
            Arg::Long("all-browsers") => {
                options.all_browsers = true;
                continue;
            }
            Arg::Long("grep") => {
                options.grep = Some(parser.value()?.string()?);
                continue;
            }
            other => return Err(other.unexpected().into()),
        };
        if options.scope != Scope::All && options.scope != scope {
            bail!("--no-e2e and --e2e-only leave nothing to run");
        }
        options.scope = scope;
    }
    Ok(Command::Test(options))
}

fn fuzz(mut parser: Parser) -> anyhow::Result<Command> {
    let mut inputs = 1_000_000;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("inputs") => inputs = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Fuzz { inputs })
}

fn bench(mut parser: Parser) -> anyhow::Result<Command> {
    let mut options = BenchOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(group) if options.group.is_none() => {
                let group = group.string()?;
                if !["native", "wasm", "browser"].contains(&group.as_str()) {
                    bail!("there is no group `{group}` of benchmarks\n\n{HELP}");
                }
                options.group = Some(group);
            }
            Arg::Value(filter) if options.filter.is_none() => {
                options.filter = Some(filter.string()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Bench(options))
}

fn looks(mut parser: Parser) -> anyhow::Result<Command> {
    let mut filter = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(title) if filter.is_none() => filter = Some(title.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Looks(filter))
}

/// The path under which a site is mounted, with a slash at either end.
fn normal_base(path: &str) -> anyhow::Result<String> {
    let inner = path.trim_matches('/');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    if !inner.bytes().all(plain) || inner.split('/').any(|part| part == ".." || part == ".") {
        bail!("--base `{path}` is not a plain path; letters, digits, `-`, `_`, `.` and `~` are");
    }
    if inner.is_empty() {
        return Ok("/".to_owned());
    }
    if inner.contains("//") {
        return Err(anyhow::anyhow!("it has an empty part")).context(format!("--base `{path}`"));
    }
    Ok(format!("/{inner}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> anyhow::Result<Command> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn nothing_asks_for_help() {
        assert_eq!(of("").ok(), Some(Command::Help));
        assert_eq!(of("--help").ok(), Some(Command::Help));
    }

    #[test]
    fn serve_takes_host_and_port() {
        let expected = ServeOptions { host: Some("0.0.0.0".to_owned()), port: Some(8080) };
        assert_eq!(of("serve --host 0.0.0.0 --port 8080").ok(), Some(Command::Serve(expected)));
        assert!(of("serve --port many").is_err());
        assert!(of("serve extra").is_err());
    }

    #[test]
    fn a_base_gets_its_slashes() {
        for given in ["sub/path", "/sub/path", "sub/path/", "/sub/path/"] {
            assert_eq!(
                of(&format!("export --base {given}")).ok(),
                Some(Command::Export(ExportOptions {
                    base: "/sub/path/".to_owned(),
                    ..ExportOptions::default()
                }))
            );
        }
        assert_eq!(of("export").ok(), Some(Command::Export(ExportOptions::default())));
    }

    #[test]
    fn a_store_is_described_by_a_file() {
        let store = Some(PathBuf::from("store.json"));
        let expected = ExportOptions { store, ..ExportOptions::default() };
        assert_eq!(of("export --share-store store.json").ok(), Some(Command::Export(expected)));
    }

    #[test]
    fn a_base_that_is_no_plain_path_is_refused() {
        for given in ["/a/../b", "/a//b", "/a?b", "/a#b", "/\"", "http://host/"] {
            assert!(of(&format!("export --base {given}")).is_err(), "{given}");
        }
    }

    #[test]
    fn an_export_takes_another_list_of_models() {
        let options = ExportOptions {
            manifest: Some(PathBuf::from("mine.json")),
            base_url: Some("https://models.example.org/".to_owned()),
            ..ExportOptions::default()
        };
        let line = "export --manifest mine.json --base-url https://models.example.org/";
        assert_eq!(of(line).ok(), Some(Command::Export(options)));
    }

    #[test]
    fn manifest_has_four_verbs() {
        let pin = ManifestCommand::Pin { url: "https://x.example/y".to_owned(), manifest: None };
        assert_eq!(of("manifest pin https://x.example/y").ok(), Some(Command::Manifest(pin)));
        assert_eq!(
            of("manifest check").ok(),
            Some(Command::Manifest(ManifestCommand::Check(None)))
        );
        assert!(of("manifest").is_err() && of("manifest shard").is_err());
    }

    #[test]
    fn test_scopes_exclude_each_other() {
        assert!(of("test --no-e2e --e2e-only").is_err());
        let expected = TestOptions {
            scope: Scope::BrowserOnly,
            all_browsers: true,
            grep: Some("wipe".to_owned()),
        };
        let line = "test --e2e-only --all-browsers --grep wipe";
        assert_eq!(of(line).ok(), Some(Command::Test(expected)));
    }

    #[test]
    fn bench_takes_a_group_and_a_filter() {
        let expected =
            BenchOptions { group: Some("browser".to_owned()), filter: Some("hole".to_owned()) };
        assert_eq!(of("bench browser hole").ok(), Some(Command::Bench(expected)));
        assert_eq!(of("bench").ok(), Some(Command::Bench(BenchOptions::default())));
        assert!(of("bench everything").is_err());
    }

    #[test]
    fn looks_takes_a_filter() {
        assert_eq!(of("looks").ok(), Some(Command::Looks(None)));
        assert_eq!(of("looks phone").ok(), Some(Command::Looks(Some("phone".to_owned()))));
        assert!(of("looks phone laptop").is_err());
    }

    #[test]
    fn fuzz_takes_a_count() {
        assert_eq!(of("fuzz").ok(), Some(Command::Fuzz { inputs: 1_000_000 }));
        assert_eq!(of("fuzz --inputs 5").ok(), Some(Command::Fuzz { inputs: 5 }));
        assert!(of("fuzz --inputs many").is_err());
    }

    #[test]
    fn an_unknown_command_is_named() {
        let error = of("frobnicate").map(drop).map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains("`frobnicate`")));
    }
}
