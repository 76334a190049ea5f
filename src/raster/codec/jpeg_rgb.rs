//! Makes the decoder see that a JPEG holds red, green and blue as they are.

use super::jpeg_structure::{JpegStructure, segments};

/// The names by which a decoder knows red, green and blue.
const NAMES: [u8; 3] = *b"RGB";

/// The file with its components named R, G and B, if its Adobe segment alone says that they are; otherwise `None`.
///
/// Of three components with transform 0 the decoder takes the segment to mean inks, of which it then misses the
/// fourth, and gives black. It does go by the names, so the segment is made unreadable and the names are written.
pub(super) fn named(bytes: &[u8], structure: &JpegStructure) -> Option<Vec<u8>> {
    let frame = structure.frame.as_ref()?;
    if structure.adobe_transform != Some(0) || frame.components.len() != 3 {
        return None;
    }
    let old: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
    let mut out = bytes.to_vec();
    for segment in segments(bytes) {
        let content = &mut out[segment.content];
        match segment.marker {
            0xee if content.starts_with(b"Adobe") => content[0] = b'-',
            0xc0..=0xc2 => {
                for (component, name) in content.iter_mut().skip(6).step_by(3).zip(NAMES) {
                    *component = name;
                }
            }
            0xda => {
                // How many components the scan has comes first, then two bytes for each.
                let count = usize::from(content.first().copied()?);
                for component in content.iter_mut().skip(1).step_by(2).take(count) {
                    let place = old.iter().position(|id| id == component)?;
                    *component = NAMES[place];
                }
            }
            _ => {}
        }
    }
    Some(out)
}
