//! The program that exports the pages as files and serves them; `cargo xtask` starts it.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lacuna::server::export::{Plan, export};
use lacuna::server::{check_manifest, serve};

const USAGE: &str = "usage: lacuna export PLAN.json | lacuna serve SITE ADDRESS [--or-free-port] \
                     | lacuna check-manifest FILE";

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", plan] => run_export(Path::new(plan)).await,
        ["check-manifest", manifest] => check_manifest(Path::new(manifest)).map_err(Into::into),
        ["serve", site, address] => run_serve(site, address, false).await,
        ["serve", site, address, "--or-free-port"] => run_serve(site, address, true).await,
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_export(plan: &Path) -> Result<(), Box<dyn Error>> {
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    Ok(export(&plan).await?)
}

async fn run_serve(site: &str, address: &str, or_free_port: bool) -> Result<(), Box<dyn Error>> {
    let address: SocketAddr = address.parse()?;
    let site = PathBuf::from(site);
    let listening = |address| eprintln!("Lacuna is at http://{address}/");
    Ok(serve(&site, address, or_free_port, listening).await?)
}
