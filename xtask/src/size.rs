//! The bytes of our own code that travel, compressed, against their budgets.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Sum;

use anyhow::{Context, bail};

use crate::build::Built;
use crate::bundle::Bundle;
use crate::config::Config;
use crate::export;
use crate::files;
use crate::plan::Artefact;
use crate::precompress::{self, Encoding};

/// Brotli bytes of script and wasm together that an artefact starts with, without the parts that come later.
fn budget(artefact: Artefact) -> u64 {
    match artefact {
        Artefact::Page => 200_000,
        Artefact::Studio => 360_000,
        // Comes after the photo is open, with megabytes of ONNX Runtime beside it.
        Artefact::Runtime => 262_000,
    }
}

/// What the page of a shared picture fetches: what every page starts with, and this part.
const SHARED: (&str, u64) = ("shared", 220_000);

/// The sizes of a file, or of several: as they are, and compressed.
#[derive(Clone, Copy, Default)]
struct Sizes {
    raw: u64,
    brotli: u64,
    gzip: u64,
}

impl Sum for Sizes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, it| Self {
            raw: sum.raw + it.raw,
            brotli: sum.brotli + it.brotli,
            gzip: sum.gzip + it.gzip,
        })
    }
}

/// The `size` command.
pub(crate) fn size(config: &Config) -> anyhow::Result<()> {
    table(config, &export::build_site(config)?)
}

/// Prints the table and fails when a budget is exceeded.
pub(crate) fn table(config: &Config, built: &Built) -> anyhow::Result<()> {
    let mut over_budget = Vec::new();
    println!("{:<34} {:>11} {:>11} {:>11} {:>11}", "", "raw", "gzip", "brotli", "budget");
    let mut check = |name: &str, sizes: &Sizes, budget: u64| {
        let over = sizes.brotli.checked_sub(budget).filter(|over| *over > 0);
        if let Some(bytes) = over {
            let (has, bytes) = (files::human(sizes.brotli), files::human(bytes));
            over_budget.push(format!("{name} has {has}, {bytes} over its budget"));
        }
        print_row(name, sizes, &files::human(budget));
    };
    for bundle in built.bundles() {
        let mut files = BTreeMap::new();
        for file in &bundle.files {
            let sizes = measured(config, bundle, file)?;
            print_row(&format!("  {file}"), &sizes, "");
            files.insert(file, sizes);
        }
        let on_demand: BTreeSet<&String> = bundle.parts.values().flatten().collect();
        let start = files.iter().filter(|(file, _)| !on_demand.contains(*file));
        let start: Sizes = start.map(|(_, sizes)| *sizes).sum();
        check(
            &format!("{} (all at once)", bundle.artefact.feature()),
            &start,
            budget(bundle.artefact),
        );
        if bundle.artefact == Artefact::Page {
            let part =
                bundle.parts.get(SHARED.0).context("the page has no part for shared pictures")?;
            let part: Sizes = part.iter().filter_map(|file| files.get(file)).copied().sum();
            check("a shared picture's page", &[start, part].into_iter().sum(), SHARED.1);
        }
    }
    let (codec, budget) = built.codec.transfer(config)?;
    let sizes = (files::human(codec), files::human(budget));
    println!(
        "{:<34} {:>11} {:>11} {:>11} {:>11}",
        "codec of links (all)", "", "", sizes.0, sizes.1
    );
    if !over_budget.is_empty() {
        bail!("{}", over_budget.join("; "));
    }
    Ok(())
}

fn measured(config: &Config, bundle: &Bundle, file: &str) -> anyhow::Result<Sizes> {
    let bytes = files::read(&files::below(&bundle.dir, file))?;
    let length = |encoding| -> anyhow::Result<u64> {
        let path = precompress::compressed(config, &bytes, encoding)?;
        Ok(std::fs::metadata(path)?.len())
    };
    Ok(Sizes {
        raw: bytes.len() as u64,
        brotli: length(Encoding::Brotli)?,
        gzip: length(Encoding::Gzip)?,
    })
}

fn print_row(name: &str, sizes: &Sizes, budget: &str) {
    let [raw, gzip, brotli] = [sizes.raw, sizes.gzip, sizes.brotli].map(files::human);
    println!("{name:<34} {raw:>11} {gzip:>11} {brotli:>11} {budget:>11}");
}
