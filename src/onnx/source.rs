//! A file that is too large to hold, read where it is needed.

use std::ops::Range;

use super::error::OnnxError;

/// Bytes read ahead: node lists are read in few pieces, and little is wasted next to weights that are skipped.
const AHEAD: u64 = 16 << 10;

/// Random access to the bytes of a file.
pub trait ReadAt {
    /// Length of the file in bytes.
    fn length(&self) -> u64;

    /// Fills `buffer` with the bytes from `offset` on. It is asked for bytes inside the file alone.
    ///
    /// # Errors
    /// What went wrong, in words, when not all of them can be had.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String>;
}

impl ReadAt for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        let from = usize::try_from(offset).ok();
        let found = from.and_then(|from| self.get(from..from.checked_add(buffer.len())?));
        buffer.copy_from_slice(found.ok_or("beyond the end")?);
        Ok(())
    }
}

/// A window that slides over a file, and an account of what was kept of it.
pub(super) struct Window<'a> {
    file: &'a mut dyn ReadAt,
    length: u64,
    start: u64,
    held: Vec<u8>,
    /// Bytes that may still be kept.
    left: u64,
    most: u64,
}

impl<'a> Window<'a> {
    /// Looks at a file of which at most `most` bytes may be kept.
    pub(super) fn new(file: &'a mut dyn ReadAt, most: u64) -> Self {
        let length = file.length();
        Self { file, length, start: 0, held: Vec::new(), left: most, most }
    }

    /// Length of the file.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The byte at `at`.
    pub(super) fn byte(&mut self, at: u64) -> Result<u8, OnnxError> {
        let inside = |start: u64| usize::try_from(at.checked_sub(start)?).ok();
        if let Some(&byte) = inside(self.start).and_then(|index| self.held.get(index)) {
            return Ok(byte);
        }
        let ahead = self.length.checked_sub(at).filter(|&left| left > 0);
        let ahead = ahead.ok_or(OnnxError::Truncated { at })?.min(AHEAD);
        self.held.resize(ahead as usize, 0);
        let read = self.file.read_at(at, &mut self.held);
        if let Err(reason) = read {
            self.held.clear();
            return Err(OnnxError::Read { at, reason });
        }
        self.start = at;
        self.held.first().copied().ok_or(OnnxError::Truncated { at })
    }

    /// Notes that `bytes` more are about to be kept in memory.
    pub(super) fn charge(&mut self, bytes: u64) -> Result<(), OnnxError> {
        let refused = OnnxError::TooMuch { most: self.most };
        self.left = self.left.checked_sub(bytes).ok_or(refused)?;
        Ok(())
    }

    /// A copy of a range of the file, which is charged for.
    pub(super) fn bytes(&mut self, range: &Range<u64>) -> Result<Vec<u8>, OnnxError> {
        let Range { start, end } = *range;
        if start > end || end > self.length {
            return Err(OnnxError::Truncated { at: self.length });
        }
        self.charge(end - start)?;
        let mut bytes = vec![0; (end - start) as usize];
        if start >= self.start && end <= self.start + self.held.len() as u64 {
            let from = (start - self.start) as usize;
            let length = bytes.len();
            bytes.copy_from_slice(&self.held[from..from + length]);
        } else if !bytes.is_empty() {
            let read = self.file.read_at(start, &mut bytes);
            read.map_err(|reason| OnnxError::Read { at: start, reason })?;
        }
        Ok(bytes)
    }
}
