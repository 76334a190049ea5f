//! The same syntheses native and as wasm: equal pictures, and how much slower wasm is.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::config::Config;
use crate::digest;
use crate::files;
use crate::plan::{Artefact, Invocation, WASM_TARGET};
use crate::wasm_opt;

/// How many cases the example has.
const CASES: usize = 5;

/// A small one, and the one in which the photo repeats itself.
const COMPARED: [usize; 2] = [0, 4];

/// Odd, so that the median is a measurement.
const ROUNDS: usize = 5;

/// One run of one case.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    milliseconds: f64,
    checksum: String,
}

/// Where the two forms of the example lie.
struct Programs {
    native: PathBuf,
    wasm: PathBuf,
}

/// A quick check that both forms make the same picture.
pub(crate) fn same_picture(config: &Config) -> anyhow::Result<()> {
    // `cargo test` has built the native example in this profile already.
    let programs = build(config, "dev", "debug")?;
    for case in COMPARED {
        let [native, wasm] = run_both(config, &programs, case)?;
        equal(case, &native, &wasm)?;
    }
    Ok(())
}

/// Prints medians of interleaved runs and their ratio. Different pictures are an error.
pub(crate) fn ratios(config: &Config, cases: &[usize]) -> anyhow::Result<()> {
    // The worker's own profile for both: the comparison is of machines, not of settings.
    let profile = Artefact::Studio.profile(config);
    let programs = build(config, profile, profile)?;
    println!("{:<38} {:>10} {:>10} {:>6}", "synthesis", "native", "wasm", "ratio");
    for &case in cases {
        let mut native = Vec::new();
        let mut wasm = Vec::new();
        for _ in 0..ROUNDS {
            let [one, other] = run_both(config, &programs, case)?;
            equal(case, &one, &other)?;
            native.push(one.milliseconds);
            wasm.push(other.milliseconds);
        }
        let [native, wasm] = [median(native), median(wasm)];
        let name = format!("case {case} of the example `figure`");
        println!("{name:<38} {native:>7.0} ms {wasm:>7.0} ms {:>6.2}", wasm / native);
    }
    Ok(())
}

/// All cases.
pub(crate) fn all_cases() -> Vec<usize> {
    (0..CASES).collect()
}

fn build(config: &Config, profile: &str, folder: &str) -> anyhow::Result<Programs> {
    let example = |name: &str, profile: &str| {
        let args = ["build", "--quiet", "--locked", "--example", name, "--profile", profile];
        Invocation::new("cargo", &args, &config.root)
    };
    example("figure", profile).run()?;
    let worker = Artefact::Studio.profile(config);
    example("figure_wasm", worker).args(["--target", WASM_TARGET]).run()?;
    let raw = config.target().join(WASM_TARGET).join(worker).join("examples/figure_wasm.wasm");
    let native = format!("examples/figure{}", std::env::consts::EXE_SUFFIX);
    Ok(Programs {
        native: config.target().join(folder).join(native),
        wasm: optimised(config, &raw)?,
    })
}

/// The module as the worker's would be: what is measured went through the same optimiser.
fn optimised(config: &Config, raw: &Path) -> anyhow::Result<PathBuf> {
    let digest = digest::of_file(raw)?;
    let folder = config.cache().join("figure");
    let wasm = folder.join(format!("{}.wasm", digest::short(&digest)));
    if !wasm.is_file() {
        files::remove_dir(&folder)?;
        std::fs::create_dir_all(&folder)?;
        wasm_opt::plan(config, Artefact::Studio, raw, &wasm).run()?;
    }
    Ok(wasm)
}

fn run_both(config: &Config, programs: &Programs, case: usize) -> anyhow::Result<[Run; 2]> {
    let case = case.to_string();
    let native = Invocation::new(programs.native.to_string_lossy(), &[&case], &config.root);
    let script = config.end2end().join("bench/figure.mjs");
    let args = [&*script.to_string_lossy(), &*programs.wasm.to_string_lossy(), &case];
    let wasm = Invocation::new("node", &args, &config.root);
    Ok([parse(&native.output()?)?, parse(&wasm.output()?)?])
}

fn parse(line: &str) -> anyhow::Result<Run> {
    let mut words = line.split_whitespace();
    let mut next = || words.next().with_context(|| format!("no measurement in `{line}`"));
    Ok(Run { milliseconds: next()?.parse()?, checksum: next()?.to_owned() })
}

fn equal(case: usize, native: &Run, wasm: &Run) -> anyhow::Result<()> {
    if native.checksum != wasm.checksum {
        bail!("case {case}: native makes {}, wasm makes {}", native.checksum, wasm.checksum);
    }
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_programs_print() -> anyhow::Result<()> {
        let run = parse("123.4 00c0ffee 512 window, 60x60 hole\n")?;
        assert_eq!(run, Run { milliseconds: 123.4, checksum: "00c0ffee".to_owned() });
        assert!(parse("").is_err());
        Ok(())
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![5.0, 1.0, 3.0]), 3.0);
    }
}
