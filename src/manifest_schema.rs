//! Holds the committed JSON Schema of manifests and the types together; built for tests alone.
//!
//! `cargo xtask manifest schema` writes the file anew.

use std::path::Path;

use crate::manifest::Manifest;

/// Set by the tool that writes the file.
const WRITE: &str = "LACUNA_WRITE_SCHEMA";

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let schema = schemars::schema_for!(Manifest);
    let mut want = serde_json::to_string_pretty(&schema).expect("plain data");
    want.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("model-manifest.schema.json");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &want).expect("a writable tree");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema is committed");
    assert!(committed == want, "run `cargo xtask manifest schema` and commit what it writes");
}
