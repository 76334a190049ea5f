//! The bytes of our own code that travel, compressed, against their budgets.

use anyhow::bail;

use crate::build::Built;
use crate::bundle::Bundle;
use crate::config::Config;
use crate::export;
use crate::files;
use crate::plan::Artefact;
use crate::precompress::{self, Encoding};

/// Brotli bytes of script and wasm together.
fn budget(artefact: Artefact) -> u64 {
    match artefact {
        // The goal is 220 000, with the page of a shared picture in it.
        Artefact::Page => 246_000,
        // The goal is 400 000.
        Artefact::Studio => 473_000,
        // Comes after the photo is open, with megabytes of ONNX Runtime beside it.
        Artefact::Runtime => 262_000,
    }
}

/// The sizes of one file: as it is, and compressed.
struct Row {
    name: String,
    raw: u64,
    brotli: u64,
    gzip: u64,
}

/// The `size` command.
pub(crate) fn size(config: &Config) -> anyhow::Result<()> {
    table(config, &export::build_site(config)?)
}

/// Prints the table and fails when a budget is exceeded.
pub(crate) fn table(config: &Config, built: &Built) -> anyhow::Result<()> {
    let mut over = Vec::new();
    println!("{:<34} {:>11} {:>11} {:>11} {:>11}", "", "raw", "gzip", "brotli", "budget");
    for bundle in built.bundles() {
        let rows = rows(config, bundle)?;
        let total = rows.iter().map(|row| row.brotli).sum::<u64>();
        let budget = budget(bundle.artefact);
        for row in &rows {
            print_row(row, "");
        }
        let sum = Row {
            name: format!("{} (all)", bundle.artefact.feature()),
            raw: rows.iter().map(|row| row.raw).sum(),
            gzip: rows.iter().map(|row| row.gzip).sum(),
            brotli: total,
        };
        print_row(&sum, &files::human(budget));
        if total > budget {
            over.push(format!(
                "{} has {}, {} over its budget",
                bundle.artefact.feature(),
                files::human(total),
                files::human(total - budget)
            ));
        }
    }
    let (codec, budget) = built.codec.transfer(config)?;
    let sizes = (files::human(codec), files::human(budget));
    println!(
        "{:<34} {:>11} {:>11} {:>11} {:>11}",
        "codec of links (all)", "", "", sizes.0, sizes.1
    );
    if !over.is_empty() {
        bail!("{}", over.join("; "));
    }
    Ok(())
}

fn rows(config: &Config, bundle: &Bundle) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for file in &bundle.files {
        let bytes = files::read(&files::below(&bundle.dir, file))?;
        let length = |encoding| -> anyhow::Result<u64> {
            let path = precompress::compressed(config, &bytes, encoding)?;
            Ok(std::fs::metadata(path)?.len())
        };
        rows.push(Row {
            name: format!("  {file}"),
            raw: bytes.len() as u64,
            brotli: length(Encoding::Brotli)?,
            gzip: length(Encoding::Gzip)?,
        });
    }
    Ok(rows)
}

fn print_row(row: &Row, budget: &str) {
    let [raw, gzip, brotli] = [row.raw, row.gzip, row.brotli].map(files::human);
    println!("{:<34} {raw:>11} {gzip:>11} {brotli:>11} {budget:>11}", row.name);
}
