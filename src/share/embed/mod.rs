//! A chunk of our own inside a picture file: put in, and found again.
//!
//! PNG, JPEG and WebP each have a place that other programs skip. Nothing of the picture is touched.

mod jpeg;
mod png;
mod webp;

use super::checksum::crc32;

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Our chunk.
    pub chunk: Vec<u8>,
    /// Checksum of everything else in the file.
    pub rest: u32,
}

/// Kinds of files, by their first bytes.
enum Kind {
    Png,
    Jpeg,
    Webp,
}

fn kind(file: &[u8]) -> Option<Kind> {
    if file.starts_with(png::SIGNATURE) {
        Some(Kind::Png)
    } else if file.starts_with(&[0xff, 0xd8]) {
        Some(Kind::Jpeg)
    } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        Some(Kind::Webp)
    } else {
        None
    }
}

/// Checksum of a file that our chunk is about to be put into. `None` for files that have no place for one.
#[must_use]
pub fn rest(file: &[u8]) -> Option<u32> {
    let found = found(file)?;
    found.chunk.is_empty().then(|| crc32(&found.rest))
}

/// The file with a chunk of ours in it. `None` for files that have no place for one, or have one already.
#[must_use]
pub fn put(file: &[u8], chunk: &[u8]) -> Option<Vec<u8>> {
    if !found(file)?.chunk.is_empty() {
        return None;
    }
    match kind(file)? {
        Kind::Png => png::put(file, chunk),
        Kind::Jpeg => jpeg::put(file, chunk),
        Kind::Webp => webp::put(file, chunk),
    }
}

/// Our chunk in a file; any bytes are safe. `None` when there is none, or not all of it.
#[must_use]
pub fn take(file: &[u8]) -> Option<Embedded> {
    let found = found(file)?;
    if found.chunk.is_empty() {
        return None;
    }
    Some(Embedded { chunk: found.chunk.concat(), rest: crc32(&found.rest) })
}

/// The pieces of our chunk, and all other pieces of a file.
#[derive(Default)]
struct Found<'a> {
    chunk: Vec<&'a [u8]>,
    rest: Vec<&'a [u8]>,
}

fn found(file: &[u8]) -> Option<Found<'_>> {
    match kind(file)? {
        Kind::Png => png::find(file),
        Kind::Jpeg => jpeg::find(file),
        Kind::Webp => webp::find(file),
    }
}
