//! Runs the steps of `test` one after the other and counts what passed.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::plan::Invocation;

/// How many checks passed and how many failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// A step that is one check.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0 };

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The steps so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    total: Tally,
}

impl Steps {
    /// Runs a step and prints a line on how it went. An error counts as one failure, unless the
    /// step has counted its own; the steps after it still run, so one run shows all that is wrong.
    pub(crate) fn step(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<Tally>) {
        println!("== {name}");
        #[expect(clippy::disallowed_methods, reason = "this tool is native and prints the time")]
        let start = Instant::now();
        let outcome = run();
        let seconds = start.elapsed().as_secs_f32();
        let (tally, word) = match outcome {
            Ok(tally) if tally.failed == 0 => (tally, "ok"),
            Ok(tally) => (tally, "FAILED"),
            Err(error) => {
                println!("{error:#}");
                (Tally { passed: 0, failed: 1 }, "FAILED")
            }
        };
        println!("== {name}: {word} ({seconds:.1} s)");
        self.total.add(tally);
    }

    /// Records a step that could not run because another one failed.
    pub(crate) fn skipped(&mut self, name: &str) {
        println!("== {name}: not run");
        self.total.failed += 1;
    }

    /// Says that a step is left out on this machine, and why.
    pub(crate) fn left_out(&self, name: &str, reason: &str) {
        println!("== {name}: left out: {reason}");
    }

    /// Prints the last line; an error when anything failed.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Tally { passed, failed } = self.total;
        println!("{passed} passed, {failed} failed");
        if failed > 0 {
            bail!("not everything holds");
        }
        Ok(())
    }
}

/// A command that is one check.
pub(crate) fn check(plan: &Invocation) -> anyhow::Result<Tally> {
    plan.run().map(|()| Tally::ONE)
}

/// `cargo test`: what it prints is shown, and its result lines are counted.
pub(crate) fn cargo_test(plan: &Invocation) -> anyhow::Result<Tally> {
    let mut child = plan
        .command()
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{plan}`"))?;
    let stdout = child.stdout.take().context("its output is piped")?;
    let mut tally = Tally::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if let Some(found) = result_line(&line) {
            tally.add(found);
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        // It did not compile, or it died without a result line.
        bail!("`{plan}` ended with {status}");
    }
    Ok(tally)
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn result_line(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| -> Option<u64> {
        counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_result_lines() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.30s";
        assert_eq!(result_line(line), Some(Tally { passed: 12, failed: 0 }));
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(result_line(line), Some(Tally { passed: 3, failed: 2 }));
        assert_eq!(result_line("test raster::ok ... ok"), None);
    }

    #[test]
    fn a_failed_step_does_not_stop_the_others() {
        let mut steps = Steps::default();
        steps.step("good", || Ok(Tally::ONE));
        steps.step("bad", || bail!("no"));
        steps.step("after", || Ok(Tally { passed: 5, failed: 0 }));
        assert_eq!(steps.total, Tally { passed: 6, failed: 1 });
        assert!(steps.finish().is_err());
    }
}
