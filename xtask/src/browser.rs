//! Finds the browsers, installs them where that is possible, or says exactly what to install.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::plan::Invocation;

/// A program of a browser and where it may be.
struct Program {
    name: &'static str,
    /// Names it for machines where it lies elsewhere.
    variable: &'static str,
    /// The binary itself comes before a wrapper script of the same package, which may add flags.
    places: &'static [&'static str],
    /// Packages of Debian and Ubuntu that hold it and what it needs.
    packages: &'static [&'static str],
}

const CHROMIUM: Program = Program {
    name: "Chromium",
    variable: "LACUNA_CHROMIUM",
    places: &[
        "/usr/lib/chromium/chromium",
        "/usr/lib/chromium-browser/chromium-browser",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    packages: &["chromium"],
};

const FIREFOX: Program = Program {
    name: "Firefox",
    variable: "LACUNA_FIREFOX",
    places: &[
        "/usr/lib/firefox-esr/firefox-esr",
        "/usr/lib/firefox/firefox",
        "/usr/bin/firefox-esr",
        "/usr/bin/firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
    ],
    packages: &["firefox-esr"],
};

const WEBKIT_DRIVER: Program = Program {
    name: "WebKitGTK's driver",
    variable: "LACUNA_WEBKIT_DRIVER",
    places: &["/usr/bin/WebKitWebDriver"],
    packages: &["webkit2gtk-driver", "xvfb"],
};

const WEBKIT: Program = Program {
    name: "WebKitGTK's browser",
    variable: "LACUNA_WEBKIT",
    places: &[
        "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
    ],
    packages: &["webkit2gtk-driver", "xvfb"],
};

/// The browser to test in.
pub(crate) fn chromium(root: &Path) -> anyhow::Result<PathBuf> {
    find_or_install(&CHROMIUM, root)
}

/// The programs of the other browsers, each with the variable that tells the tests of it.
pub(crate) fn others(root: &Path) -> anyhow::Result<Vec<(&'static str, PathBuf)>> {
    let programs = [&FIREFOX, &WEBKIT_DRIVER, &WEBKIT];
    programs.iter().map(|program| Ok((program.variable, find_or_install(program, root)?))).collect()
}

fn find_or_install(program: &Program, root: &Path) -> anyhow::Result<PathBuf> {
    let Program { name, variable, packages, .. } = program;
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        if path.is_file() {
            return Ok(path);
        }
        bail!("{variable} names {}, which is not a file", path.display());
    }
    if let Some(path) = find(program) {
        return Ok(path);
    }
    let install = [&["install", "-qq", "-y", "--no-install-recommends"], *packages].concat();
    if can_install(root) {
        println!("apt-get install {}", packages.join(" "));
        let apt = |args: &[&str]| {
            Invocation::new("apt-get", args, root).env("DEBIAN_FRONTEND", "noninteractive").run()
        };
        apt(&["update", "-qq"])?;
        apt(&install)?;
        if let Some(path) = find(program) {
            return Ok(path);
        }
    }
    bail!(
        "no {name} found. On Debian or Ubuntu: `apt-get install -y --no-install-recommends {}` as \
         root; elsewhere install it and set {variable} to its binary",
        packages.join(" ")
    )
}

fn find(program: &Program) -> Option<PathBuf> {
    program.places.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn can_install(root: &Path) -> bool {
    let root_user = Invocation::new("id", &["-u"], root).output();
    root_user.is_ok_and(|id| id.trim() == "0") && Path::new("/usr/bin/apt-get").is_file()
}
