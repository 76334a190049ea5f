//! Walks over the directories of TIFF data, of which EXIF data is one kind, without copying and without trust.
//!
//! A value is a slice of the file or it is not there; no number in the file decides how much memory is taken. Links
//! from one directory to the next are handed out and never followed, so that a circle of them costs nothing.

/// TIFF data: TIFF 6.0 (1992), section 2.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

/// One directory.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Directory<'a> {
    tiff: Tiff<'a>,
    /// Where its first entry is.
    start: usize,
    /// Entries that are there in full, twelve bytes each.
    entries: usize,
    /// Where the next directory is said to be.
    pub(in super::super) next: Option<u32>,
}

/// A value that lies inside the file as a whole.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Entry<'a> {
    /// What it is.
    pub(in super::super) tag: u16,
    /// What its parts are.
    pub(in super::super) kind: Kind,
    /// How many parts it has.
    pub(in super::super) count: u32,
    /// The parts in the byte order of the file.
    pub(in super::super) data: &'a [u8],
    big_endian: bool,
}

/// What the parts of a value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Kind {
    Byte,
    Ascii,
    Short,
    Long,
    Rational,
    SignedByte,
    Undefined,
    SignedShort,
    SignedLong,
    SignedRational,
    Float,
    Double,
    /// Text, since EXIF 3.0.
    Utf8,
}

impl Kind {
    /// Every kind with its number in a file.
    const ALL: [(u16, Self); 13] = [
        (1, Self::Byte),
        (2, Self::Ascii),
        (3, Self::Short),
        (4, Self::Long),
        (5, Self::Rational),
        (6, Self::SignedByte),
        (7, Self::Undefined),
        (8, Self::SignedShort),
        (9, Self::SignedLong),
        (10, Self::SignedRational),
        (11, Self::Float),
        (12, Self::Double),
        (129, Self::Utf8),
    ];

    fn of(number: u16) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == number).map(|(_, kind)| *kind)
    }

    /// Its number in a file.
    pub(super) fn number(self) -> u16 {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or(0, |(n, _)| *n)
    }

    /// Bytes that are read as one number; a rational is two of them.
    const fn word(self) -> usize {
        match self {
            Self::Byte | Self::Ascii | Self::SignedByte | Self::Undefined | Self::Utf8 => 1,
            Self::Short | Self::SignedShort => 2,
            Self::Long | Self::Rational | Self::SignedLong | Self::SignedRational | Self::Float => {
                4
            }
            Self::Double => 8,
        }
    }

    /// Bytes of one part.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::Rational | Self::SignedRational => 8,
            other => other.word(),
        }
    }
}

impl<'a> Tiff<'a> {
    /// Recognises TIFF data, with or without the name that stands before it in some containers.
    pub(in super::super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    /// The first directory.
    pub(in super::super) fn first(self) -> Option<Directory<'a>> {
        self.directory(self.long(4)?)
    }

    /// The directory at an offset from the start of the data.
    pub(in super::super) fn directory(self, at: u32) -> Option<Directory<'a>> {
        let at = usize::try_from(at).ok()?;
        let said = usize::from(self.short(at)?);
        let start = at + 2;
        let there = self.bytes.len().saturating_sub(start) / 12;
        let entries = said.min(there);
        let next = self.long(start + 12 * said).filter(|&next| next != 0);
        Some(Directory { tiff: self, start, entries, next })
    }

    fn short(self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

impl<'a> Directory<'a> {
    /// All values, in the order of the file.
    pub(in super::super) fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        let (tiff, start) = (self.tiff, self.start);
        (0..self.entries).filter_map(move |i| entry(tiff, start + 12 * i))
    }

    /// The first value with a tag.
    pub(in super::super) fn find(&self, tag: u16) -> Option<Entry<'a>> {
        self.entries().find(|entry| entry.tag == tag)
    }

    /// The first whole number of the first value with a tag.
    pub(in super::super) fn number(&self, tag: u16) -> Option<u32> {
        self.find(tag)?.numbers().next()
    }

    /// The directory that the value of a tag points to.
    pub(super) fn linked(&self, tag: u16) -> Option<Directory<'a>> {
        self.tiff.directory(self.number(tag)?)
    }
}

fn entry(tiff: Tiff<'_>, at: usize) -> Option<Entry<'_>> {
    let kind = Kind::of(tiff.short(at + 2)?)?;
    let count = tiff.long(at + 4)?;
    let length = usize::try_from(count).ok()?.checked_mul(kind.size())?;
    // Four bytes fit into the entry itself.
    let from = if length <= 4 { at + 8 } else { usize::try_from(tiff.long(at + 8)?).ok()? };
    let data = tiff.bytes.get(from..from.checked_add(length)?)?;
    Some(Entry { tag: tiff.short(at)?, kind, count, data, big_endian: tiff.big_endian })
}

impl<'a> Entry<'a> {
    /// The parts as whole numbers; nothing when they are of another kind.
    pub(in super::super) fn numbers(self) -> impl Iterator<Item = u32> + 'a {
        let size = match self.kind {
            Kind::Byte | Kind::Short | Kind::Long => self.kind.size(),
            _ => usize::MAX,
        };
        self.data.chunks_exact(size).map(move |part| {
            let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
            if self.big_endian { part.iter().fold(0, add) } else { part.iter().rev().fold(0, add) }
        })
    }

    /// The parts, each with its least significant byte first.
    pub(super) fn little_endian(self) -> Vec<u8> {
        let mut data = self.data.to_vec();
        if self.big_endian {
            data.chunks_exact_mut(self.kind.word()).for_each(<[u8]>::reverse);
        }
        data
    }
}
