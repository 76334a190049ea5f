//! The `serve` command: builds what changed and hands over to the server binary.

use std::net::{IpAddr, SocketAddr};

use anyhow::Context;

use crate::config::Config;
use crate::export;
use crate::flags::ServeOptions;
use crate::plan::Invocation;

/// Serves the site until interrupted.
pub(crate) fn serve(config: &Config, options: &ServeOptions) -> anyhow::Result<()> {
    let plan = plan(config, options)?;
    export::build_site(config)?;
    replace_by(&plan)
}

/// The server's command line. Only a port that nobody asked for may be replaced by a free one.
pub(crate) fn plan(config: &Config, options: &ServeOptions) -> anyhow::Result<Invocation> {
    let host = match &options.host {
        Some(host) if host == "localhost" => config.site_addr.ip(),
        Some(host) => host
            .parse::<IpAddr>()
            .with_context(|| format!("--host `{host}` is not an IP address"))?,
        None => config.site_addr.ip(),
    };
    let address = SocketAddr::new(host, options.port.unwrap_or(config.site_addr.port()));
    let site = config.site_root.to_string_lossy();
    let binary = config.server_binary();
    let args = ["serve", site.as_ref(), &address.to_string()];
    let plan = Invocation::new(binary.to_string_lossy(), &args, &config.root);
    Ok(if options.port.is_none() { plan.args(["--or-free-port"]) } else { plan })
}

#[cfg(unix)]
fn replace_by(plan: &Invocation) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;

    // The server takes this process's place, so that a signal reaches it and nothing is left over.
    let error = plan.command().exec();
    Err(error).with_context(|| format!("cannot start `{plan}`"))
}

#[cfg(not(unix))]
fn replace_by(plan: &Invocation) -> anyhow::Result<()> {
    plan.run()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn line(host: Option<&str>, port: Option<u16>) -> anyhow::Result<String> {
        let config = Config {
            root: PathBuf::from("/x"),
            output_name: "lacuna".to_owned(),
            site_root: PathBuf::from("/x/target/site"),
            pkg_dir: "pkg".to_owned(),
            site_addr: ([127, 0, 0, 1], 3000).into(),
            quick: false,
        };
        let options = ServeOptions { host: host.map(str::to_owned), port };
        Ok(plan(&config, &options)?.args[1..].join(" "))
    }

    #[test]
    fn a_default_port_may_be_replaced() -> anyhow::Result<()> {
        assert_eq!(line(None, None)?, "/x/target/site 127.0.0.1:3000 --or-free-port");
        Ok(())
    }

    #[test]
    fn a_port_asked_for_is_kept() -> anyhow::Result<()> {
        assert_eq!(line(None, Some(81))?, "/x/target/site 127.0.0.1:81");
        assert_eq!(line(Some("::1"), Some(81))?, "/x/target/site [::1]:81");
        assert!(line(Some("example"), None).is_err());
        Ok(())
    }
}
