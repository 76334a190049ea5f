//! The `bench` command: criterion on the pure modules, synthesis native against wasm, and whole
//! erases in the browser. Times are printed, never asserted.

use crate::config::Config;
use crate::e2e;
use crate::export;
use crate::figure;
use crate::files;
use crate::flags::BenchOptions;
use crate::npm;
use crate::plan::Invocation;

/// Runs all benchmarks, or the one group that is named; the group `native` takes a filter.
pub(crate) fn bench(config: &Config, options: &BenchOptions) -> anyhow::Result<()> {
    let wanted = |group: &str| options.group.as_deref().is_none_or(|named| named == group);
    npm::install(config)?;
    // Without benches cargo would measure nothing at length.
    if wanted("native") && !files::list(&config.root.join("benches"))?.is_empty() {
        native(config, options.filter.as_deref()).run()?;
    }
    if wanted("wasm") {
        figure::ratios(config, &figure::all_cases())?;
    }
    if wanted("browser") {
        let built = export::build_site(config)?;
        e2e::bench(config, &built, options.filter.as_deref())?;
    }
    Ok(())
}

fn native(config: &Config, filter: Option<&str>) -> Invocation {
    let plan = Invocation::new("cargo", &["bench", "--locked", "--benches"], &config.root);
    match filter {
        Some(filter) => plan.args(["--", filter]),
        None => plan,
    }
}
