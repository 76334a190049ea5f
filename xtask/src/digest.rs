//! SHA-256 of files and of lists of inputs: names for immutable files, stamps for skipped work.

use std::fs;
use std::path::Path;

use anyhow::Context;
use sha2::{Digest as _, Sha256};

/// The 64 hex digits of some bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The 64 hex digits of a file.
pub(crate) fn of_file(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Ok(of_bytes(&bytes))
}

/// The part of a digest that goes into a file name: 64 bits, ample for one site.
pub(crate) fn short(digest: &str) -> &str {
    &digest[..16]
}

/// A digest over several inputs, each framed by its length, so that no two lists run together.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds one input.
    pub(crate) fn add(mut self, input: impl AsRef<[u8]>) -> Self {
        let input = input.as_ref();
        self.0.update((input.len() as u64).to_le_bytes());
        self.0.update(input);
        self
    }

    /// The 64 hex digits of all inputs so far.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digest() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_bytes(b"abc"), expected);
        assert_eq!(short(expected), "ba7816bf8f01cfea");
    }

    #[test]
    fn inputs_do_not_run_together() {
        let one = Fingerprint::default().add("ab").add("c").finish();
        let two = Fingerprint::default().add("a").add("bc").finish();
        assert_ne!(one, two);
    }
}
