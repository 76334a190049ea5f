//! Lays a site out: hashed files, public files, the pages that the server binary renders, and
//! the compressed copies.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::build::{self, Built};
use crate::bundle::{Bundle, ENTRY};
use crate::codec;
use crate::config::Config;
use crate::digest::{self, Fingerprint};
use crate::files;
use crate::flags::ExportOptions;
use crate::models::{self, MANIFEST};
use crate::plan::Invocation;
use crate::precompress;
use crate::split;

/// Some static hosts refuse a larger file.
const LARGEST_FILE: u64 = 25 << 20;

/// Marks a folder as written by this tool, which may therefore replace it.
const HEADERS: &str = "_headers";

/// A site to write: which base path, into which folder.
struct Site<'a> {
    base: &'a str,
    out: &'a Path,
    /// The list of models; ours where none is named.
    manifest: Option<&'a Path>,
    /// Where the models' files are that the site does not carry.
    base_url: Option<&'a str>,
    /// The operator's description of a store for full-size links, a file in JSON.
    store: Option<&'a Path>,
}

impl<'a> Site<'a> {
    /// One with our models.
    const fn new(base: &'a str, out: &'a Path) -> Self {
        Self { base, out, manifest: None, base_url: None, store: None }
    }
}

/// Builds and writes the site that `serve` and the tests use.
pub(crate) fn build_site(config: &Config) -> anyhow::Result<Built> {
    let built = build::build(config)?;
    write(config, &built, &Site::new("/", &config.site_root))?;
    Ok(built)
}

/// Writes the site of a finished build under another base path.
pub(crate) fn write_below(
    config: &Config,
    built: &Built,
    base: &str,
    out: &Path,
    store: Option<&Path>,
) -> anyhow::Result<()> {
    write(config, built, &Site { store, ..Site::new(base, out) })
}

/// The `export` command: into `target/export` or a folder of one's choice.
pub(crate) fn export_command(config: &Config, options: &ExportOptions) -> anyhow::Result<()> {
    let base = options.base.as_str();
    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => config.target().join("export"),
    };
    let built = build::build(config)?;
    let (manifest, base_url) = (options.manifest.as_deref(), options.base_url.as_deref());
    let store = options.store.as_deref();
    write(config, &built, &Site { base, out: &out, manifest, base_url, store })?;
    let bytes: u64 = files::list(&out)?
        .iter()
        .map(|file| Ok(fs::metadata(files::below(&out, file))?.len()))
        .sum::<anyhow::Result<u64>>()?;
    println!("{} to be served at {base}, {}", out.display(), files::human(bytes));
    Ok(())
}

fn write(config: &Config, built: &Built, site: &Site<'_>) -> anyhow::Result<()> {
    let style = style(config)?;
    let style_name = format!("main.{}.css", digest::short(&digest::of_bytes(style.as_bytes())));
    let mut public = public_files(config)?;
    let (manifest, connect_hosts) = list_of_models(config, site, &public)?;
    public.insert(MANIFEST.to_owned(), manifest);
    let store = match site.store {
        Some(path) => serde_json::from_slice(&files::read(path)?)
            .with_context(|| path.display().to_string())?,
        None => Value::Null,
    };

    let mut key = Fingerprint::default()
        .add(site.base)
        .add(site.out.to_string_lossy().as_bytes())
        .add(digest::of_file(&config.server_binary())?)
        .add(digest::of_file(&std::env::current_exe()?)?)
        .add(&built.page.name)
        .add(&built.studio.name)
        .add(&built.runtime_worker.name)
        .add(&built.runtime.name)
        .add(&built.codec.name)
        .add(store.to_string())
        .add(&style_name);
    for (name, path) in &public {
        key = key.add(name).add(digest::of_file(path)?);
    }
    let key = key.finish();
    let place = digest::of_bytes(site.out.to_string_lossy().as_bytes());
    let stamp = config.cache().join("sites").join(digest::short(&place));
    if files::stamp(&stamp).as_deref() == Some(key.as_str()) && is_ours(site.out) {
        return Ok(());
    }

    println!("export {}", site.out.display());
    if site.out.is_dir() && fs::read_dir(site.out)?.next().is_some() && !is_ours(site.out) {
        bail!("{} holds something else; name an empty folder", site.out.display());
    }
    files::remove_dir(site.out)?;
    for (name, path) in &public {
        files::write(&files::below(site.out, name), files::read(path)?)?;
    }
    let pkg = site.out.join(&config.pkg_dir);
    files::write(&pkg.join(&style_name), &style)?;
    for bundle in built.bundles() {
        for file in &bundle.files {
            let bytes = files::read(&files::below(&bundle.dir, file))?;
            files::write(&files::below(&pkg.join(&bundle.name), file), bytes)?;
        }
    }
    for (name, bytes) in &built.runtime.files {
        files::write(&files::below(&pkg.join(&built.runtime.name), name), bytes)?;
    }
    for (name, bytes) in &built.codec.files {
        files::write(&files::below(&pkg.join(&built.codec.name), name), bytes)?;
    }
    let names = Names { style: &style_name, connect_hosts: &connect_hosts, store: &store };
    render(config, built, site, &names)?;
    precompress::precompress(config, site.out)?;
    check_sizes(site.out)?;
    files::write(&stamp, key)
}

/// What the pages are told besides the bundles.
struct Names<'a> {
    style: &'a str,
    connect_hosts: &'a [String],
    store: &'a Value,
}

/// Lets the server binary render the pages. It learns by a file what the hashed files are called.
fn render(
    config: &Config,
    built: &Built,
    site: &Site<'_>,
    names: &Names<'_>,
) -> anyhow::Result<()> {
    let Names { style, connect_hosts, store } = names;
    let inside = |bundle: &Bundle, file: &str| format!("{}/{}/{file}", config.pkg_dir, bundle.name);
    let parts: BTreeMap<&String, Vec<String>> = built
        .page
        .parts
        .iter()
        .map(|(part, files)| (part, files.iter().map(|file| inside(&built.page, file)).collect()))
        .collect();
    let plan = json!({
        "out": site.out,
        "base": site.base,
        "pkg_dir": config.pkg_dir,
        "connect_hosts": connect_hosts,
        "output_name": config.output_name,
        "style": format!("{}/{style}", config.pkg_dir),
        "script": inside(&built.page, ENTRY),
        "bindings": inside(&built.page, built.page.bindings()?),
        "loader": inside(&built.page, split::LOADER),
        "wasm": inside(&built.page, built.page.wasm()?),
        "parts": parts,
        "studio": inside(&built.studio, ENTRY),
        "runtime_worker": inside(&built.runtime_worker, ENTRY),
        "runtime": format!("{}/{}/", config.pkg_dir, built.runtime.name),
        "codec": format!("{}/{}/{}", config.pkg_dir, built.codec.name, codec::SCRIPT),
        "store": store,
    });
    let path = config.cache().join("export.json");
    files::write(&path, serde_json::to_vec_pretty(&plan)?)?;
    let binary = config.server_binary();
    Invocation::new(binary.to_string_lossy(), &["export", &path.to_string_lossy()], &config.root)
        .run()
}

/// The style sheet as one file: lines `@import "name.css";` of main.css are replaced by the file.
fn style(config: &Config) -> anyhow::Result<String> {
    let dir = config.root.join("style");
    let main = files::read_text(&dir.join("main.css"))?;
    inline_imports(&main, |name| files::read_text(&dir.join(name)))
}

fn inline_imports(
    main: &str,
    read: impl Fn(&str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let mut out = String::with_capacity(main.len());
    for line in main.lines() {
        let import =
            line.trim().strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";"));
        match import {
            Some(name) => out.push_str(&read(name.trim_start_matches("./"))?),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    Ok(out)
}

/// The files that are served under their own names, each with its source.
fn public_files(config: &Config) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let dir = config.root.join("public");
    let files = files::list(&dir)?.into_iter().map(|name| {
        let path = files::below(&dir, &name);
        (name, path)
    });
    Ok(files.collect())
}

/// The list of models as the site serves it, and the hosts that its page must be allowed to speak to.
fn list_of_models(
    config: &Config,
    site: &Site<'_>,
    public: &BTreeMap<String, PathBuf>,
) -> anyhow::Result<(PathBuf, Vec<String>)> {
    // It lies at the root of the repository, where people look for it.
    let ours = config.root.join(MANIFEST);
    let text = files::read_text(site.manifest.unwrap_or(&ours))?;
    let served = models::served(&text, site.base_url, |url| public.contains_key(url))?;
    let path = config.cache().join("manifests").join(digest::of_bytes(served.text.as_bytes()));
    files::write_whole(&path, &served.text)?;
    models::check(config, &path)?;
    Ok((path, served.connect_hosts))
}

fn is_ours(dir: &Path) -> bool {
    dir.join(HEADERS).is_file() && dir.join("index.html").is_file()
}

fn check_sizes(site: &Path) -> anyhow::Result<()> {
    for file in files::list(site)? {
        let bytes = fs::metadata(files::below(site, &file)).context(file.clone())?.len();
        if bytes > LARGEST_FILE {
            bail!("{file} has {}; a file may have 25 MiB", files::human(bytes));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_put_in_their_place() -> anyhow::Result<()> {
        let main = "a {}\n@import \"./b.css\";\nc {}\n";
        let style = inline_imports(main, |name| {
            assert_eq!(name, "b.css");
            Ok("b {}".to_owned())
        })?;
        assert_eq!(style, "a {}\nb {}\nc {}\n");
        Ok(())
    }

    #[test]
    fn a_missing_import_is_an_error() {
        let style = inline_imports("@import \"x.css\";\n", |name| bail!("no {name}"));
        assert!(style.is_err());
    }
}
