//! Finds Chromium, installs it where that is possible, or says exactly what to install.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::plan::Invocation;

/// Names the browser for machines where it lies elsewhere.
const VARIABLE: &str = "LACUNA_CHROMIUM";

/// The binary itself comes before the wrapper script of the same package, which adds flags.
const PLACES: [&str; 7] = [
    "/usr/lib/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser to test in.
pub(crate) fn chromium(root: &Path) -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os(VARIABLE) {
        let path = PathBuf::from(path);
        if path.is_file() {
            return Ok(path);
        }
        bail!("{VARIABLE} names {}, which is not a file", path.display());
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    if can_install(root) {
        println!("apt-get install chromium");
        let apt = |args: &[&str]| {
            Invocation::new("apt-get", args, root).env("DEBIAN_FRONTEND", "noninteractive").run()
        };
        apt(&["update", "-qq"])?;
        apt(&["install", "-qq", "-y", "--no-install-recommends", "chromium"])?;
        if let Some(path) = find() {
            return Ok(path);
        }
    }
    bail!(
        "no Chromium found. On Debian or Ubuntu: `apt-get install -y --no-install-recommends \
         chromium` as root; elsewhere install Chromium or Chrome and set {VARIABLE} to its binary"
    )
}

fn find() -> Option<PathBuf> {
    PLACES.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn can_install(root: &Path) -> bool {
    let root_user = Invocation::new("id", &["-u"], root).output();
    root_user.is_ok_and(|id| id.trim() == "0") && Path::new("/usr/bin/apt-get").is_file()
}
