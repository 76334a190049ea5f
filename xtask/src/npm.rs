//! The npm packages of `end2end/`: the optimiser, the browser driver, the type checker.

use anyhow::{Context, bail};

use crate::config::Config;
use crate::digest;
use crate::files;
use crate::plan::Invocation;

/// The oldest Node that every package accepts.
const NODE_MAJOR: u32 = 20;

/// Runs `npm ci` unless the installed packages are those of package-lock.json.
pub(crate) fn install(config: &Config) -> anyhow::Result<()> {
    let dir = config.end2end();
    let lock = digest::of_file(&dir.join("package-lock.json"))?;
    // Inside node_modules, so that the stamp goes when the packages go.
    let stamp = dir.join("node_modules/.lacuna-stamp");
    if files::stamp(&stamp).as_deref() == Some(lock.as_str()) {
        return Ok(());
    }
    check_node(config)?;
    println!("npm ci");
    Invocation::new("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"], &dir)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .run()?;
    files::write(&stamp, lock)
}

/// The version of an installed package.
pub(crate) fn version(config: &Config, package: &str) -> anyhow::Result<String> {
    let path = config.end2end().join("node_modules").join(package).join("package.json");
    let value: serde_json::Value = serde_json::from_str(&files::read_text(&path)?)?;
    let version = value["version"].as_str().with_context(|| path.display().to_string())?;
    Ok(version.to_owned())
}

fn check_node(config: &Config) -> anyhow::Result<()> {
    let need = || format!("Node {NODE_MAJOR} or newer is needed, with npm: https://nodejs.org");
    let version =
        Invocation::new("node", &["--version"], &config.root).output().with_context(need)?;
    match major(&version) {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => bail!("this is Node {}; {}", version.trim(), need()),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_version_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v24.0.0-nightly"), Some(24));
        assert_eq!(major("not node"), None);
    }
}
