//! Small helpers over the file system that name the path in every error.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Reads a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a file as text.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file under a temporary name first, so that an interrupted run leaves no half of it.
pub(crate) fn write_whole(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let mut name = path.file_name().context("a file needs a name")?.to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    write(&part, bytes)?;
    fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Removes a folder with all it holds; one that is not there is fine.
pub(crate) fn remove_dir(path: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Removes a file; one that is not there is fine.
pub(crate) fn remove_file(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Every file below a folder as a sorted list of relative paths with `/` between their parts.
/// A folder that is not there holds nothing.
pub(crate) fn list(dir: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    if dir.is_dir() {
        collect(dir, "", &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(dir: &Path, prefix: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("{name:?} is not UTF-8"))?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// The digest that a stamp file holds, or nothing.
pub(crate) fn stamp(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Joins a relative path with `/` between its parts.
pub(crate) fn below(dir: &Path, relative: &str) -> PathBuf {
    dir.join(relative.split('/').collect::<PathBuf>())
}

/// A number of bytes as people read it.
pub(crate) fn human(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!(human(999), "999 B");
        assert_eq!(human(1_234), "1.2 KB");
        assert_eq!(human(26_843_546), "26.84 MB");
    }

    #[test]
    fn an_absent_folder_is_empty() -> anyhow::Result<()> {
        assert!(list(Path::new("/nonexistent/folder"))?.is_empty());
        Ok(())
    }
}
