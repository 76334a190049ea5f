//! ONNX Runtime's files, from the npm package into a folder of the site that may be cached for ever.
//!
//! Three builds are carried; a browser loads one. A file that is larger than some static hosts allow is cut into
//! pieces, which the worker joins before it passes them on; `pieces.json` says which.

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use crate::config::Config;
use crate::digest::{self, Fingerprint};
use crate::files;
use crate::npm;

/// The package whose files these are.
const PACKAGE: &str = "onnxruntime-web";

/// The largest piece, in bytes.
const PIECE: usize = 24 << 20;

/// What is carried: for each build its script, the script that starts the wasm file, and the wasm file.
const FILES: [&str; 9] = [
    "ort.jspi.min.mjs",
    "ort-wasm-simd-threaded.jspi.mjs",
    "ort-wasm-simd-threaded.jspi.wasm",
    "ort.webgpu.min.mjs",
    "ort-wasm-simd-threaded.asyncify.mjs",
    "ort-wasm-simd-threaded.asyncify.wasm",
    "ort.wasm.min.mjs",
    "ort-wasm-simd-threaded.mjs",
    "ort-wasm-simd-threaded.wasm",
];

/// The folder of the runtime.
pub(crate) struct Runtime {
    /// Its name inside the package folder of the site, with the digest in it.
    pub(crate) name: String,
    /// Its files with their content.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Reads the files out of the installed package.
pub(crate) fn collect(config: &Config) -> anyhow::Result<Runtime> {
    check_version(config)?;
    let dist = config.end2end().join("node_modules").join(PACKAGE).join("dist");
    let mut out = Vec::new();
    let mut pieces = Map::new();
    for name in FILES {
        let bytes = files::read(&dist.join(name))?;
        let bytes = if name.ends_with(".mjs") { without_source_map(bytes) } else { bytes };
        if bytes.len() <= PIECE {
            out.push((name.to_owned(), bytes));
            continue;
        }
        let cut = cut(name, &bytes);
        let names = cut.iter().map(|(name, _)| Value::from(name.as_str())).collect();
        pieces.insert(name.to_owned(), names);
        out.extend(cut);
    }
    out.push(("pieces.json".to_owned(), serde_json::to_vec(&Value::Object(pieces))?));
    let mut content = Fingerprint::default();
    for (name, bytes) in &out {
        content = content.add(name).add(bytes);
    }
    Ok(Runtime { name: format!("runtime.{}", digest::short(&content.finish())), files: out })
}

/// Cuts a file; the pieces keep its extension, so that they are served and compressed like it.
fn cut(name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    bytes
        .chunks(PIECE)
        .enumerate()
        .map(|(index, piece)| (format!("{stem}.{index}.{extension}"), piece.to_vec()))
        .collect()
}

/// The map is not carried, and a script that names it makes developer tools ask for it in vain.
fn without_source_map(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => {
            let lines = text.lines().filter(|line| !line.starts_with("//# sourceMappingURL="));
            lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
        }
        Err(error) => error.into_bytes(),
    }
}

/// The binding in the worker is written for one release; its version carries that release's number.
fn check_version(config: &Config) -> anyhow::Result<()> {
    let lock = files::read_text(&config.root.join("Cargo.lock"))?;
    let wanted = bound_release(&lock).context("Cargo.lock holds no ort-web with a release")?;
    let installed = npm::version(config, PACKAGE)?;
    if !installed.starts_with(&format!("{wanted}.")) {
        bail!("ort-web is made for {PACKAGE} {wanted}, end2end/ has {installed}");
    }
    Ok(())
}

/// `1.30` of `version = "0.5.0+1.30"` in the entry of ort-web.
fn bound_release(lock: &str) -> Option<&str> {
    let (_, entry) = lock.split_once("name = \"ort-web\"")?;
    let (_, version) = entry.split_once("version = \"")?;
    let (version, _) = version.split_once('"')?;
    version.split_once('+').map(|(_, release)| release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_file() {
        let bytes: Vec<u8> = (0..PIECE + 5).map(|i| i as u8).collect();
        let pieces = cut("a.b.wasm", &bytes);
        let names: Vec<&str> = pieces.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.b.0.wasm", "a.b.1.wasm"]);
        let joined: Vec<u8> = pieces.iter().flat_map(|(_, piece)| piece.clone()).collect();
        assert_eq!(joined, bytes);
    }

    #[test]
    fn the_release_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"ort-web\"\nversion = \"0.5.0+1.30\"\nsource = \"x\"\n";
        assert_eq!(bound_release(lock), Some("1.30"));
        assert_eq!(bound_release(""), None);
    }

    #[test]
    fn a_script_no_longer_names_its_map() {
        let script = b"run();\n//# sourceMappingURL=x.map\n".to_vec();
        assert_eq!(without_source_map(script), b"run();\n");
    }
}
