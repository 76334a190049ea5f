//! Renders every page to a file, once, so that nothing is rendered while the site is served.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leptos::prelude::{Owner, RenderHtml as _};
use leptos_router::location::RequestUrl;
use serde::Deserialize;

use super::headers::{self, Reach, Table};
use super::inline_scripts;
use crate::app::links::Links;
use crate::app::{Page, shell};
use crate::manifest::{Host, Manifest};

/// What hosts serve for an address that leads nowhere.
const NO_SUCH_PAGE: &str = "404.html";

/// What to write, and where.
#[derive(Debug, Clone, Deserialize)]
pub struct Plan {
    /// The folder of the site, with its hashed and public files already in it.
    pub out: PathBuf,
    /// The folder of the hashed files inside the site.
    pub pkg_dir: String,
    /// The hosts that models come from.
    #[serde(default)]
    pub connect_hosts: Vec<Host>,
    /// What the pages refer to.
    #[serde(flatten)]
    pub links: Links,
}

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A page consists of a part that was not built.
    #[error("the build has no part called {part}")]
    Part {
        /// Its name.
        part: &'static str,
    },
    /// The store for full-size links cannot be used as it is described.
    #[error("the description of the store: {reason}")]
    Store {
        /// What is wrong with it.
        reason: String,
    },
}

/// Writes all pages, `404.html` and the header table.
///
/// # Errors
/// [`ExportError`] when a file cannot be written.
pub fn export(plan: &Plan) -> Result<(), ExportError> {
    if let Some(store) = &plan.links.store {
        store.check().map_err(|error| ExportError::Store { reason: error.to_string() })?;
    }
    let mut parts = Page::ALL.into_iter().filter_map(Page::part);
    if let Some(part) = parts.find(|part| !plan.links.parts.contains_key(*part)) {
        return Err(ExportError::Part { part });
    }
    let mut hashes = Vec::new();
    let links = Links { own_models: has_own_models(&plan.out), ..plan.links.clone() };
    let pages = Page::ALL.into_iter().filter_map(Page::path).map(|path| (path, file_of(path)));
    for (path, file) in pages.chain([(NO_SUCH_PAGE, PathBuf::from(NO_SUCH_PAGE))]) {
        let html = render(&links, path);
        hashes.extend(inline_scripts::hashes(&html));
        write(&plan.out.join(file), &html)?;
    }
    hashes.sort();
    hashes.dedup();
    let stores = plan.links.store.as_ref().map(|store| store.origins()).unwrap_or_default();
    let hosts = Reach { models: &plan.connect_hosts, stores: &stores };
    let table = Table::of_site(&plan.links.base, &plan.pkg_dir, &hashes, hosts);
    write(&plan.out.join(headers::FILE), &table.to_text())
}

/// Whether the list of models that lies in the folder names any that come with the site. One that cannot be read has
/// been refused before.
fn has_own_models(out: &Path) -> bool {
    let list = fs::read_to_string(out.join("model-manifest.json")).unwrap_or_default();
    Manifest::parse(&list).is_ok_and(|manifest| manifest.has_own())
}

/// Where the page of a path lies below the root: a folder with an `index.html`, which every host
/// serves for the path with a slash.
fn file_of(path: &str) -> PathBuf {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.collect::<PathBuf>().join("index.html")
}

/// Renders the page of a path below the base. Nothing on it is waited for: what takes time begins in the browser.
fn render(links: &Links, path: &str) -> String {
    let owner = Owner::new();
    let url = RequestUrl::new(&links.href(path));
    let html = owner.with(|| shell(links, &url).to_html());
    owner.cleanup();
    html
}

fn write(path: &Path, text: &str) -> Result<(), ExportError> {
    let failed = |source| ExportError::Write { path: path.to_path_buf(), source };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_of_the_site_are_seen_in_its_list() -> Result<(), Box<dyn std::error::Error>> {
        let out = std::env::temp_dir().join(format!("lacuna-own-models-{}", std::process::id()));
        fs::create_dir_all(&out)?;
        assert!(!has_own_models(&out), "there is no list");
        let mut list: serde_json::Value =
            serde_json::from_str(include_str!("../../model-manifest.json"))?;
        fs::write(out.join("model-manifest.json"), list.to_string())?;
        assert!(!has_own_models(&out));
        let model = &mut list["models"][1];
        model["graphs"][0]["artifact"]["urls"] = serde_json::json!(["models/more.onnx"]);
        model["graphs"][0]["artifact"]["bytes"] = serde_json::json!(7_000_000);
        model["connect_hosts"] = serde_json::json!([]);
        fs::write(out.join("model-manifest.json"), list.to_string())?;
        assert!(has_own_models(&out));
        Ok(fs::remove_dir_all(&out)?)
    }

    #[test]
    fn pages_are_folders_with_an_index() {
        assert_eq!(file_of("/"), Path::new("index.html"));
        assert_eq!(file_of(""), Path::new("index.html"));
        assert_eq!(file_of("/about/"), Path::new("about/index.html"));
        assert_eq!(file_of("/about"), Path::new("about/index.html"));
    }
}
