//! The judge's hands: fills holes by the product's own code and by a crate that is its peer, and scores pictures.
//!
//! `judge.py` beside this crate calls it; people rarely do. Each command answers with lines of JSON on standard output.
#![expect(clippy::print_stdout, reason = "it answers on standard output")]
#![expect(clippy::disallowed_methods, reason = "a native program that reports its time")]

mod answer;
mod files;
mod fill;
mod score;
mod texture;

use anyhow::bail;

const HELP: &str = "\
usage: judge fill PHOTO MASK patch|swift|auto OUT [--seed N] [--strength S]
       judge texture-synthesis PHOTO MASK OUT
       judge score            lines `TRUTH<tab>FILL<tab>X<tab>Y<tab>WIDTH<tab>HEIGHT` on standard input";

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &words[..] {
        ["fill", photo, mask, route, out, options @ ..] => {
            fill::fill(photo, mask, route, out, &fill::options(options)?)
        }
        ["texture-synthesis", photo, mask, out] => texture::fill(photo, mask, out),
        ["score"] => score::score(),
        _ => bail!("{HELP}"),
    }
}
