//! The codec of links, from the npm package into a folder of the site that may be cached for ever.
//!
//! It is libwebp's encoder, compiled to WebAssembly by the package's authors. The worker loads it when the first link
//! is made, so it weighs on nobody who makes none.

use anyhow::bail;

use crate::config::Config;
use crate::digest::{self, Fingerprint};
use crate::files;
use crate::precompress::{self, Encoding};

/// The package whose files these are.
const PACKAGE: &str = "@jsquash/webp";

/// Where in the package they lie.
const FOLDER: &str = "codec/enc";

/// The script that starts the codec; it finds the wasm file beside it.
pub(crate) const SCRIPT: &str = "webp_enc_simd.js";

const FILES: [&str; 2] = [SCRIPT, "webp_enc_simd.wasm"];

/// The most brotli bytes of both together.
const BUDGET: u64 = 500_000;

/// The folder of the codec.
pub(crate) struct Codec {
    /// Its name inside the package folder of the site, with the digest in it.
    pub(crate) name: String,
    /// Its files with their content.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Reads the files out of the installed package.
pub(crate) fn collect(config: &Config) -> anyhow::Result<Codec> {
    let folder = config.end2end().join("node_modules").join(PACKAGE).join(FOLDER);
    let mut content = Fingerprint::default();
    let mut out = Vec::new();
    for name in FILES {
        let bytes = files::read(&folder.join(name))?;
        content = content.add(name).add(&bytes);
        out.push((name.to_owned(), bytes));
    }
    Ok(Codec { name: format!("codec.{}", digest::short(&content.finish())), files: out })
}

impl Codec {
    /// What a browser loads, compressed; an error when it is more than the budget.
    pub(crate) fn transfer(&self, config: &Config) -> anyhow::Result<(u64, u64)> {
        let mut total = 0;
        for (_, bytes) in &self.files {
            let path = precompress::compressed(config, bytes, Encoding::Brotli)?;
            total += std::fs::metadata(path)?.len();
        }
        if total > BUDGET {
            bail!("the codec has {}, more than its budget", files::human(total));
        }
        Ok((total, BUDGET))
    }
}
