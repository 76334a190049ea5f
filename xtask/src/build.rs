//! Compiles the server, the page and the workers, and makes bundles of all but the first.

use anyhow::Context;

use crate::bundle::Bundle;
use crate::codec::{self, Codec};
use crate::config::Config;
use crate::files;
use crate::npm;
use crate::plan::{self, Artefact, Invocation, WASM_TARGET};
use crate::runtime::{self, Runtime};

/// All that a site is made of besides the files of the repository.
pub(crate) struct Built {
    pub(crate) page: Bundle,
    /// The worker that holds the photo.
    pub(crate) studio: Bundle,
    /// The worker that runs graphs.
    pub(crate) runtime_worker: Bundle,
    /// ONNX Runtime's own files.
    pub(crate) runtime: Runtime,
    pub(crate) codec: Codec,
}

impl Built {
    /// The three browser artefacts.
    pub(crate) fn bundles(&self) -> [&Bundle; 3] {
        [&self.page, &self.studio, &self.runtime_worker]
    }
}

/// Brings everything up to date. What did not change costs cargo's own check and a digest.
pub(crate) fn build(config: &Config) -> anyhow::Result<Built> {
    npm::install(config)?;
    ensure_target(config)?;
    // Each profile has a build folder and a lock of its own, and both of these end in a long link on one core: side
    // by side they take little longer than the longer of them.
    println!("cargo build: server, page, workers");
    let server = plan::cargo_server(config);
    let (page, studio, runtime) = std::thread::scope(|scope| {
        let server = scope.spawn(|| server.run());
        let studio = scope.spawn(|| compile(config, Artefact::Studio));
        let page = compile(config, Artefact::Page);
        let runtime = page.and_then(|page| Ok((page, compile(config, Artefact::Runtime)?)));
        server.join().ok().context("a build thread panicked")??;
        let studio = studio.join().ok().context("a build thread panicked")??;
        runtime.map(|(page, runtime)| (page, studio, runtime))
    })?;
    Ok(Built {
        page: Bundle::make(config, Artefact::Page, page)?,
        studio: Bundle::make(config, Artefact::Studio, studio)?,
        runtime_worker: Bundle::make(config, Artefact::Runtime, runtime)?,
        runtime: runtime::collect(config)?,
        codec: codec::collect(config)?,
    })
}

/// Compiles one browser artefact and reads what cargo leaves, before another one takes its place.
fn compile(config: &Config, artefact: Artefact) -> anyhow::Result<Vec<u8>> {
    plan::cargo_artefact(config, artefact).run()?;
    files::read(&artefact.raw_wasm(config))
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
