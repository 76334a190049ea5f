//! What a re-editable file carries beside its picture: what each erase took away, and how it was painted. Version 1.
//!
//! ```text
//! version               1
//! checksum of the rest of the file   4 bytes, little endian
//! width, height         numbers
//! results               count, then of each, the oldest first:
//!                         step       as in a recipe, on a grid of eighths of a pixel
//!                         patches    count, then x, y, width, height and a PNG of each
//! checksum              CRC-32 of all before, little endian
//! ```
//!
//! The first checksum ties it to its file: a picture that another program has changed is opened as it is, and
//! nothing is pasted over what was done to it.

use super::{
    ShareError,
    bytes::{Reader, put_block, put_number},
    checksum::crc32,
    recipe::Step,
};
use crate::raster::{Rect, Size};

/// The most results in a file.
pub const MOST_RESULTS: usize = 200;
/// The most patches of a result.
const MOST_PATCHES: u32 = 4_096;
/// The most bytes of a patch.
const LARGEST_PATCH: usize = 256 << 20;

const VERSION: u8 = 1;
/// Strokes are kept to an eighth of a pixel.
const UNIT: u32 = 1;

/// A piece of the photo as it was before a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// Its place in the photo.
    pub rect: Rect,
    /// A PNG of exactly that size.
    pub picture: Vec<u8>,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct FileResult {
    /// How it was made.
    pub step: Step,
    /// What was there before it.
    pub before: Vec<FilePatch>,
}

/// All results that are in a file's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct FileHistory {
    /// The picture's size.
    pub photo: Size,
    /// The oldest first.
    pub results: Vec<FileResult>,
}

impl FileHistory {
    /// The history as bytes for a file whose other bytes have the checksum `file` (see [`super::embed::rest`]).
    #[must_use]
    pub fn encode(&self, file: u32) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend_from_slice(&file.to_le_bytes());
        put_number(&mut out, u64::from(self.photo.width));
        put_number(&mut out, u64::from(self.photo.height));
        put_number(&mut out, self.results.len() as u64);
        for result in &self.results {
            result.step.put(&mut out, UNIT);
            put_number(&mut out, result.before.len() as u64);
            for FilePatch { rect, picture } in &result.before {
                for value in [rect.x, rect.y, rect.width, rect.height] {
                    put_number(&mut out, u64::from(value));
                }
                put_block(&mut out, picture);
            }
        }
        let sum = crc32(&[&out]);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Reads a history of a file whose other bytes have the checksum `file`.
    ///
    /// # Errors
    /// [`ShareError::Altered`] when the file was changed since, or the history was; [`ShareError::Newer`] for a later
    /// version; [`ShareError::TooLarge`] for more than is ever written.
    pub fn decode(bytes: &[u8], file: u32) -> Result<Self, ShareError> {
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or(ShareError::Cut)?;
        if *sum != crc32(&[body]).to_le_bytes() {
            return Err(ShareError::Altered);
        }
        let mut from = Reader::new(body);
        if from.byte()? != VERSION {
            return Err(ShareError::Newer);
        }
        if from.take(4)? != file.to_le_bytes() {
            return Err(ShareError::Altered);
        }
        let photo = Size::new(from.small(u32::MAX)?, from.small(u32::MAX)?);
        let count = from.small(MOST_RESULTS as u32)?;
        let mut results = Vec::new();
        for _ in 0..count {
            let step = Step::read(&mut from, UNIT)?;
            let mut before = Vec::new();
            for _ in 0..from.small(MOST_PATCHES)? {
                before.push(patch(&mut from, photo)?);
            }
            results.push(FileResult { step, before });
        }
        if from.left() > 0 {
            return Err(ShareError::Altered);
        }
        Ok(Self { photo, results })
    }
}

fn patch(from: &mut Reader<'_>, photo: Size) -> Result<FilePatch, ShareError> {
    let (x, y) = (from.small(photo.width)?, from.small(photo.height)?);
    // Inside the photo, so that no sum of these can overflow.
    let (width, height) = (from.small(photo.width - x)?, from.small(photo.height - y)?);
    let rect = Rect { x, y, width, height };
    if rect.is_empty() {
        return Err(ShareError::Altered);
    }
    Ok(FilePatch { rect, picture: from.block(LARGEST_PATCH)?.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        inpaint::InpaintParams,
        raster::{Point, Stroke, StrokeMode},
    };

    fn history() -> FileHistory {
        let stroke = Stroke {
            mode: StrokeMode::Paint,
            radius: 20.0,
            points: vec![Point { x: 5.0, y: 6.125 }, Point { x: 50.0, y: 60.0 }],
        };
        let step = Step {
            model: "auto".to_owned(),
            params: InpaintParams::default(),
            strokes: vec![stroke],
        };
        let before =
            vec![FilePatch { rect: Rect::between(0, 0, 90, 100), picture: b"a picture".to_vec() }];
        FileHistory {
            photo: Size::new(100, 100),
            results: vec![
                FileResult { step: step.clone(), before },
                FileResult { step, before: vec![] },
            ],
        }
    }

    #[test]
    fn a_history_survives() {
        let bytes = history().encode(77);
        assert_eq!(FileHistory::decode(&bytes, 77), Ok(history()));
    }

    #[test]
    fn a_file_that_was_changed_has_no_history() {
        let bytes = history().encode(77);
        assert_eq!(FileHistory::decode(&bytes, 78), Err(ShareError::Altered));
        for length in 0..bytes.len() {
            assert!(FileHistory::decode(&bytes[..length], 77).is_err());
        }
    }

    #[test]
    fn a_patch_beside_the_photo_is_refused() {
        let mut beside = history();
        beside.results[0].before[0].rect.width = 101;
        assert_eq!(FileHistory::decode(&beside.encode(77), 77), Err(ShareError::TooLarge));
        beside.results[0].before[0].rect = Rect { x: 100, y: 0, width: 0, height: 1 };
        assert_eq!(FileHistory::decode(&beside.encode(77), 77), Err(ShareError::Altered));
    }
}
