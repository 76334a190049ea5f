//! Renders every page to a file, once, so that nothing is rendered while the site is served.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use leptos_axum::{AxumRouteListing, generate_route_list};
use leptos_router::SsrMode;
use serde::Deserialize;

use super::headers::{self, Reach, Table};
use super::inline_scripts;
use crate::app::links::Links;
use crate::app::shell;
use crate::manifest::Host;

/// A page is a few kilobytes; more than this is a mistake.
const LARGEST_PAGE: usize = 8 << 20;

/// A path that no route has: what is rendered for it is `404.html`.
const NO_SUCH_PAGE: &str = "no-such-page";

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
    /// A route would need a running server.
    #[error("the route {path} is not static")]
    NotStatic {
        /// The path of the route.
        path: String,
    },
    /// A page could not be rendered.
    #[error("the page {path} could not be rendered: {reason}")]
    Render {
        /// The path of the page.
        path: String,
        /// What went wrong.
        reason: String,
    },
    /// The store for full-size links cannot be used as it is described.
    #[error("the description of the store: {reason}")]
    Store {
        /// What is wrong with it.
        reason: String,
    },
    /// The app has no routes.
    #[error("the app has no routes")]
    NoRoutes,
}

/// Writes all pages, `404.html` and the header table.
///
/// # Errors
/// [`ExportError`] when a route is not static, a page does not render or a file cannot be written.
pub async fn export(plan: &Plan) -> Result<(), ExportError> {
    if let Some(store) = &plan.links.store {
        store.check().map_err(|error| ExportError::Store { reason: error.to_string() })?;
    }
    let routes = generate_route_list({
        let links = plan.links.clone();
        move || shell(&links)
    });
    if routes.is_empty() {
        return Err(ExportError::NoRoutes);
    }
    let mut hashes = Vec::new();
    for route in &routes {
        let path = static_path(route)?;
        let html = render(&plan.links, path).await?;
        hashes.extend(inline_scripts::hashes(&html));
        let file = file_of(path.strip_prefix(plan.links.router_base()).unwrap_or(path));
        write(&plan.out.join(file), &html)?;
    }
    let lost = format!("{}{NO_SUCH_PAGE}", plan.links.base);
    let html = render(&plan.links, &lost).await?;
    hashes.extend(inline_scripts::hashes(&html));
    write(&plan.out.join("404.html"), &html)?;

    hashes.sort();
    hashes.dedup();
    let stores = plan.links.store.as_ref().map(|store| store.origins()).unwrap_or_default();
    let hosts = Reach { models: &plan.connect_hosts, stores: &stores };
    let table = Table::of_site(&plan.links.base, &plan.pkg_dir, &hashes, hosts);
    write(&plan.out.join(headers::FILE), &table.to_text())
}

fn static_path(route: &AxumRouteListing) -> Result<&str, ExportError> {
    match route.mode() {
        SsrMode::Static(_) => Ok(route.path()),
        _ => Err(ExportError::NotStatic { path: route.path().to_owned() }),
    }
}

/// Where the page of a path lies below the root: a folder with an `index.html`, which every host
/// serves for the path with a slash.
fn file_of(path: &str) -> PathBuf {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.collect::<PathBuf>().join("index.html")
}

/// Renders the page of one path, waiting for everything that it shows.
async fn render(links: &Links, path: &str) -> Result<String, ExportError> {
    let failed = |reason: String| ExportError::Render { path: path.to_owned(), reason };
    let request = Request::builder()
        .uri(path)
        .header("accept", "text/html")
        .body(Body::empty())
        .map_err(|error| failed(error.to_string()))?;
    let render = leptos_axum::render_app_async({
        let links = links.clone();
        move || shell(&links)
    });
    let response = render(request).await;
    let bytes = to_bytes(response.into_body(), LARGEST_PAGE)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let html = String::from_utf8(bytes.into()).map_err(|error| failed(error.to_string()))?;
    Ok(inline_scripts::without_nonces(&html))
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
