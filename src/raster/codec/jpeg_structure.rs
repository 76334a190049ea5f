//! Walks over the segments of a JPEG (ITU-T T.81, 1992, annex B) without decoding it.

use crate::raster::Size;

/// One colour component of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Component {
    /// Sampling factor across, 0..=15.
    pub(super) across: u8,
    /// Sampling factor down, 0..=15.
    pub(super) down: u8,
    /// Number of its quantisation table, 0..=255 in a damaged file.
    pub(super) table: u8,
}

/// The frame header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Second byte of the marker, 0xc0..=0xcf.
    pub(super) marker: u8,
    /// Bits a sample.
    pub(super) precision: u8,
    /// Width and height.
    pub(super) size: Size,
    /// The components, as many as the header has in full.
    pub(super) components: Vec<Component>,
}

/// What the segments say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct JpegStructure {
    /// The first frame header.
    pub(super) frame: Option<Frame>,
    /// Quantisation tables by number, in natural (not zigzag) order.
    pub(super) tables: [Option<[u16; 64]>; 4],
    /// Whether the end was reached: the end marker, or for [`JpegStructure::headers`] the first scan.
    pub(super) ended: bool,
}

/// Natural position of each coefficient in zigzag order.
const ZIGZAG: [u8; 64] = zigzag();

/// Computes the order: diagonals from the top left, each in the direction against the one before.
const fn zigzag() -> [u8; 64] {
    let mut order = [0; 64];
    let (mut x, mut y, mut i) = (0usize, 0usize, 0);
    while i < 64 {
        order[i] = (y * 8 + x) as u8;
        i += 1;
        if (x + y).is_multiple_of(2) {
            if x == 7 {
                y += 1;
            } else {
                x += 1;
                y = y.saturating_sub(1);
            }
        } else if y == 7 {
            x += 1;
        } else {
            y += 1;
            x = x.saturating_sub(1);
        }
    }
    order
}

impl JpegStructure {
    /// Reads up to the first scan.
    pub(super) fn headers(bytes: &[u8]) -> Self {
        Self::walk(bytes, false)
    }

    /// Reads to the end of the picture.
    pub(super) fn whole(bytes: &[u8]) -> Self {
        Self::walk(bytes, true)
    }

    fn walk(bytes: &[u8], to_the_end: bool) -> Self {
        let mut structure = Self::default();
        let mut at = 2;
        // Each turn moves forward by two bytes at least, so the walk ends.
        while let Some((marker, after)) = next_marker(bytes, at) {
            at = after;
            match marker {
                0xd9 => {
                    structure.ended = true;
                    break;
                }
                // These stand alone.
                0x01 | 0xd0..=0xd8 => continue,
                _ => {}
            }
            let Some(length) =
                bytes.get(at..at + 2).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])))
            else {
                break;
            };
            let Some(segment) = bytes.get(at + 2..at + length.max(2)) else { break };
            at += length.max(2);
            match marker {
                0xdb => structure.tables(segment),
                0xda if !to_the_end => {
                    structure.ended = true;
                    break;
                }
                // Huffman tables, extensions and arithmetic conditioning share the range of frame markers.
                0xc4 | 0xc8 | 0xcc => {}
                0xc0..=0xcf if structure.frame.is_none() => {
                    structure.frame = frame(marker, segment)
                }
                _ => {}
            }
        }
        structure
    }

    /// Takes the tables of one DQT segment.
    fn tables(&mut self, mut segment: &[u8]) {
        while let Some((&head, rest)) = segment.split_first() {
            let wide = head >> 4 != 0;
            let bytes = if wide { 128 } else { 64 };
            let Some(values) = rest.get(..bytes) else { return };
            let mut table = [0; 64];
            for (i, &natural) in ZIGZAG.iter().enumerate() {
                table[usize::from(natural)] = if wide {
                    u16::from_be_bytes([values[2 * i], values[2 * i + 1]])
                } else {
                    u16::from(values[i])
                };
            }
            if let Some(slot) = self.tables.get_mut(usize::from(head & 15)) {
                *slot = Some(table);
            }
            segment = &rest[bytes..];
        }
    }
}

/// The next marker at or after `at` and the position behind it. Stuffed bytes and restarts of entropy-coded data
/// are passed over.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        match *bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            marker => return Some((marker, at + 2)),
        }
    }
}

fn frame(marker: u8, segment: &[u8]) -> Option<Frame> {
    let head = segment.get(..6)?;
    let size = Size::new(
        u32::from(u16::from_be_bytes([head[3], head[4]])),
        u32::from(u16::from_be_bytes([head[1], head[2]])),
    );
    let components: Vec<Component> = segment[6..]
        .chunks_exact(3)
        .take(usize::from(head[5]))
        .map(|c| Component { across: c[1] >> 4, down: c[1] & 15, table: c[2] })
        .collect();
    (!components.is_empty()).then_some(Frame { marker, precision: head[0], size, components })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zigzag_visits_each_place_once() {
        assert_eq!(ZIGZAG[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(ZIGZAG[63], 63);
        let mut seen = ZIGZAG;
        seen.sort_unstable();
        assert!(seen.iter().enumerate().all(|(i, &v)| i == usize::from(v)));
    }

    #[test]
    fn an_end_marker_inside_a_segment_is_no_end() {
        let bytes = [
            0xff, 0xd8, 0xff, 0xe1, 0, 4, 0xff, 0xd9, 0xff, 0xda, 0, 2, 1, 0xff, 0, 2, 0xff, 0xd3,
            4,
        ];
        assert!(!JpegStructure::whole(&bytes).ended);
        assert!(JpegStructure::headers(&bytes).ended);
        assert!(JpegStructure::whole(&[&bytes[..], &[0xff, 0xd9]].concat()).ended);
    }
}
