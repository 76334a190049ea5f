//! Compiles the server, the page and the worker, and makes bundles of the latter two.

use anyhow::Context;

use crate::bundle::Bundle;
use crate::codec::{self, Codec};
use crate::config::Config;
use crate::npm;
use crate::plan::{self, Artefact, Invocation, WASM_TARGET};
use crate::runtime::{self, Runtime};

/// All that a site is made of besides the files of the repository.
pub(crate) struct Built {
    pub(crate) page: Bundle,
    pub(crate) worker: Bundle,
    pub(crate) runtime: Runtime,
    pub(crate) codec: Codec,
}

/// Brings everything up to date. What did not change costs cargo's own check and a digest.
pub(crate) fn build(config: &Config) -> anyhow::Result<Built> {
    npm::install(config)?;
    ensure_target(config)?;
    // Each profile has a build folder and a lock of its own, and both wasm builds end in a long
    // link on one core: side by side they take little longer than the longest of them.
    println!("cargo build: server, page, worker");
    let [server, page, worker] = [
        plan::cargo_server(config),
        plan::cargo_artefact(config, Artefact::Page),
        plan::cargo_artefact(config, Artefact::Worker),
    ];
    std::thread::scope(|scope| {
        let threads = [scope.spawn(|| server.run()), scope.spawn(|| page.run())];
        let last = worker.run();
        for thread in threads {
            thread.join().ok().context("a build thread panicked")??;
        }
        last
    })?;
    Ok(Built {
        page: Bundle::make(config, Artefact::Page)?,
        worker: Bundle::make(config, Artefact::Worker)?,
        runtime: runtime::collect(config)?,
        codec: codec::collect(config)?,
    })
}

/// rust-toolchain.toml lists the target, but a rustup told not to install on its own needs help.
fn ensure_target(config: &Config) -> anyhow::Result<()> {
    let libdir = ["--print", "target-libdir", "--target", WASM_TARGET];
    let path = Invocation::new("rustc", &libdir, &config.root).output()?;
    if std::path::Path::new(path.trim()).is_dir() {
        return Ok(());
    }
    println!("rustup target add {WASM_TARGET}");
    Invocation::new("rustup", &["target", "add", WASM_TARGET], &config.root)
        .run()
        .with_context(|| format!("the Rust target {WASM_TARGET} is missing"))
}
