//! The `test` command: everything that must hold, cheapest first.

use anyhow::bail;

use crate::config::{Config, QUICK};
use crate::e2e;
use crate::export;
use crate::figure;
use crate::flags::{Scope, TestOptions};
use crate::npm;
use crate::plan::{self, Invocation, WASM_TARGET};
use crate::size;
use crate::steps::{Steps, Tally, cargo_test, check};
use crate::tidy;

/// Runs the steps that the options leave and ends with a line of counts.
pub(crate) fn test(config: &Config, options: &TestOptions) -> anyhow::Result<()> {
    if config.quick && options.scope != Scope::BrowserOnly {
        bail!("{QUICK} is for --e2e-only: sizes of a quick build say nothing");
    }
    let mut steps = Steps::default();
    if options.scope != Scope::BrowserOnly {
        native(config, &mut steps);
    }
    let mut built = None;
    steps.step("build and export", || {
        built = Some(export::build_site(config)?);
        Ok(Tally::ONE)
    });
    if options.scope != Scope::BrowserOnly {
        match &built {
            Some(built) => steps.step("size", || size::table(config, built).map(|()| Tally::ONE)),
            None => steps.skipped("size"),
        }
    }
    if options.scope != Scope::WithoutBrowser {
        match &built {
            Some(built) => {
                steps.step("types of the browser tests", || check(&types(config)));
                steps.step("browser", || e2e::run(config, built, options.grep.as_deref()));
            }
            None => steps.skipped("browser"),
        }
    }
    if options.all_browsers {
        match &built {
            Some(built) => steps.step("other browsers", || {
                e2e::other_browsers(config, built, options.grep.as_deref())
            }),
            None => steps.skipped("other browsers"),
        }
    }
    steps.finish()
}

fn native(config: &Config, steps: &mut Steps) {
    steps.step("fmt", || check(&fmt(config)));
    steps.step("tidy", || tidy::tidy(config).map(|()| Tally::ONE));
    steps.step("npm packages", || npm::install(config).map(|()| Tally::ONE));
    for (name, plan) in plan::clippy(config) {
        steps.step(name, || check(&plan));
    }
    for (name, plan) in tests(config) {
        steps.step(name, || cargo_test(&plan));
    }
    match training(config) {
        Some(plan) => steps.step("tests (training)", || check(&plan)),
        None => {
            steps.left_out("tests (training)", "no Python with what training/README.md installs")
        }
    }
    steps
        .step("same picture native and wasm", || figure::same_picture(config).map(|()| Tally::ONE));
    for (name, plan) in docs(config) {
        steps.step(name, || check(&plan));
    }
}

fn fmt(config: &Config) -> Invocation {
    Invocation::new("cargo", &["fmt", "--all", "--check"], &config.root)
}

fn types(config: &Config) -> Invocation {
    let script = config.end2end().join("node_modules/typescript/bin/tsc");
    Invocation::new("node", &[&script.to_string_lossy(), "--noEmit"], &config.end2end())
}

fn tests(config: &Config) -> Vec<(&'static str, Invocation)> {
    let cargo = |args: &[&str]| {
        Invocation::new("cargo", &["test", "--quiet", "--locked", "--no-fail-fast"], &config.root)
            .args(args.iter().copied())
    };
    vec![
        ("tests (pure modules)", cargo(&[])),
        // The bundled pages are rendered by this code, so its tests want its features.
        ("tests (server)", cargo(&["--features", "ssr", "--lib", "--", "server::", "app::"])),
        ("tests (xtask)", cargo(&["--package", "xtask"])),
    ]
}

/// The tests of the training program, where its packages are: they take gigabytes, and building the site needs none.
fn training(config: &Config) -> Option<Invocation> {
    let dir = config.root.join("training");
    let own = dir.join(".venv/bin/python");
    let python = if own.is_file() { own.to_string_lossy().into_owned() } else { "python3".into() };
    let python = |args: &[&str]| Invocation::new(python.clone(), args, &dir);
    python(&["-c", "import onnxruntime, pytest, torch"])
        .is_possible()
        .then(|| python(&["-m", "pytest", "--quiet", "tests"]))
}

fn docs(config: &Config) -> Vec<(&'static str, Invocation)> {
    let doc = |args: &[&str]| {
        let rustdoc = ["doc", "--quiet", "--locked", "--no-deps", "--document-private-items"];
        Invocation::new("cargo", &rustdoc, &config.root)
            .args(args.iter().copied())
            .env("RUSTDOCFLAGS", "-D warnings")
    };
    let wasm = |feature| doc(&["--lib", "--target", WASM_TARGET, "--features", feature]);
    vec![
        ("docs (ssr)", doc(&["--lib", "--features", "ssr"])),
        ("docs (hydrate)", wasm("hydrate")),
        ("docs (worker)", wasm("worker")),
        ("docs (xtask)", doc(&["--package", "xtask"])),
    ]
}
