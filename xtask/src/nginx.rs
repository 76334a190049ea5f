//! Finds nginx for the tests of full-size links, installs it where that is possible, or says what to install.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::plan::Invocation;

/// Names the server for machines where it lies elsewhere.
const VARIABLE: &str = "LACUNA_NGINX";

const PLACES: [&str; 4] =
    ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"];

/// The nginx that stands for an object store; it needs its own dav module, which Debian's packages have.
pub(crate) fn nginx(root: &Path) -> anyhow::Result<PathBuf> {
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
    let user = Invocation::new("id", &["-u"], root).output();
    if user.is_ok_and(|id| id.trim() == "0") && Path::new("/usr/bin/apt-get").is_file() {
        println!("apt-get install nginx-light");
        let apt = |args: &[&str]| {
            Invocation::new("apt-get", args, root).env("DEBIAN_FRONTEND", "noninteractive").run()
        };
        apt(&["update", "-qq"])?;
        apt(&["install", "-qq", "-y", "--no-install-recommends", "nginx-light"])?;
        if let Some(path) = find() {
            return Ok(path);
        }
    }
    bail!(
        "no nginx found, which stands for an object store in the tests. On Debian or Ubuntu: `apt-get install -y \
         --no-install-recommends nginx-light` as root; elsewhere install it and set {VARIABLE} to its binary"
    )
}

fn find() -> Option<PathBuf> {
    PLACES.iter().map(PathBuf::from).find(|path| path.is_file())
}
