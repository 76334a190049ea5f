//! The `manifest` command: checks a list of models, pins files in it, cuts files into parts; and what an export makes
//! of such a list.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::digest;
use crate::files;
use crate::plan::{self, Invocation};

/// The list of models at the root of the repository.
pub(crate) const MANIFEST: &str = "model-manifest.json";

/// The largest part, in bytes: what the strictest static hosts take.
const PART: usize = 25 << 20;

/// Prints a file that lies anywhere on standard output; follows redirects as browsers do.
const FETCH: &str = "\
const response = await fetch(process.argv[1]);
if (!response.ok) {
  throw new Error(`status ${response.status}`);
}
for await (const chunk of response.body) {
  if (!process.stdout.write(chunk)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}";

/// What the `manifest` command does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ManifestCommand {
    /// Checks a list of models.
    Check(Option<PathBuf>),
    /// Downloads a file and writes its length and digest into the entry that names its address.
    Pin { url: String, manifest: Option<PathBuf> },
    /// Cuts a file into parts.
    Shard(PathBuf),
    /// Writes the schema of such lists.
    Schema,
}

/// Runs the command.
pub(crate) fn run(config: &Config, command: &ManifestCommand) -> anyhow::Result<()> {
    let ours = || config.root.join(MANIFEST);
    match command {
        ManifestCommand::Check(manifest) => {
            plan::cargo_server(config).run()?;
            check(config, &manifest.clone().unwrap_or_else(ours))
        }
        ManifestCommand::Pin { url, manifest } => {
            pin(config, url, &manifest.clone().unwrap_or_else(ours))
        }
        ManifestCommand::Shard(file) => shard(file, PART),
        ManifestCommand::Schema => {
            Invocation::new("cargo", &["test", "--quiet", "--lib", "manifest_schema"], &config.root)
                .env("LACUNA_WRITE_SCHEMA", "1")
                .run()
        }
    }
}

/// Lets the server binary read a manifest as strictly as the page does.
pub(crate) fn check(config: &Config, manifest: &Path) -> anyhow::Result<()> {
    let binary = config.server_binary();
    let args = ["check-manifest", &manifest.to_string_lossy()];
    Invocation::new(binary.to_string_lossy(), &args, &config.root).run()
}

fn pin(config: &Config, url: &str, manifest: &Path) -> anyhow::Result<()> {
    let text = files::read_text(manifest)?;
    let (bytes, sha256) = measure(config, url)?;
    let pinned = pinned(&text, url, bytes, &sha256)?;
    files::write_whole(manifest, pinned)?;
    println!("{url}: {} ({bytes} bytes), {sha256}", files::human(bytes));
    Ok(())
}

/// Length and digest of what lies at an address; no more than a chunk of it is held.
fn measure(config: &Config, url: &str) -> anyhow::Result<(u64, String)> {
    let args = ["--input-type=module", "-e", FETCH, url];
    let plan = Invocation::new("node", &args, &config.root);
    let mut child = plan
        .command()
        .stdout(Stdio::piped())
        .spawn()
        .context("Node is needed: https://nodejs.org")?;
    let mut stdout = child.stdout.take().context("its output is piped")?;
    let (mut hasher, mut bytes, mut held) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        let count = stdout.read(&mut held)?;
        if count == 0 {
            break;
        }
        hasher.update(&held[..count]);
        bytes += count as u64;
    }
    if !child.wait()?.success() {
        bail!("{url} did not come");
    }
    Ok((bytes, digest::hex(&hasher.finalize())))
}

/// The text of a manifest with length and digest of the entry that names `url`; nothing else of it changes.
fn pinned(text: &str, url: &str, bytes: u64, sha256: &str) -> anyhow::Result<String> {
    let at = text.find(&format!("\"{url}\"")).with_context(|| format!("no entry names {url}"))?;
    let (before, entry) = text.split_at(at);
    let end = entry.find('}').context("an entry without an end")?;
    let (entry, after) = entry.split_at(end);
    let entry = replaced(entry, "bytes", &bytes.to_string())?;
    let entry = replaced(&entry, "sha256", &format!("\"{sha256}\""))?;
    Ok([before, &entry, after].concat())
}

/// An entry with another value for one of its keys, which stand behind its addresses.
fn replaced(entry: &str, key: &str, value: &str) -> anyhow::Result<String> {
    let missing = || format!("`{key}` does not follow the address");
    let (before, rest) = entry.split_once(&format!("\"{key}\":")).with_context(missing)?;
    let old = rest.trim_start();
    let length = old.find([',', '\n', ' ']).unwrap_or(old.len());
    Ok(format!("{before}\"{key}\": {value}{}", &old[length..]))
}

/// Cuts a file into parts beside it and prints what the manifest says of them.
fn shard(file: &Path, part: usize) -> anyhow::Result<()> {
    let name = file.file_name().and_then(|name| name.to_str()).context("a file with a name")?;
    let mut reader =
        fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (mut whole, mut bytes, mut parts) = (Sha256::new(), 0, Vec::new());
    loop {
        let mut held = Vec::new();
        Read::by_ref(&mut reader).take(part as u64).read_to_end(&mut held)?;
        if held.is_empty() {
            break;
        }
        let called = format!("{name}.{:03}", parts.len());
        files::write_whole(&file.with_file_name(&called), &held)?;
        whole.update(&held);
        bytes += held.len() as u64;
        parts.push(json!({
            "urls": [format!("models/{called}")],
            "bytes": held.len(),
            "sha256": digest::of_bytes(&held),
        }));
    }
    let artifact = json!({
        "bytes": bytes,
        "sha256": digest::hex(&whole.finalize()),
        "parts": parts,
    });
    println!("{}", serde_json::to_string_pretty(&artifact)?);
    Ok(())
}

/// A manifest as a site serves it, with the hosts that its page must be allowed to speak to.
pub(crate) struct Served {
    pub(crate) text: String,
    pub(crate) connect_hosts: Vec<String>,
}

/// Reads a manifest for a site. Relative addresses of files that the site does not carry are read below `base_url`
/// where one is given.
pub(crate) fn served(
    text: &str,
    base_url: Option<&str>,
    carries: impl Fn(&str) -> bool,
) -> anyhow::Result<Served> {
    let mut manifest: Value = serde_json::from_str(text)?;
    let mut hosts = Vec::new();
    let mut moved = false;
    for model in manifest["models"].as_array_mut().into_iter().flatten() {
        if let Some(base_url) = base_url {
            let mut elsewhere = false;
            for graph in model["graphs"].as_array_mut().into_iter().flatten() {
                let artifact = &mut graph["artifact"];
                elsewhere |= move_urls(artifact, base_url, &carries);
                let parts = artifact.get_mut("parts").and_then(Value::as_array_mut);
                for part in parts.into_iter().flatten() {
                    elsewhere |= move_urls(part, base_url, &carries);
                }
            }
            if elsewhere {
                moved = true;
                let origin = Value::from(origin(base_url)?);
                let listed = model.as_object_mut().context("a model that is none")?;
                let listed = listed.entry("connect_hosts").or_insert_with(|| json!([]));
                let listed = listed.as_array_mut().context("`connect_hosts` is a list")?;
                if !listed.contains(&origin) {
                    listed.push(origin);
                }
            }
        }
        let listed = model["connect_hosts"].as_array().into_iter().flatten();
        hosts.extend(listed.filter_map(|host| host.as_str().map(str::to_owned)));
    }
    hosts.sort();
    hosts.dedup();
    // What nothing was done to is served to the letter.
    let text = if moved { serde_json::to_string_pretty(&manifest)? } else { text.to_owned() };
    Ok(Served { text, connect_hosts: hosts })
}

fn move_urls(file: &mut Value, base_url: &str, carries: &impl Fn(&str) -> bool) -> bool {
    let mut moved = false;
    // To look a field up by its name in brackets would write one where there is none.
    let urls = file.get_mut("urls").and_then(Value::as_array_mut);
    for url in urls.into_iter().flatten() {
        let relative = url.as_str().filter(|url| !url.contains("://") && !carries(url));
        if let Some(relative) = relative {
            *url = Value::from(format!("{}/{relative}", base_url.trim_end_matches('/')));
            moved = true;
        }
    }
    moved
}

fn origin(url: &str) -> anyhow::Result<String> {
    let (scheme, rest) = url.split_once("://").with_context(|| format!("{url} has no host"))?;
    let host = rest.split('/').next().unwrap_or_default();
    Ok(format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::*;

    const TEXT: &str = r#"{
  "version": 1,
  "models": [
    { "graphs": [ { "artifact": {
      "urls": ["URL"],
      "bytes": 0,
      "sha256": ""
    } } ] },
    { "graphs": [ { "artifact": { "urls": ["models/own.onnx"], "bytes": 7, "sha256": "x" } } ] }
  ]
}
"#;

    /// Answers two requests: a redirect, then the file.
    fn serve(body: Vec<u8>) -> anyhow::Result<(String, std::thread::JoinHandle<()>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = format!("http://{}", listener.local_addr()?);
        let thread = std::thread::spawn(move || {
            for answer in 0..2 {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                let head = match answer {
                    0 => "HTTP/1.1 302 Found\r\nlocation: /signed?x=1\r\ncontent-length: 0"
                        .to_owned(),
                    _ => format!("HTTP/1.1 200 OK\r\ncontent-length: {}", body.len()),
                };
                let _ = stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes());
                if answer == 1 {
                    let _ = stream.write_all(&body);
                }
            }
        });
        Ok((format!("{address}/model.onnx"), thread))
    }

    #[test]
    fn an_entry_is_pinned_by_downloading_it() -> anyhow::Result<()> {
        let body: Vec<u8> = (0..3_000_000_u32).map(|i| (i * 7) as u8).collect();
        let (url, server) = serve(body.clone())?;
        let dir = std::env::temp_dir().join(format!("lacuna-pin-{}", std::process::id()));
        let manifest = dir.join("manifest.json");
        files::write(&manifest, TEXT.replace("URL", &url))?;
        pin(&Config::load()?, &url, &manifest)?;
        assert!(server.join().is_ok());
        let text = files::read_text(&manifest)?;
        files::remove_dir(&dir)?;
        let want = TEXT
            .replace("URL", &url)
            .replace("\"bytes\": 0", "\"bytes\": 3000000")
            .replace("\"sha256\": \"\"", &format!("\"sha256\": \"{}\"", digest::of_bytes(&body)));
        assert_eq!(text, want);
        Ok(())
    }

    #[test]
    fn an_address_that_no_entry_names_is_an_error() {
        assert!(pinned(TEXT, "https://example.org/other", 1, "x").is_err());
    }

    #[test]
    fn parts_join_to_the_file() -> anyhow::Result<()> {
        let dir = std::env::temp_dir().join(format!("lacuna-shard-{}", std::process::id()));
        let body: Vec<u8> = (0..2_500_u32).map(|i| i as u8).collect();
        let file = dir.join("model.onnx");
        files::write(&file, &body)?;
        shard(&file, 1_000)?;
        let mut joined = Vec::new();
        for (index, length) in [1_000, 1_000, 500].into_iter().enumerate() {
            let part = files::read(&dir.join(format!("model.onnx.{index:03}")))?;
            assert_eq!(part.len(), length);
            joined.extend(part);
        }
        files::remove_dir(&dir)?;
        assert_eq!(joined, body);
        Ok(())
    }

    #[test]
    fn a_base_address_takes_what_the_site_does_not_carry() -> anyhow::Result<()> {
        let text = TEXT.replace("URL", "models/large.onnx");
        let carries = |url: &str| url == "models/own.onnx";
        let same = served(&text, None, carries)?;
        assert_eq!((same.text.as_str(), same.connect_hosts.len()), (text.as_str(), 0));
        let moved = served(&text, Some("https://models.example.org/lacuna/"), carries)?;
        assert_eq!(moved.connect_hosts, ["https://models.example.org"]);
        assert!(moved.text.contains("\"https://models.example.org/lacuna/models/large.onnx\""));
        assert!(moved.text.contains("\"models/own.onnx\""));
        // Nothing is written into an entry that is not read by it.
        assert!(!moved.text.contains("null"), "{}", moved.text);
        Ok(())
    }
}
