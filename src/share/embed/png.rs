//! In a PNG: an ancillary, private chunk that is not safe to copy into a changed picture, before the end.

use super::{Found, crc32};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

const NAME: &[u8; 4] = b"laCN";

/// Length, name and checksum around a chunk's data.
const AROUND: usize = 12;

pub(super) fn find(file: &[u8]) -> Option<Found<'_>> {
    let mut found = Found::default();
    found.rest.push(file.get(..SIGNATURE.len())?);
    let mut at = SIGNATURE.len();
    while let Some(head) = file.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let whole = file.get(at..at.checked_add(length)?.checked_add(AROUND)?)?;
        if &head[4..] == NAME {
            if !found.chunk.is_empty() {
                return None;
            }
            found.chunk.push(&whole[8..8 + length]);
        } else {
            found.rest.push(whole);
        }
        at += whole.len();
        if &head[4..] == b"IEND" {
            return Some(found);
        }
    }
    None
}

pub(super) fn put(file: &[u8], chunk: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(chunk.len()).ok().filter(|&length| length < 1 << 31)?;
    let end = end(file)?;
    let mut out = Vec::with_capacity(file.len() + chunk.len() + AROUND);
    out.extend_from_slice(&file[..end]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(NAME);
    out.extend_from_slice(chunk);
    out.extend_from_slice(&crc32(&[NAME, chunk]).to_be_bytes());
    out.extend_from_slice(&file[end..]);
    Some(out)
}

/// Where the last chunk begins.
fn end(file: &[u8]) -> Option<usize> {
    let rest = find(file)?.rest;
    let before: usize = rest[..rest.len() - 1].iter().map(|piece| piece.len()).sum();
    Some(before)
}
