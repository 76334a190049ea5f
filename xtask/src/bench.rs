//! The `bench` command: criterion on the pure modules. Times are printed, never asserted.

use crate::config::Config;
use crate::flags::BenchOptions;
use crate::plan::Invocation;

/// Runs the native benchmarks, all or those whose name holds the filter.
pub(crate) fn bench(config: &Config, options: &BenchOptions) -> anyhow::Result<()> {
    plan(config, options).run()
}

fn plan(config: &Config, options: &BenchOptions) -> Invocation {
    let plan = Invocation::new("cargo", &["bench", "--locked", "--benches"], &config.root);
    match &options.filter {
        Some(filter) => plan.args(["--", filter.as_str()]),
        None => plan,
    }
}
