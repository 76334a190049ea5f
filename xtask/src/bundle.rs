//! From a raw wasm file to a folder of files that may be cached for ever.
//!
//! The folder carries the digest of its content in its name and its files refer to each other by
//! relative URLs, so nothing inside needs to know the path of the site.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::config::Config;
use crate::digest::{self, Fingerprint};
use crate::files;
use crate::minify;
use crate::npm;
use crate::places;
use crate::plan::Artefact;
use crate::shorten::{self, Names};
use crate::snip;
use crate::split::{self, Parts};
use crate::wasm_opt;

/// The script of a bundle that a page or `new Worker` names.
pub(crate) const ENTRY: &str = "start.js";

/// How the name of the wasm file ends that a bundle starts with; the generator of the bindings wants it so.
const FIRST: &str = "_bg.wasm";

/// Names the exact version of the binding generator, which decides what a bundle holds.
const MANIFEST: &str = include_str!("../Cargo.toml");

/// One browser artefact, ready to be served.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) artefact: Artefact,
    /// Where it lies on this machine.
    pub(crate) dir: PathBuf,
    /// Its folder inside the package folder of the site, with the digest in it.
    pub(crate) name: String,
    /// Its files, relative to `dir`.
    pub(crate) files: Vec<String>,
    /// Those of them that are fetched on demand.
    pub(crate) parts: Parts,
}

impl Bundle {
    /// Makes the bundle of what cargo has built, or finds the one made before.
    pub(crate) fn make(config: &Config, artefact: Artefact, raw: Vec<u8>) -> anyhow::Result<Self> {
        let stem = artefact.stem(config);
        let key = Fingerprint::default()
            .add(&raw)
            .add(artefact.entry())
            .add(MANIFEST)
            .add(npm::version(config, "binaryen")?)
            .add(npm::version(config, "terser")?)
            .add(wasm_opt::settings(artefact))
            .add(minify::settings())
            .add(shorten::VERSION)
            .add(places::VERSION)
            .add(snip::settings())
            .add(split::settings())
            .add(if config.quick { "quick" } else { "small" })
            .finish();
        let dir = config.cache().join("bundles").join(format!("{stem}-{}", digest::short(&key)));
        if !dir.is_dir() {
            // Made beside its place and renamed, so a folder that exists is whole.
            let part = dir.with_extension("part");
            files::remove_dir(&part)?;
            generate(config, artefact, raw, &part)?;
            forget_older(&dir, stem)?;
            fs::rename(&part, &dir).with_context(|| dir.display().to_string())?;
        }
        Self::read(artefact, stem, dir)
    }

    fn read(artefact: Artefact, stem: &str, dir: PathBuf) -> anyhow::Result<Self> {
        let mut files = files::list(&dir)?;
        files.retain(|file| file != split::LIST);
        let mut content = Fingerprint::default();
        for file in &files {
            content = content.add(file).add(files::read(&files::below(&dir, file))?);
        }
        let name = format!("{stem}.{}", digest::short(&content.finish()));
        let parts = split::parts(&dir)?;
        Ok(Self { artefact, dir, name, files, parts })
    }

    /// The wasm file that the bundle starts with.
    pub(crate) fn wasm(&self) -> anyhow::Result<&str> {
        self.one(|file| file.ends_with(FIRST))
    }

    /// The script that wasm-bindgen made.
    pub(crate) fn bindings(&self) -> anyhow::Result<&str> {
        self.one(|file| {
            file.ends_with(".js") && ![ENTRY, split::LOADER].contains(&file) && !file.contains('/')
        })
    }

    fn one(&self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<&str> {
        let found = self.files.iter().find(|file| wanted(file));
        found.map(String::as_str).with_context(|| format!("{} is not whole", self.dir.display()))
    }
}

fn generate(
    config: &Config,
    artefact: Artefact,
    mut raw: Vec<u8>,
    out: &Path,
) -> anyhow::Result<()> {
    let stem = artefact.stem(config);
    places::blank(&mut raw);
    let is_split = artefact.is_split();
    if is_split {
        println!("wasm-split {stem}");
        fs::create_dir_all(out).with_context(|| out.display().to_string())?;
        raw = split::split(&raw, &format!("{stem}.js"), out)?;
    }
    println!("wasm-bindgen {stem}");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(stem, raw)
        .web(true)?
        // By these the parts reach what the first one shares with them.
        .keep_lld_exports(is_split)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(false);
    let mut output = bindgen.generate_output()?;
    let mut names = Names::new();
    if !config.quick {
        if artefact == Artefact::Page {
            snip::snip(output.wasm_mut())?;
            let parts = files::list(out)?;
            let parts = parts.iter().filter(|file| file.ends_with(".wasm"));
            snip::parts(&parts.map(|file| files::below(out, file)).collect::<Vec<_>>())?;
        }
        names = shorten::module(output.wasm_mut());
    }
    output.emit(out)?;
    files::write(&out.join(ENTRY), artefact.entry())?;
    if config.quick {
        return Ok(());
    }
    let bindings = out.join(format!("{stem}.js"));
    files::write(&bindings, shorten::script(&files::read_text(&bindings)?, &names)?)?;

    println!("wasm-opt {} {stem}", artefact.opt_level());
    for file in files::list(out)?.iter().filter(|file| file.ends_with(".wasm")) {
        let wasm = files::below(out, file);
        let optimised = wasm.with_extension("opt");
        wasm_opt::plan(config, artefact, &wasm, &optimised).run()?;
        fs::rename(&optimised, &wasm).with_context(|| wasm.display().to_string())?;
    }
    minify::minify(config, out)
}

/// Only the latest bundle of an artefact is kept: the folders would pile up otherwise.
fn forget_older(dir: &Path, stem: &str) -> anyhow::Result<()> {
    let Some(parent) = dir.parent() else { return Ok(()) };
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&format!("{stem}-")) && !name.ends_with(".part") {
            files::remove_dir(&entry.path())?;
        }
    }
    Ok(())
}
