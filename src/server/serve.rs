//! A static file server with the headers of the site's own table.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};

use super::etag::{self, Etags};
use super::headers::{FILE, REVALIDATE, Table};

/// Why a site cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The folder is not an exported site.
    #[error("{} is no exported site: {source}", path.display())]
    Site {
        /// The file or folder that could not be read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The socket failed while serving.
    #[error("serving stopped: {0}")]
    Accept(io::Error),
}

/// What a request needs to know about the site.
struct Facts {
    /// When the header table was written, which is the last thing an export does.
    written: SystemTime,
    table: Table,
    etags: Etags,
}

impl Facts {
    fn read(site: &Path) -> Result<Self, ServeError> {
        let unreadable = |path: &Path| {
            let path = path.to_path_buf();
            move |source| ServeError::Site { path, source }
        };
        let path = site.join(FILE);
        let written = written(site).map_err(unreadable(&path))?;
        let table = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let etags = Etags::of_site(site).map_err(unreadable(site))?;
        Ok(Self { written, table: Table::parse(&table), etags })
    }
}

fn written(site: &Path) -> io::Result<SystemTime> {
    std::fs::metadata(site.join(FILE))?.modified()
}

/// A site that may be exported anew while it is served.
struct Site {
    folder: PathBuf,
    facts: RwLock<Arc<Facts>>,
}

impl Site {
    /// The facts of the latest whole export. In the middle of one the old facts hold.
    fn facts(&self) -> Arc<Facts> {
        let known = Arc::clone(&self.facts.read().unwrap_or_else(PoisonError::into_inner));
        if written(&self.folder).is_ok_and(|written| written == known.written) {
            return known;
        }
        match Facts::read(&self.folder) {
            Ok(facts) => {
                let facts = Arc::new(facts);
                *self.facts.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&facts);
                facts
            }
            Err(_) => known,
        }
    }
}

/// Serves an exported site until the process ends. `listening` is told the address as soon as
/// requests are answered.
///
/// With `or_free_port` a port that is taken is replaced by a free one.
///
/// # Errors
/// [`ServeError`] when the folder holds no site or the address cannot be had.
pub async fn serve(
    site: &Path,
    address: SocketAddr,
    or_free_port: bool,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let router = router(site)?;
    let listener = match TcpListener::bind(address).await {
        Err(error) if or_free_port && error.kind() == io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await
        }
        other => other,
    };
    let unavailable = |source| ServeError::Listen { address, source };
    let listener = listener.map_err(unavailable)?;
    listening(listener.local_addr().map_err(unavailable)?);
    axum::serve(listener, router).await.map_err(ServeError::Accept)
}

fn router(site: &Path) -> Result<Router, ServeError> {
    let facts = RwLock::new(Arc::new(Facts::read(site)?));
    let state = Arc::new(Site { folder: site.to_path_buf(), facts });

    let not_found = ServeFile::new(site.join("404.html")).precompressed_br().precompressed_gzip();
    let files =
        ServeDir::new(site).precompressed_br().precompressed_gzip().not_found_service(not_found);
    Ok(Router::new().fallback_service(files).layer(middleware::from_fn_with_state(state, answer)))
}

/// Wraps the file service: conditional requests before it, the header table after it.
async fn answer(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Infallible> {
    let facts = site.facts();
    let path = request.uri().path().to_owned();
    // The table is for hosts and their own business.
    let hidden = path.trim_start_matches('/') == FILE;
    let tag = if hidden { None } else { facts.etags.of_path(&path) };
    etag::drop_stale_range(request.headers_mut(), tag);
    let mut response = match tag {
        Some(tag) if etag::is_known(request.headers(), tag) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        _ if hidden => not_here(),
        _ => next.run(request).await,
    };
    if let Some(tag) = tag {
        etag::mark(response.headers_mut(), tag);
    }
    apply(&facts.table, &path, response.headers_mut());
    // What is missing today may be there tomorrow, whatever the table says of its folder.
    if !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE));
    }
    Ok(response)
}

fn not_here() -> Response {
    (StatusCode::NOT_FOUND, Body::empty()).into_response()
}

fn apply(table: &Table, path: &str, headers: &mut HeaderMap) {
    for (name, value) in table.for_path(path) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
}
