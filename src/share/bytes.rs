//! Reads and writes numbers and blocks of bytes; a reader never takes more than is there.

use super::ShareError;

/// What is left to read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, ShareError> {
        Ok(self.take(1)?[0])
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ShareError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(ShareError::Cut)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next bytes, as many as the type says.
    pub(super) fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], ShareError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(ShareError::Cut)?;
        self.rest = rest;
        Ok(*head)
    }

    /// A number in groups of seven bits, the lowest first (LEB128), that is at most `most`.
    pub(super) fn number(&mut self, most: u64) -> Result<u64, ShareError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return if value <= most { Ok(value) } else { Err(ShareError::TooLarge) };
            }
        }
        Err(ShareError::Altered)
    }

    /// A number below 2^32.
    pub(super) fn small(&mut self, most: u32) -> Result<u32, ShareError> {
        self.number(u64::from(most)).map(|value| value as u32)
    }

    /// A block behind its length, which is at most `most`.
    pub(super) fn block(&mut self, most: usize) -> Result<&'a [u8], ShareError> {
        let length = self.number(most as u64)?;
        self.take(length as usize)
    }
}

/// Writes a number as [`Reader::number`] reads it.
pub(super) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a block behind its length.
pub(super) fn put_block(out: &mut Vec<u8>, block: &[u8]) {
    put_number(out, block.len() as u64);
    out.extend_from_slice(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive() {
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, value);
            assert_eq!(Reader::new(&bytes).number(u64::MAX), Ok(value));
            if value > 0 {
                assert_eq!(Reader::new(&bytes).number(value - 1), Err(ShareError::TooLarge));
            }
        }
        assert_eq!(Reader::new(&[0x80; 11]).number(u64::MAX), Err(ShareError::Altered));
        assert_eq!(Reader::new(&[0x80]).number(u64::MAX), Err(ShareError::Cut));
    }

    #[test]
    fn a_block_is_not_longer_than_what_is_there() {
        assert_eq!(Reader::new(&[3, 1, 2]).block(10), Err(ShareError::Cut));
        assert_eq!(Reader::new(&[3, 1, 2, 3]).block(2), Err(ShareError::TooLarge));
        assert_eq!(Reader::new(&[3, 1, 2, 3, 4]).block(3), Ok(&[1, 2, 3][..]));
    }
}
