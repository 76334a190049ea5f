//! Playwright against the built server: what it needs to know goes in by the environment.

use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use crate::browser;
use crate::build::Built;
use crate::config::Config;
use crate::export;
use crate::files;
use crate::nginx;
use crate::npm;
use crate::plan::Invocation;
use crate::steps::Tally;

/// A second site is written below this path, to prove that nothing assumes the root.
const SUB_PATH: &str = "/sub/path/";

/// Runs the browser tests and counts them.
pub(crate) fn run(config: &Config, built: &Built, grep: Option<&str>) -> anyhow::Result<Tally> {
    counted(config, plan(config, &prepare(config, built)?, grep))
}

/// Runs the cases for the other browsers and counts them.
pub(crate) fn other_browsers(
    config: &Config,
    built: &Built,
    grep: Option<&str>,
) -> anyhow::Result<Tally> {
    let mut plan = plan(config, &prepare(config, built)?, grep)
        .args(["--config=playwright.browsers.config.ts"]);
    for (variable, program) in browser::others(&config.root)? {
        plan = plan.env(variable, program.to_string_lossy());
    }
    counted(config, plan)
}

fn counted(config: &Config, plan: Invocation) -> anyhow::Result<Tally> {
    let report = config.cache().join("e2e.json");
    // A report of an earlier run must not be counted if this one dies early.
    files::remove_file(&report)?;
    let plan = plan
        .args(["--reporter=list,json"])
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", report.to_string_lossy());
    let outcome = plan.run();
    let counted = files::read_text(&report).and_then(|text| tally(&text));
    match (outcome, counted) {
        (_, Ok(tally)) if tally.failed > 0 => Ok(tally),
        (Ok(()), counted) => counted,
        // It failed without a failed test: a server that did not start, a file that did not parse.
        (Err(error), _) => Err(error),
    }
}

/// Runs the measurements in the browser, one after the other.
pub(crate) fn bench(config: &Config, built: &Built, grep: Option<&str>) -> anyhow::Result<()> {
    plan(config, &prepare(config, built)?, grep)
        .args(["--config=playwright.bench.config.ts", "--project=chromium", "--reporter=list"])
        .run()
}

/// Takes pictures of every state, for people to look at.
pub(crate) fn looks(config: &Config, grep: Option<&str>) -> anyhow::Result<()> {
    npm::install(config)?;
    let built = export::build_site(config)?;
    let shown = config.target().join("looks");
    plan(config, &prepare(config, &built)?, grep)
        .args(["--config=playwright.looks.config.ts", "--project=chromium", "--reporter=list"])
        .env("LACUNA_LOOKS", shown.to_string_lossy())
        .run()
}

/// What the tests run against.
struct Stage {
    chromium: PathBuf,
    xtask: PathBuf,
    sub_site: PathBuf,
    port: u16,
    nginx: PathBuf,
    /// A site with a store for full-size links, and where nginx is to stand for it.
    store_site: PathBuf,
    store_port: u16,
}

fn prepare(config: &Config, built: &Built) -> anyhow::Result<Stage> {
    let chromium = browser::chromium(&config.root)?;
    let sub_site = config.cache().join("sub-site");
    export::write_below(config, built, SUB_PATH, &sub_site, None)?;
    let nginx = nginx::nginx(&config.root)?;
    let (store_site, store_port) = (config.cache().join("store-site"), free_port()?);
    let store = config.cache().join("store.json");
    files::write(&store, store_description(store_port).to_string())?;
    export::write_below(config, built, "/", &store_site, Some(&store))?;
    let xtask = std::env::current_exe()?;
    Ok(Stage { chromium, xtask, sub_site, port: free_port()?, nginx, store_site, store_port })
}

fn plan(config: &Config, stage: &Stage, grep: Option<&str>) -> Invocation {
    let dir = config.end2end();
    let script = dir.join("node_modules/@playwright/test/cli.js");
    let plan = Invocation::new("node", &[&script.to_string_lossy(), "test"], &dir)
        .env("LACUNA_CHROMIUM", stage.chromium.to_string_lossy())
        .env("LACUNA_SERVER", config.server_binary().to_string_lossy())
        .env("LACUNA_XTASK", stage.xtask.to_string_lossy())
        .env("LACUNA_SITE", config.site_root.to_string_lossy())
        .env("LACUNA_SUB_SITE", stage.sub_site.to_string_lossy())
        .env("LACUNA_SUB_PATH", SUB_PATH)
        .env("LACUNA_PORT", stage.port.to_string())
        .env("LACUNA_NGINX", stage.nginx.to_string_lossy())
        .env("LACUNA_STORE_SITE", stage.store_site.to_string_lossy())
        .env("LACUNA_STORE_PORT", stage.store_port.to_string());
    match grep {
        Some(grep) => plan.args(["--grep", grep]),
        None => plan,
    }
}

/// What an operator would say of the store.
fn store_description(port: u16) -> Value {
    let address = format!("http://127.0.0.1:{port}/o/{{id}}");
    json!({
        "put": address,
        "get": address,
        "delete": address,
        "headers": { "X-Store": "lacuna" },
        "retention_days": 30,
    })
}

/// A port that was free a moment ago.
fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Reads the counts of Playwright's JSON report. A test that passed only when repeated is a
/// failure: it hides something.
fn tally(report: &str) -> anyhow::Result<Tally> {
    let report: Value = serde_json::from_str(report)?;
    let count = |key: &str| {
        report["stats"][key].as_u64().with_context(|| format!("the report has no `stats.{key}`"))
    };
    Ok(Tally { passed: count("expected")?, failed: count("unexpected")? + count("flaky")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_report() -> anyhow::Result<()> {
        let report = r#"{"stats":{"expected":7,"unexpected":1,"flaky":1,"skipped":2}}"#;
        assert_eq!(tally(report)?, Tally { passed: 7, failed: 2 });
        assert!(tally("{}").is_err());
        Ok(())
    }
}
