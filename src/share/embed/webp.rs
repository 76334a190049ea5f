//! In a WebP: a chunk with a name of ours at the end, which only the extended form of the container has room for.

use super::Found;

const NAME: &[u8; 4] = b"LACN";
/// "RIFF", the length of the rest, "WEBP".
const START: usize = 12;

pub(super) fn find(file: &[u8]) -> Option<Found<'_>> {
    let mut found = Found::default();
    for chunk in Chunks::of(file) {
        let (name, whole, data) = chunk?;
        if name == NAME {
            if !found.chunk.is_empty() {
                return None;
            }
            found.chunk.push(data);
        } else if name != b"VP8X" {
            // The header of the extended form comes along with our chunk where there was none.
            found.rest.push(whole);
        }
    }
    (!found.rest.is_empty()).then_some(found)
}

pub(super) fn put(file: &[u8], chunk: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(chunk.len()).ok()?;
    let (first, _, picture) = Chunks::of(file).next()??;
    let mut out = Vec::with_capacity(file.len() + chunk.len() + 64);
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    if first != b"VP8X" {
        out.extend_from_slice(b"VP8X\x0a\0\0\0");
        out.extend_from_slice(&extended_header(first, picture)?);
    }
    for other in Chunks::of(file) {
        out.extend_from_slice(other?.1);
    }
    out.extend_from_slice(NAME);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(chunk);
    if chunk.len() % 2 == 1 {
        out.push(0);
    }
    let rest = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&rest.to_le_bytes());
    Some(out)
}

/// Flags and sides for a picture of the simple form: whether it has alpha, and width and height less one.
fn extended_header(name: &[u8], picture: &[u8]) -> Option<[u8; 10]> {
    let (width, height, alpha) = match name {
        b"VP8L" => {
            let head: [u8; 5] = picture.get(..5)?.try_into().ok()?;
            let bits = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
            (bits & 0x3fff, bits >> 14 & 0x3fff, bits >> 28 & 1 == 1)
        }
        b"VP8 " => {
            let head: [u8; 4] = picture.get(6..10)?.try_into().ok()?;
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            let (width, height) = (side(head[0], head[1]), side(head[2], head[3]));
            (width.checked_sub(1)?, height.checked_sub(1)?, false)
        }
        _ => return None,
    };
    let mut header = [0; 10];
    header[0] = if alpha { 0x10 } else { 0 };
    header[4..7].copy_from_slice(&width.to_le_bytes()[..3]);
    header[7..].copy_from_slice(&height.to_le_bytes()[..3]);
    Some(header)
}

/// Name, the chunk with its name, length and padding, and its data; `None` in the place of one that is cut.
struct Chunks<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    fn of(file: &'a [u8]) -> Self {
        let said = file.get(4..8).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let end = (said as usize).saturating_add(8).min(file.len());
        Self { file: &file[..end], at: START }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Option<(&'a [u8], &'a [u8], &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.file.get(self.at..self.at + 8)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let start = self.at + 8;
        let cut = || start.checked_add(length).and_then(|end| self.file.get(start..end));
        let Some(data) = cut() else {
            self.at = self.file.len();
            return Some(None);
        };
        let end = (start + length + length % 2).min(self.file.len());
        let whole = &self.file[self.at..end];
        self.at = end;
        Some(Some((&head[..4], whole, data)))
    }
}
