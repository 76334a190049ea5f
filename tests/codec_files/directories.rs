//! TIFF data made by hand, in either byte order, and a reader of it that shares nothing with the one under test.

use std::collections::BTreeMap;

/// Kinds of values by their numbers in a file.
pub(crate) const BYTE: u16 = 1;
pub(crate) const ASCII: u16 = 2;
pub(crate) const SHORT: u16 = 3;
pub(crate) const LONG: u16 = 4;
pub(crate) const RATIONAL: u16 = 5;
pub(crate) const UNDEFINED: u16 = 7;
pub(crate) const SRATIONAL: u16 = 10;
pub(crate) const UTF8: u16 = 129;

/// One value: its tag, its kind and its words (bytes, shorts or longs; a fraction is two of these).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) tag: u16,
    pub(crate) kind: u16,
    pub(crate) words: Vec<u32>,
}

impl Value {
    pub(crate) fn new(tag: u16, kind: u16, words: &[u32]) -> Self {
        Self { tag, kind, words: words.to_vec() }
    }

    pub(crate) fn text(tag: u16, text: &str) -> Self {
        let words = text.bytes().chain([0]).map(u32::from).collect();
        Self { tag, kind: if text.is_ascii() { ASCII } else { UTF8 }, words }
    }

    pub(crate) fn bytes(tag: u16, kind: u16, bytes: &[u8]) -> Self {
        Self { tag, kind, words: bytes.iter().copied().map(u32::from).collect() }
    }
}

const fn word(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 | 129 => 1,
        3 | 8 => 2,
        _ => 4,
    }
}

const fn words_each(kind: u16) -> usize {
    if kind == 5 || kind == 10 { 2 } else { 1 }
}

/// TIFF data that grows at its end.
pub(crate) struct Builder {
    pub(crate) bytes: Vec<u8>,
    big_endian: bool,
}

impl Builder {
    pub(crate) fn new(big_endian: bool) -> Self {
        let start: &[u8] = if big_endian { b"MM\0*\0\0\0\0" } else { b"II*\0\0\0\0\0" };
        Self { bytes: start.to_vec(), big_endian }
    }

    fn put(&mut self, value: u32, size: usize) {
        if self.big_endian {
            self.bytes.extend(&value.to_be_bytes()[4 - size..]);
        } else {
            self.bytes.extend(&value.to_le_bytes()[..size]);
        }
    }

    /// Appends bytes as they are and says where.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> u32 {
        self.bytes.resize(self.bytes.len().next_multiple_of(2), 0);
        let at = self.bytes.len() as u32;
        self.bytes.extend(bytes);
        at
    }

    /// Appends a directory and says where.
    pub(crate) fn directory(&mut self, values: &[Value], next: u32) -> u32 {
        let mut values = values.to_vec();
        values.sort_by_key(|value| value.tag);
        let at = self.raw(&[]);
        let mut outside = at as usize + 6 + 12 * values.len();
        self.put(values.len() as u32, 2);
        let mut long = Vec::new();
        for value in &values {
            let size = word(value.kind);
            self.put(u32::from(value.tag), 2);
            self.put(u32::from(value.kind), 2);
            self.put((value.words.len() / words_each(value.kind)) as u32, 4);
            let length = size * value.words.len();
            if length <= 4 {
                for &word in &value.words {
                    self.put(word, size);
                }
                self.bytes.resize(self.bytes.len() + 4 - length, 0);
            } else {
                self.put(outside as u32, 4);
                outside += length;
                long.push(value.clone());
            }
        }
        self.put(next, 4);
        for value in &long {
            for &each in &value.words {
                self.put(each, word(value.kind));
            }
        }
        at
    }

    /// The data, with `first` as its first directory.
    pub(crate) fn finish(mut self, first: u32) -> Vec<u8> {
        let first = if self.big_endian { first.to_be_bytes() } else { first.to_le_bytes() };
        self.bytes[4..8].copy_from_slice(&first);
        self.bytes
    }
}

/// Everything that EXIF data says: values by directory (0 the first, 1 of EXIF, 2 of the place, 3 the one after the
/// first) and tag, without the links.
pub(crate) fn dump(exif: &[u8]) -> BTreeMap<(u8, u16), Value> {
    let big_endian = exif[0] == b'M';
    let get = |at: usize, size: usize| -> u32 {
        let bytes = exif[at..at + size].iter().map(|&b| u32::from(b));
        if big_endian {
            bytes.fold(0, |value, byte| value << 8 | byte)
        } else {
            bytes.rev().fold(0, |value, byte| value << 8 | byte)
        }
    };
    assert_eq!(get(2, 2), 42);
    let mut out = BTreeMap::new();
    let mut waiting = vec![(0u8, get(4, 4) as usize)];
    while let Some((group, at)) = waiting.pop() {
        let count = get(at, 2) as usize;
        let mut before = None;
        for entry in (0..count).map(|i| at + 2 + 12 * i) {
            let (tag, kind) = (get(entry, 2) as u16, get(entry + 2, 2) as u16);
            assert!(before < Some(tag), "tags are in order");
            before = Some(tag);
            let words = get(entry + 4, 4) as usize * words_each(kind);
            let size = word(kind);
            let from = if words * size <= 4 { entry + 8 } else { get(entry + 8, 4) as usize };
            match tag {
                0x8769 => waiting.push((1, get(entry + 8, 4) as usize)),
                0x8825 => waiting.push((2, get(entry + 8, 4) as usize)),
                _ => {
                    let words = (0..words).map(|i| get(from + i * size, size)).collect();
                    out.insert((group, tag), Value { tag, kind, words });
                }
            }
        }
        let next = get(at + 2 + 12 * count, 4) as usize;
        if next != 0 {
            assert_eq!(group, 0);
            waiting.push((3, next));
        }
    }
    out
}
