//! Reads a list of models as strictly as the page does, for those who write one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::manifest::{Manifest, ManifestError};

/// Why a list of models cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestProblem {
    /// There is no such file.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not one that a page takes.
    #[error("{}: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ManifestError,
    },
}

/// Checks a list of models.
///
/// # Errors
/// [`ManifestProblem`] when it cannot be read or a page would refuse it.
pub fn check_manifest(path: &Path) -> Result<(), ManifestProblem> {
    let named = || path.to_path_buf();
    let text = fs::read_to_string(path)
        .map_err(|source| ManifestProblem::Read { path: named(), source })?;
    Manifest::parse(&text)
        .map(drop)
        .map_err(|source| ManifestProblem::Invalid { path: named(), source })
}
