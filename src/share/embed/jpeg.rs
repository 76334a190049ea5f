//! In a JPEG: application segments with a name of ours, as many as the chunk needs, after those of others.

use super::Found;

/// APP9.
const MARKER: u8 = 0xe9;
const NAME: &[u8; 7] = b"LACUNA\0";
/// Name, number of the segment and number of all, two bytes each.
const HEAD: usize = NAME.len() + 4;
/// The most of a chunk that goes into a segment, whose length of two bytes counts itself.
const PIECE: usize = 65_535 - 2 - HEAD;

pub(super) fn find(file: &[u8]) -> Option<Found<'_>> {
    let mut found = Found::default();
    let mut at = 2;
    found.rest.push(file.get(..at)?);
    let mut expected = None;
    while let Some(segment) = application(file, at) {
        let data = &segment[4..];
        if segment[1] == MARKER && data.starts_with(NAME) && data.len() >= HEAD {
            let number = |at: usize| u16::from_be_bytes([data[at], data[at + 1]]);
            let (index, count) = (number(NAME.len()), number(NAME.len() + 2));
            let in_order = usize::from(index) == found.chunk.len();
            if !in_order || expected.is_some_and(|expected| expected != count) {
                return None;
            }
            expected = Some(count);
            found.chunk.push(&data[HEAD..]);
        } else {
            found.rest.push(segment);
        }
        at += segment.len();
    }
    found.rest.push(file.get(at..)?);
    let whole = expected.is_none_or(|expected| usize::from(expected) == found.chunk.len());
    whole.then_some(found)
}

pub(super) fn put(file: &[u8], chunk: &[u8]) -> Option<Vec<u8>> {
    let count = u16::try_from(chunk.len().div_ceil(PIECE)).ok()?;
    let mut at = 2;
    while let Some(segment) = application(file, at) {
        at += segment.len();
    }
    let mut out = Vec::with_capacity(file.len() + chunk.len() + usize::from(count) * (HEAD + 4));
    out.extend_from_slice(file.get(..at)?);
    for (index, piece) in chunk.chunks(PIECE).enumerate() {
        out.extend_from_slice(&[0xff, MARKER]);
        out.extend_from_slice(&((piece.len() + HEAD + 2) as u16).to_be_bytes());
        out.extend_from_slice(NAME);
        out.extend_from_slice(&(index as u16).to_be_bytes());
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(piece);
    }
    out.extend_from_slice(&file[at..]);
    Some(out)
}

/// The application segment or comment that begins at `at`: marker, length and data.
fn application(file: &[u8], at: usize) -> Option<&[u8]> {
    let head = file.get(at..at + 4)?;
    if head[0] != 0xff || !matches!(head[1], 0xe0..=0xef | 0xfe) {
        return None;
    }
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if length < 2 {
        return None;
    }
    file.get(at..at + 2 + length)
}
