//! The commands this tool runs, as values that are made by pure functions and checked by tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::config::Config;
use crate::split;

/// Target of both browser artefacts.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes cargo name a library's file by what it is made of, as it does with all others, so that it still has the page's
/// when it has made the runtime's of the same profile. Without it, either takes the place of the other, and each is
/// compiled anew in every build. It is cargo's own variable, and not documented: where it is unknown, nothing is lost
/// but time.
const OWN_NAMES: &str = "__CARGO_DEFAULT_LIB_METADATA";

/// One command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) dir: PathBuf,
}

impl Invocation {
    /// A program with its arguments, run in a folder.
    pub(crate) fn new(program: impl Into<String>, args: &[&str], dir: &Path) -> Self {
        Self {
            program: program.into(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            env: Vec::new(),
            dir: dir.to_path_buf(),
        }
    }

    /// Adds arguments.
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.args.extend(args.into_iter().map(str::to_owned));
        self
    }

    /// Adds a variable to the environment.
    pub(crate) fn env(mut self, key: &str, value: impl Into<String>) -> Self {
        self.env.push((key.to_owned(), value.into()));
        self
    }

    /// The process to be, with its output still to be directed.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir);
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        command
    }

    /// Runs it with the terminal's own output; a status other than zero is an error.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let status = self.command().status().with_context(|| format!("cannot start `{self}`"))?;
        if !status.success() {
            bail!("`{self}` ended with {status}");
        }
        Ok(())
    }

    /// Whether it can be run and succeeds; what it says is not shown.
    pub(crate) fn is_possible(&self) -> bool {
        let mut quiet = self.command();
        quiet.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// Runs it and returns what it printed on standard output.
    pub(crate) fn output(&self) -> anyhow::Result<String> {
        let output = self
            .command()
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start `{self}`"))?;
        if !output.status.success() {
            bail!("`{self}` ended with {}", output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl std::fmt::Display for Invocation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.program)?;
        self.args.iter().try_for_each(|arg| write!(formatter, " {arg}"))
    }
}

/// A browser artefact: one feature of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Artefact {
    /// The Leptos page.
    Page,
    /// The worker that decodes, fills and encodes.
    Studio,
    /// The worker that runs graphs.
    Runtime,
}

impl Artefact {
    /// The cargo feature that selects its modules.
    pub(crate) fn feature(self) -> &'static str {
        match self {
            Self::Page => "hydrate",
            Self::Studio => "studio",
            Self::Runtime => "runtime",
        }
    }

    /// The cargo profile. Artefacts of one profile share their dependencies and the place of their wasm file, so
    /// they are built one after the other.
    pub(crate) fn profile(self, config: &Config) -> &'static str {
        match (self, config.quick) {
            (Self::Page | Self::Runtime, false) => "wasm-ui",
            (Self::Studio, false) => "wasm-worker",
            (Self::Page | Self::Runtime, true) => "quick-ui",
            (Self::Studio, true) => "quick-worker",
        }
    }

    /// Stem of its script and wasm file.
    pub(crate) fn stem(self, config: &Config) -> &str {
        match self {
            Self::Page => &config.output_name,
            Self::Studio => "studio",
            Self::Runtime => "runtime-worker",
        }
    }

    /// Whether some of it is fetched on demand.
    pub(crate) fn is_split(self) -> bool {
        match self {
            Self::Page | Self::Studio => true,
            Self::Runtime => false,
        }
    }

    /// The level that fits its job: the page wants to be small, the studio fast, and what the runtime's worker
    /// does is mostly done by ONNX Runtime.
    pub(crate) fn opt_level(self) -> &'static str {
        match self {
            Self::Page | Self::Runtime => "-Oz",
            Self::Studio => "-O3",
        }
    }

    /// The script that starts it, put beside the files it imports.
    pub(crate) fn entry(self) -> &'static str {
        match self {
            Self::Page => include_str!("../entry/page.js"),
            Self::Studio => include_str!("../entry/studio.js"),
            Self::Runtime => include_str!("../entry/runtime.js"),
        }
    }

    /// What cargo leaves, before bindings are made; the next artefact of the same profile takes its place.
    pub(crate) fn raw_wasm(self, config: &Config) -> PathBuf {
        let file = format!("{}.wasm", config.output_name);
        config.target().join(WASM_TARGET).join(self.profile(config)).join(file)
    }
}

/// Compiles one browser artefact.
pub(crate) fn cargo_artefact(config: &Config, artefact: Artefact) -> Invocation {
    let args = ["rustc", "--quiet", "--locked", "--lib", "--target", WASM_TARGET];
    let plan = Invocation::new("cargo", &args, &config.root)
        .args(["--no-default-features", "--features", artefact.feature()])
        .args(["--profile", artefact.profile(config)])
        .env(OWN_NAMES, WASM_TARGET);
    if artefact.is_split() { plan.args(["--", split::LINKER]) } else { plan }
}

/// Compiles the native binary that exports and serves.
pub(crate) fn cargo_server(config: &Config) -> Invocation {
    let args = ["build", "--quiet", "--locked", "--features", "ssr", "--bin"];
    Invocation::new("cargo", &args, &config.root).args([config.output_name.as_str()])
}

/// The builds that clippy looks at, each with the name of its step: the pure modules with all
/// their tests, the four feature sets, this tool, and the judge.
pub(crate) fn clippy(config: &Config) -> Vec<(&'static str, Invocation)> {
    let lint = |args: &[&str]| {
        Invocation::new("cargo", &["clippy", "--quiet", "--locked"], &config.root)
            .args(args.iter().copied())
            .args(["--", "-D", "warnings"])
    };
    let wasm = |feature| lint(&["--lib", "--target", WASM_TARGET, "--features", feature]);
    vec![
        ("clippy (pure modules, tests, benches)", lint(&["--all-targets"])),
        ("clippy (ssr)", lint(&["--lib", "--bins", "--features", "ssr"])),
        ("clippy (hydrate)", wasm("hydrate")),
        ("clippy (studio)", wasm("studio")),
        ("clippy (runtime)", wasm("runtime")),
        ("clippy (xtask)", lint(&["--package", "xtask", "--all-targets"])),
        ("clippy (judge)", lint(&["--package", "judge", "--all-targets"])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            root: PathBuf::from("/x"),
            output_name: "lacuna".to_owned(),
            site_root: PathBuf::from("/x/target/site"),
            pkg_dir: "pkg".to_owned(),
            site_addr: ([127, 0, 0, 1], 3000).into(),
            quick: false,
        }
    }

    #[test]
    fn artefacts_differ_in_feature() {
        let page = cargo_artefact(&config(), Artefact::Page);
        assert_eq!(
            page.to_string(),
            "cargo rustc --quiet --locked --lib --target wasm32-unknown-unknown \
             --no-default-features --features hydrate --profile wasm-ui -- -Clink-arg=--emit-relocs"
        );
        let studio = cargo_artefact(&config(), Artefact::Studio);
        assert!(studio.to_string().contains("--features studio --profile wasm-worker"));
        assert_ne!(
            Artefact::Page.raw_wasm(&config()),
            Artefact::Studio.raw_wasm(&config()),
            "these two are built at the same time"
        );
    }

    #[test]
    fn quick_builds_have_folders_of_their_own() {
        let quick = Config { quick: true, ..config() };
        for artefact in [Artefact::Page, Artefact::Studio, Artefact::Runtime] {
            assert_ne!(artefact.raw_wasm(&config()), artefact.raw_wasm(&quick));
        }
        assert_ne!(Artefact::Page.raw_wasm(&quick), Artefact::Studio.raw_wasm(&quick));
    }

    #[test]
    fn clippy_denies_warnings_in_every_build() {
        let plans = clippy(&config());
        assert_eq!(plans.len(), 7);
        for (name, plan) in plans {
            assert!(plan.to_string().ends_with("-- -D warnings"), "{name}");
        }
    }
}
