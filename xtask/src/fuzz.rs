//! The `fuzz` command: the property tests of everything that strangers can send, with many more inputs.

use crate::config::Config;
use crate::plan::Invocation;

/// Runs each reader's test with so many inputs; what was found is printed by the test.
pub(crate) fn fuzz(config: &Config, inputs: u64) -> anyhow::Result<()> {
    plan(config, inputs).run()
}

fn plan(config: &Config, inputs: u64) -> Invocation {
    let args = ["test", "--locked", "--test", "share_hostile"];
    Invocation::new("cargo", &args, &config.root).env("LACUNA_FUZZ_INPUTS", inputs.to_string())
}
