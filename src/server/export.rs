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
use crate::manifest::Host;

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
    let mut hashes = Vec::new();
    let pages = Page::ALL.into_iter().filter_map(Page::path).map(|path| (path, file_of(path)));
    for (path, file) in pages.chain([(NO_SUCH_PAGE, PathBuf::from(NO_SUCH_PAGE))]) {
        let html = render(&plan.links, path);
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
    fn pages_are_folders_with_an_index() {
        assert_eq!(file_of("/"), Path::new("index.html"));
        assert_eq!(file_of(""), Path::new("index.html"));
        assert_eq!(file_of("/about/"), Path::new("about/index.html"));
        assert_eq!(file_of("/about"), Path::new("about/index.html"));
    }
}
