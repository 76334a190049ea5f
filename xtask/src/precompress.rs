//! Brotli and gzip copies beside the files they stand for, made once per content.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::config::Config;
use crate::digest;
use crate::files;

/// What compresses well; pictures and archives are compressed already.
const KINDS: [&str; 10] =
    ["css", "html", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Below this a copy saves less than the headers cost.
const SMALLEST: usize = 512;

/// Above this the slowest brotli takes minutes for a few percent.
const LARGE: usize = 4 << 20;

/// The two encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What is appended to the name of a file.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    fn encode(self, bytes: &[u8], quick: bool) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let quality = match bytes.len() {
                    _ if quick => 2,
                    LARGE.. => 9,
                    _ => 11,
                };
                let params = BrotliEncoderParams {
                    quality,
                    lgwin: 24,
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                let mut out = Vec::new();
                brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
                Ok(out)
            }
            Self::Gzip => {
                let level = if quick { Compression::fast() } else { Compression::best() };
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(bytes)?;
                Ok(encoder.finish()?)
            }
        }
    }
}

/// The compressed form of some bytes, from the cache where it has been made before.
pub(crate) fn compressed(
    config: &Config,
    bytes: &[u8],
    encoding: Encoding,
) -> anyhow::Result<PathBuf> {
    let name = format!("{}.{}", digest::of_bytes(bytes), encoding.suffix());
    let best = config.cache().join("compressed").join(&name);
    let path = match config.quick && !best.is_file() {
        true => config.cache().join("compressed-quick").join(name),
        false => best,
    };
    if !path.is_file() {
        files::write_whole(&path, encoding.encode(bytes, config.quick)?)?;
    }
    Ok(path)
}

/// Puts the compressed copies beside the files of a site.
pub(crate) fn precompress(config: &Config, site: &Path) -> anyhow::Result<()> {
    for file in files::list(site)? {
        if !is_compressible(&file) {
            continue;
        }
        let bytes = files::read(&files::below(site, &file))?;
        if bytes.len() < SMALLEST {
            continue;
        }
        for encoding in Encoding::ALL {
            let from = compressed(config, &bytes, encoding)?;
            let to = files::below(site, &format!("{file}.{}", encoding.suffix()));
            fs::copy(&from, &to).with_context(|| to.display().to_string())?;
        }
    }
    Ok(())
}

fn is_compressible(file: &str) -> bool {
    // `_headers` is read by hosts, not by browsers, and has no extension.
    file.rsplit_once('.').is_some_and(|(_, extension)| KINDS.contains(&extension))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_encodings_come_back() -> anyhow::Result<()> {
        let text = "the world goes on, ".repeat(400).into_bytes();
        let mut plain = Vec::new();
        let brotli = Encoding::Brotli.encode(&text, false)?;
        brotli::Decompressor::new(&brotli[..], 4096).read_to_end(&mut plain)?;
        assert_eq!(plain, text);
        let gzip = Encoding::Gzip.encode(&text, true)?;
        plain.clear();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut plain)?;
        assert_eq!(plain, text);
        assert!(brotli.len() < 100 && gzip.len() < 200);
        Ok(())
    }

    #[test]
    fn pictures_are_left_alone() {
        assert!(is_compressible("pkg/lacuna.0/lacuna_bg.wasm"));
        assert!(is_compressible("index.html"));
        assert!(!is_compressible("samples/pier.webp"));
        assert!(!is_compressible("_headers"));
        assert!(!is_compressible("index.html.br"));
    }
}
