//! terser makes the scripts of a bundle small, and decides on short names that the wasm file then follows.

use std::path::Path;

use crate::config::Config;
use crate::files;
use crate::plan::Invocation;
use crate::shorten::{self, Names};

/// Names that the generator of the bindings makes; nothing else in a script begins like this.
const GENERATED: &str = "regex=/^(__wb|__externref|wasm_bindgen_)/";

const SETTINGS: [&str; 4] = ["--module", "--compress", "passes=2", "--mangle"];

/// All that decides the result besides the scripts.
pub(crate) fn settings() -> String {
    format!("{} {GENERATED}", SETTINGS.join(" "))
}

/// Makes every script below a folder small; `bindings` is the one that names what the wasm file imports and exports.
/// The new names of these are the result.
pub(crate) fn minify(config: &Config, dir: &Path, bindings: &Path) -> anyhow::Result<Names> {
    let cache = dir.join("names.json");
    for file in files::list(dir)?.iter().filter(|file| file.ends_with(".js")) {
        let script = files::below(dir, file);
        let plan = plan(config, &script);
        if script == bindings {
            let cache = cache.to_string_lossy();
            plan.args(["--mangle-props", GENERATED, "--name-cache", cache.as_ref()]).run()?;
        } else {
            plan.run()?;
        }
    }
    let names = shorten::names(&files::read_text(&cache)?)?;
    files::remove_file(&cache)?;
    Ok(names)
}

/// Writes over the script.
fn plan(config: &Config, script: &Path) -> Invocation {
    let terser = config.end2end().join("node_modules/terser/bin/terser");
    let script = script.to_string_lossy();
    Invocation::new("node", &[&terser.to_string_lossy(), &script], &config.root)
        .args(SETTINGS)
        .args(["--output", script.as_ref()])
}
