//! Numbers in groups of four bits: three of the value, the lowest first, and one that says whether more follow.
//!
//! A brush moves evenly, so what changes in its speed is mostly one of a few small numbers: a point of a stroke
//! takes about a byte.

use super::ShareError;

/// Collects groups.
#[derive(Default)]
pub(super) struct NibbleWriter {
    bytes: Vec<u8>,
    half: bool,
}

impl NibbleWriter {
    fn push(&mut self, nibble: u8) {
        if self.half {
            if let Some(last) = self.bytes.last_mut() {
                *last |= nibble << 4;
            }
        } else {
            self.bytes.push(nibble);
        }
        self.half = !self.half;
    }

    /// Writes a number; its sign goes into the lowest bit.
    pub(super) fn signed(&mut self, value: i64) {
        let mut rest = (value << 1 ^ value >> 63) as u64;
        while rest > 7 {
            self.push(rest as u8 & 7 | 8);
            rest >>= 3;
        }
        self.push(rest as u8);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads groups.
pub(super) struct NibbleReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> NibbleReader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Groups that are left.
    pub(super) const fn left(&self) -> usize {
        self.bytes.len() * 2 - self.at
    }

    fn next(&mut self) -> Result<u8, ShareError> {
        let byte = *self.bytes.get(self.at / 2).ok_or(ShareError::Cut)?;
        let nibble = if self.at.is_multiple_of(2) { byte & 15 } else { byte >> 4 };
        self.at += 1;
        Ok(nibble)
    }

    /// A number of at most 45 bits.
    pub(super) fn signed(&mut self) -> Result<i64, ShareError> {
        let mut value = 0u64;
        for shift in (0..45).step_by(3) {
            let nibble = self.next()?;
            value |= u64::from(nibble & 7) << shift;
            if nibble < 8 {
                return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        Err(ShareError::Altered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive() {
        let values = [0, 1, -1, 3, -4, 4, 100, -100, 1 << 40, -(1 << 40)];
        let mut writer = NibbleWriter::default();
        values.iter().for_each(|&value| writer.signed(value));
        let bytes = writer.finish();
        let mut reader = NibbleReader::new(&bytes);
        for value in values {
            assert_eq!(reader.signed(), Ok(value));
        }
        assert!(reader.left() < 2);
    }

    #[test]
    fn small_numbers_take_half_a_byte() {
        let mut writer = NibbleWriter::default();
        (-4..4).for_each(|value| writer.signed(value));
        assert_eq!(writer.finish().len(), 4);
    }

    #[test]
    fn a_number_without_end_is_refused() {
        assert_eq!(NibbleReader::new(&[0xff; 9]).signed(), Err(ShareError::Altered));
        assert_eq!(NibbleReader::new(&[0xff]).signed(), Err(ShareError::Cut));
    }
}
