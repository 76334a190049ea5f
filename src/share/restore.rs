//! A document to the history that goes into its file, and back.

use super::{FileHistory, FilePatch, FileResult, MOST_RESULTS, ShareError, Step};
use crate::{
    inpaint::Document,
    raster::{
        Change, Channels, Picture, ResultId, Size,
        codec::{self, EncodeParams, Limits, PhotoFormat, PngEffort},
        convert,
    },
};

/// A result of a file that was opened.
#[derive(Clone, Debug)]
pub struct RestoredResult {
    /// Its name in the document.
    pub result: ResultId,
    /// How it was made.
    pub step: Step,
    /// Where it changed the photo; what was there before and after.
    pub changes: Vec<Change>,
}

impl FileHistory {
    /// What the results `on`, which were made by `steps` in the same order, took away. `None` when they are not as
    /// many, or more than a file is read with.
    #[must_use]
    pub fn record(document: &Document, on: &[ResultId], steps: Vec<Step>) -> Option<Self> {
        if on.len() != steps.len() || on.len() > MOST_RESULTS {
            return None;
        }
        let results = on.iter().zip(steps).map(|(&result, step)| {
            let patch = |change: &Change| {
                let picture =
                    codec::encode(change.before(), None, &EncodeParams::Png(PngEffort::Keep))
                        .ok()?;
                Some(FilePatch { rect: change.rect(), picture })
            };
            let before = document.changes(result).map(patch).collect::<Option<Vec<_>>>()?;
            Some(FileResult { step, before })
        });
        Some(Self { photo: document.photo().size(), results: results.collect::<Option<Vec<_>>>()? })
    }

    /// A document that shows `photo`, the picture of the file, and can go back before each of its results; they are
    /// named from `first` on.
    ///
    /// # Errors
    /// [`ShareError::Altered`] when the history is of another photo or a patch is not a PNG of its size.
    pub fn restore(
        self,
        photo: Picture,
        first: ResultId,
    ) -> Result<(Document, Vec<RestoredResult>), ShareError> {
        if self.photo != photo.size() {
            return Err(ShareError::Altered);
        }
        let channels = photo.channels();
        // From the newest result back to the photo as it was.
        let mut shown = photo;
        let mut results = Vec::with_capacity(self.results.len());
        for (index, FileResult { step, before }) in self.results.into_iter().enumerate().rev() {
            let mut changes = Vec::with_capacity(before.len());
            for patch in before.into_iter().rev() {
                let after = shown.crop(patch.rect);
                let before = picture(&patch, channels)?;
                shown.paste(&before, patch.rect.x, patch.rect.y);
                let change = Change::between(patch.rect, before, after);
                changes.push(change.map_err(|_| ShareError::Altered)?);
            }
            changes.reverse();
            let number = u32::try_from(index).unwrap_or_default();
            let result = ResultId(first.0.wrapping_add(number));
            results.push(RestoredResult { result, step, changes });
        }
        results.reverse();
        let mut document = Document::new(shown);
        for RestoredResult { result, changes, .. } in &results {
            let parts = changes.iter().map(|change| (change.rect(), change.after().clone()));
            document.add(*result, parts.collect()).map_err(|_| ShareError::Altered)?;
        }
        Ok((document, results))
    }
}

fn picture(patch: &FilePatch, channels: Channels) -> Result<Picture, ShareError> {
    let size = size_of_png(&patch.picture).ok_or(ShareError::Altered)?;
    if size != patch.rect.size() {
        return Err(ShareError::Altered);
    }
    let limits = Limits { pixels: size.area(), ..Limits::default() };
    let decoded = codec::decode_common(&patch.picture, &limits).map_err(|_| ShareError::Altered)?;
    if decoded.picture.size() != size {
        return Err(ShareError::Altered);
    }
    Ok(convert(&decoded.picture, channels))
}

fn size_of_png(file: &[u8]) -> Option<Size> {
    let header = codec::probe(file).ok()?;
    (header.format == PhotoFormat::Png).then_some(header.size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{inpaint::InpaintParams, raster::Rect, share::embed};

    fn noise(size: Size, seed: u32, channels: Channels) -> Picture {
        let mut value = seed;
        let bytes = size.pixels() * channels.count();
        let data = (0..bytes).map(|_| {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (value >> 24) as u8
        });
        Picture::new(size, channels, data.collect()).expect("as many bytes as it takes")
    }

    fn step() -> Step {
        Step { model: "auto".to_owned(), params: InpaintParams::default(), strokes: vec![] }
    }

    #[test]
    fn every_state_comes_back_exactly() {
        for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
            let original = noise(Size::new(60, 40), 1, channels);
            let mut document = Document::new(original.clone());
            let rects = [Rect::between(5, 5, 30, 30), Rect::between(20, 20, 60, 40)];
            let mut states = vec![original];
            for (index, rect) in rects.into_iter().enumerate() {
                let part = noise(rect.size(), 7 + index as u32, channels);
                document.add(ResultId(index as u32), vec![(rect, part)]).expect("fits");
                states.push(document.photo().clone());
            }
            let on = [ResultId(0), ResultId(1)];
            let history =
                FileHistory::record(&document, &on, vec![step(), step()]).expect("as many");

            let file = codec::encode(document.photo(), None, &EncodeParams::Png(PngEffort::Keep))
                .expect("can be written");
            let rest = embed::rest(&file).expect("a PNG");
            let file = embed::put(&file, &history.encode(rest)).expect("a PNG");

            let embedded = embed::take(&file).expect("just put");
            let history = FileHistory::decode(&embedded.chunk, embedded.rest).expect("unchanged");
            let photo = codec::decode(&file, &Limits::default()).expect("a PNG").picture;
            let (mut document, results) = history.restore(photo, ResultId(90)).expect("its own");
            let names: Vec<ResultId> = results.iter().map(|result| result.result).collect();
            assert_eq!(names, [ResultId(90), ResultId(91)]);
            for count in [2, 1, 0, 2] {
                document.show(&names[..count]).expect("known");
                assert_eq!(document.photo(), &states[count]);
            }
        }
    }

    #[test]
    fn a_history_of_another_photo_is_refused() {
        let document = Document::new(noise(Size::new(9, 9), 1, Channels::Rgb));
        let history = FileHistory::record(&document, &[], vec![]).expect("none");
        let other = noise(Size::new(9, 8), 1, Channels::Rgb);
        assert_eq!(history.restore(other, ResultId(1)).err(), Some(ShareError::Altered));
        assert_eq!(FileHistory::record(&document, &[ResultId(1)], vec![]), None);
    }

    #[test]
    fn a_patch_that_is_no_png_of_its_size_is_refused() {
        let photo = noise(Size::new(20, 20), 1, Channels::Rgb);
        let small = codec::encode(
            &noise(Size::new(3, 4), 2, Channels::Rgb),
            None,
            &EncodeParams::Png(PngEffort::Keep),
        )
        .expect("can be written");
        for (rect, picture) in [
            (Rect::between(0, 0, 4, 4), small),
            (Rect::between(0, 0, 4, 4), b"\x89PNG\r\n\x1a\n".to_vec()),
        ] {
            let before = vec![FilePatch { rect, picture }];
            let results = vec![FileResult { step: step(), before }];
            let history = FileHistory { photo: photo.size(), results };
            let restored = history.restore(photo.clone(), ResultId(1));
            assert_eq!(restored.err(), Some(ShareError::Altered));
        }
    }
}
