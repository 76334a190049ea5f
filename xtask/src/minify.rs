//! terser makes the scripts of a bundle small.

use std::path::Path;

use crate::config::Config;
use crate::files;
use crate::plan::Invocation;

const SETTINGS: [&str; 4] = ["--module", "--compress", "passes=2", "--mangle"];

/// All that decides the result besides the scripts.
pub(crate) fn settings() -> String {
    SETTINGS.join(" ")
}

/// Makes every script below a folder small.
pub(crate) fn minify(config: &Config, dir: &Path) -> anyhow::Result<()> {
    for file in files::list(dir)?.iter().filter(|file| file.ends_with(".js")) {
        plan(config, &files::below(dir, file)).run()?;
    }
    Ok(())
}

/// Writes over the script.
fn plan(config: &Config, script: &Path) -> Invocation {
    let terser = config.end2end().join("node_modules/terser/bin/terser");
    let script = script.to_string_lossy();
    Invocation::new("node", &[&terser.to_string_lossy(), &script], &config.root)
        .args(SETTINGS)
        .args(["--output", script.as_ref()])
}
