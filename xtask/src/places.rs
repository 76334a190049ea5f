//! Takes out of a wasm file where on this machine its libraries were compiled from.
//!
//! Each place in a library that could stop the program names its file by a full path. Those are blanked: they are
//! nobody's business, they would make another file on every machine, and no compressor shrinks them to nothing. Our own
//! files go by short names and stay, as do lines and words.

use std::path::PathBuf;

/// Raised when other bytes come out of the same file.
pub(crate) const VERSION: &str = "1";

/// Where the compiler's own library says that it was compiled, before a digest of 40 digits.
const COMPILER: &str = "/rustc/";
const COMPILER_AFTER: usize = 40 + "/library/".len();
/// The end of every such path.
const END: &[u8] = b".rs";
/// No path is longer.
const LONGEST: usize = 300;

/// Blanks all paths of libraries.
pub(crate) fn blank(wasm: &mut [u8]) {
    if let Some(home) = cargo_home() {
        blank_after(wasm, &home.join("registry/src").to_string_lossy(), 1);
    }
    blank_after(wasm, COMPILER, COMPILER_AFTER);
}

fn cargo_home() -> Option<PathBuf> {
    let at_home = || std::env::home_dir().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(at_home)
}

/// Blanks what begins with `prefix`, goes on for `least` bytes at least, and ends as a path does.
fn blank_after(wasm: &mut [u8], prefix: &str, least: usize) {
    let prefix = prefix.as_bytes();
    let mut at = 0;
    while let Some(found) = position(&wasm[at..], prefix) {
        let start = at + found;
        at = start + prefix.len();
        let rest = &wasm[at..(at + LONGEST).min(wasm.len())];
        let Some(end) = rest.get(least..).and_then(|rest| position(rest, END)) else { continue };
        let path = &mut wasm[start..at + least + end + END.len()];
        if path.iter().all(|byte| byte.is_ascii_graphic()) {
            path.fill(b' ');
        }
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_libraries_go_and_all_else_stays() {
        let digest = "0123456789abcdef0123456789abcdef01234567";
        let paths = [
            "/home/me/.cargo/registry/src/index-1f/one-0.1.0/src/lib.rs".to_owned(),
            format!("/rustc/{digest}/library/core/src/str/mod.rs"),
        ];
        let text = ["before", &paths[0], "src/app/mod.rs", &paths[1], "after"].concat();
        let mut bytes = text.into_bytes();
        blank_after(&mut bytes, "/home/me/.cargo/registry/src", 1);
        blank_after(&mut bytes, COMPILER, COMPILER_AFTER);
        let blanks = paths.map(|path| " ".repeat(path.len()));
        let expected = ["before", &blanks[0], "src/app/mod.rs", &blanks[1], "after"].concat();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn what_only_begins_like_a_path_stays() {
        for text in [
            "/rustc/",
            "/rustc/\0\0.rs",
            "a /rustc/ b",
            &["/rustc/", &"x".repeat(400), ".rs"].concat(),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            blank_after(&mut bytes, COMPILER, 1);
            assert_eq!(bytes, text.as_bytes());
        }
    }
}
