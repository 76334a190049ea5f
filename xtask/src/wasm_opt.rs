//! wasm-opt from the npm package `binaryen`: without it the size budgets cannot hold.

use std::path::Path;

use crate::config::Config;
use crate::plan::{Artefact, Invocation};

/// What the compiler may have used; wasm-opt refuses a module with more than it was told of.
const FEATURES: [&str; 8] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The lowest kilobyte is the far end of the stack, where nothing has an address: what is added to one can go into
/// the access itself.
const LAYOUT: &str = "--low-memory-unused";

/// What is done to the page first: its branches are laid out anew, which leaves a hundredth less of it.
const PAGE_FIRST: [&str; 3] = ["--flatten", "--rereloop", "-Oz"];

fn passes(artefact: Artefact) -> Vec<&'static str> {
    let first: &[&str] = if artefact == Artefact::Page { &PAGE_FIRST } else { &[] };
    first.iter().copied().chain([artefact.opt_level()]).collect()
}

/// Optimises `input` into `output`.
pub(crate) fn plan(config: &Config, artefact: Artefact, input: &Path, output: &Path) -> Invocation {
    let script = config.end2end().join("node_modules/binaryen/bin/wasm-opt");
    // Started through node, so that a system without executable bits in node_modules works too.
    Invocation::new("node", &[&script.to_string_lossy()], &config.root)
        .args(passes(artefact))
        .args(FEATURES)
        .args(["--strip-debug", "--strip-producers", LAYOUT])
        .args([input.to_string_lossy().as_ref(), "-o", output.to_string_lossy().as_ref()])
}

/// All that decides its result besides the input.
pub(crate) fn settings(artefact: Artefact) -> String {
    format!("{} {} {LAYOUT}", passes(artefact).join(" "), FEATURES.join(" "))
}
