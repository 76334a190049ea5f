//! Builds, serves, exports and tests Lacuna; `cargo xtask help` lists the commands.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod bench;
mod browser;
mod build;
mod bundle;
mod codec;
mod config;
mod digest;
mod e2e;
mod export;
mod figure;
mod files;
mod flags;
mod fuzz;
mod minify;
mod models;
mod nginx;
mod npm;
mod places;
mod plan;
mod precompress;
mod runtime;
mod serve;
mod shorten;
mod size;
mod snip;
mod split;
mod steps;
mod test;
mod tidy;
mod tidy_rules;
mod wasm_opt;

use std::process::ExitCode;

use flags::Command;

fn main() -> ExitCode {
    match flags::parse(std::env::args_os().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let config = config::Config::load()?;
    match command {
        Command::Help => {
            println!("{}", flags::HELP);
            Ok(())
        }
        Command::Build => export::build_site(&config).map(drop),
        Command::Serve(options) => serve::serve(&config, &options),
        Command::Export(options) => export::export_command(&config, &options),
        Command::Manifest(command) => models::run(&config, &command),
        Command::Test(options) => test::test(&config, &options),
        Command::Tidy => tidy::tidy(&config),
        Command::Size => size::size(&config),
        Command::Fuzz { inputs } => fuzz::fuzz(&config, inputs),
        Command::Bench(options) => bench::bench(&config, &options),
        Command::Looks(filter) => e2e::looks(&config, filter.as_deref()),
    }
}
