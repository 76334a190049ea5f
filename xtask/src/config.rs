//! Where things are: the keys of Leptos.toml and the folders that follow from them.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use toml::Table;

/// The environment variable that asks for quick browser builds.
pub(crate) const QUICK: &str = "LACUNA_QUICK";

/// The settings that the tool and the site share.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// The folder with the workspace manifest.
    pub(crate) root: PathBuf,
    /// Stem of the page's script and wasm file.
    pub(crate) output_name: String,
    /// Where the site is written, below `root`.
    pub(crate) site_root: PathBuf,
    /// The folder of hashed files inside the site.
    pub(crate) pkg_dir: String,
    /// Where `serve` listens unless told otherwise.
    pub(crate) site_addr: SocketAddr,
    /// Whether browser artefacts are built fast rather than small: set by [`QUICK`], for work in progress.
    pub(crate) quick: bool,
}

impl Config {
    /// Reads Leptos.toml beside the workspace manifest.
    pub(crate) fn load() -> anyhow::Result<Self> {
        // xtask is compiled in the tree that it builds, so its own manifest is the anchor.
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent folder")?
            .to_path_buf();
        let path = root.join("Leptos.toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Self::parse(root, &text).with_context(|| path.display().to_string())
    }

    fn parse(root: PathBuf, text: &str) -> anyhow::Result<Self> {
        let table: Table = text.parse()?;
        let settings = ["package", "metadata", "leptos"]
            .iter()
            .try_fold(&table, |table, key| table.get(*key)?.as_table())
            .context("there is no [package.metadata.leptos]")?;
        let text = |key: &str| -> anyhow::Result<String> {
            let value = settings.get(key).and_then(|value| value.as_str());
            Ok(value.with_context(|| format!("`{key}` is missing or not a string"))?.to_owned())
        };
        let pkg_dir = text("site-pkg-dir")?;
        if pkg_dir.is_empty() || pkg_dir.contains('/') {
            bail!("`site-pkg-dir` names one folder");
        }
        Ok(Self {
            site_root: root.join(text("site-root")?),
            output_name: text("output-name")?,
            pkg_dir,
            site_addr: text("site-addr")?.parse().context("`site-addr`")?,
            quick: std::env::var_os(QUICK).is_some(),
            root,
        })
    }

    /// What cargo and this tool produce.
    pub(crate) fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }

    /// This tool's own results and stamps.
    pub(crate) fn cache(&self) -> PathBuf {
        self.target().join("xtask")
    }

    /// The folder of the browser tests and of every npm package.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The native binary that exports and serves.
    pub(crate) fn server_binary(&self) -> PathBuf {
        self.target().join("debug").join(format!(
            "{}{}",
            self.output_name,
            std::env::consts::EXE_SUFFIX
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package.metadata.leptos]\noutput-name = \"lacuna\"\nsite-root = \"target/site\"\nsite-pkg-dir = \"pkg\"\nsite-addr = \"127.0.0.1:3000\"\n";

    #[test]
    fn reads_the_four_keys() -> anyhow::Result<()> {
        let config = Config::parse(PathBuf::from("/x"), GOOD)?;
        assert_eq!(config.output_name, "lacuna");
        assert_eq!(config.site_root, PathBuf::from("/x/target/site"));
        assert_eq!(config.pkg_dir, "pkg");
        assert_eq!(config.site_addr.port(), 3000);
        Ok(())
    }

    #[test]
    fn says_what_is_missing() {
        let text = GOOD.replace("site-addr", "site-address");
        let error = Config::parse(PathBuf::from("/x"), &text).map(drop);
        assert!(error.is_err_and(|error| format!("{error:#}").contains("site-addr")));
        assert!(Config::parse(PathBuf::from("/x"), "").is_err());
    }
}
