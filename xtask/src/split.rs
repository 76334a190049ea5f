//! Cuts a wasm file: what a visit begins with comes first, the rest in parts that are fetched on demand.
//!
//! Where it is cut it says itself, with functions marked as beginnings of parts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use wasm_split_cli_support::Options;

use crate::files;

/// Has the linker write down who refers to whom.
pub(crate) const LINKER: &str = "-Clink-arg=--emit-relocs";

/// The script that fetches parts, imported by the wasm file.
pub(crate) const LOADER: &str = "parts.js";

/// The list of what belongs to which part, which stays beside the files of the bundle and is not served.
pub(crate) const LIST: &str = "parts.json";

/// How the script is made that fetches parts, as the splitter writes it and as it is served: some hosts do not know what
/// a wasm file is, and a browser compiles one while it comes only when it is told.
const STREAMING: &str = "WebAssembly.instantiateStreaming(";
const ANYWAY: &str = "instantiate(";
const INSTANTIATE: &str = "
async function instantiate(fetched, imports) {
  const response = await fetched;
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
";

/// All that decides the result besides the file and the splitter.
pub(crate) fn settings() -> String {
    [LINKER, LOADER, LIST, ANYWAY, INSTANTIATE].join(" ")
}

/// The wasm files of each part.
pub(crate) type Parts = BTreeMap<String, Vec<String>>;

/// Writes the parts, their list and the script that fetches them into `out`, and returns the first part. That one is
/// still to be bound to its script, called `bindings`.
///
/// # Errors
/// When the file was linked without [`LINKER`], is marked by another release of the macros, or the script is another one.
pub(crate) fn split(raw: &[u8], bindings: &str, out: &Path) -> anyhow::Result<Vec<u8>> {
    let first = out.join("first.wasm");
    let (loader, bindings) = (format!("./{LOADER}"), format!("./{bindings}"));
    let mut options = Options::new(raw);
    options.output_dir = out;
    options.main_out_path = &first;
    options.link_name = &loader;
    options.main_module = &bindings;
    options.emit_dwarf = false;
    // Its errors are of a library that ours does not know, and there is no more to them than words.
    let cut = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
    let script = files::read_text(&out.join(LOADER))?;
    if !script.contains(STREAMING) {
        bail!("the splitter's script fetches in another way than {STREAMING}");
    }
    files::write(&out.join(LOADER), script.replace(STREAMING, ANYWAY) + INSTANTIATE)?;
    let parts: Parts = cut
        .prefetch_map
        .into_iter()
        .map(|(part, names)| (part, names.iter().map(|name| format!("{name}.wasm")).collect()))
        .collect();
    files::write(&out.join(LIST), serde_json::to_string(&parts)?)?;
    let bytes = files::read(&first)?;
    fs::remove_file(&first).with_context(|| first.display().to_string())?;
    Ok(bytes)
}

/// The list in a bundle's folder; empty where nothing was cut.
pub(crate) fn parts(dir: &Path) -> anyhow::Result<Parts> {
    let list = dir.join(LIST);
    if !list.is_file() {
        return Ok(Parts::new());
    }
    serde_json::from_slice(&files::read(&list)?).with_context(|| list.display().to_string())
}
