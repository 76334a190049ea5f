//! What links are made from: the photo at a size that no link exceeds, kept while the person tries budgets.

use crate::{
    inpaint::DocumentError,
    raster::{Channels, Picture, Rect, ResultId, Size, codec, convert, resample},
    share::{Patch, patches, preview_size},
    worker::open_photo::OpenPhoto,
};

/// Longest side of the largest picture in a link, in pixels.
const LARGEST: u32 = 1_024;
/// Longest side of the picture that previews are compared with, in pixels: about as large as people see them.
const SEEN: u32 = 768;

/// The photo made small.
pub(in crate::worker) struct Sketch {
    on: Vec<ResultId>,
    /// With the results.
    after: Picture,
    /// Without them, once it was asked for.
    before: Option<Picture>,
    /// What the results changed, in the photo.
    changed: Vec<Rect>,
    photo: Size,
    /// With the results, as large as people see it.
    pub(super) seen: Picture,
}

/// Makes sure that there is a sketch of the photo with the results `on`, and of what was before if that is wanted.
pub(super) fn sketch<'a>(
    open: &'a mut OpenPhoto,
    on: &[ResultId],
    with_before: bool,
) -> Result<&'a Sketch, DocumentError> {
    open.document.show(on)?;
    let photo = open.document.photo().size();
    if open.sketch.as_ref().is_none_or(|sketch| sketch.on != on) {
        let after = small(open.document.photo(), open.icc.as_deref());
        let seen = resample(&after, preview_size(photo, SEEN));
        let changed = on.iter().flat_map(|&result| open.document.changes(result));
        let changed = changed.map(|change| change.rect()).collect();
        open.sketch = Some(Sketch { on: on.to_vec(), after, before: None, changed, photo, seen });
    }
    if with_before && open.sketch.as_ref().is_some_and(|sketch| sketch.before.is_none()) {
        open.document.show(&[])?;
        let before = small(open.document.photo(), open.icc.as_deref());
        open.document.show(on)?;
        if let Some(sketch) = &mut open.sketch {
            sketch.before = Some(before);
        }
    }
    // Made above.
    open.sketch.as_ref().ok_or(DocumentError::Unknown(ResultId(0)))
}

fn small(photo: &Picture, icc: Option<&[u8]>) -> Picture {
    let small = resample(photo, preview_size(photo.size(), LARGEST));
    let small = convert(&codec::over_white(&small), Channels::Rgb);
    // A link carries no profile, so its colours are those that a picture without one has.
    crate::share::to_srgb(small, icc)
}

impl Sketch {
    /// Width and height of the photo.
    pub(super) const fn photo(&self) -> Size {
        self.photo
    }

    /// The result at a size.
    pub(super) fn after(&self, size: Size) -> Picture {
        resample(&self.after, size)
    }

    /// The parts of a picture of this size that were different before, with what was there.
    pub(super) fn before(&self, after: &Picture) -> Vec<(Rect, Picture)> {
        let Some(before) = &self.before else { return Vec::new() };
        let before = resample(before, after.size());
        let parts = patches(&self.changed, self.photo, after.size());
        let parts = parts.into_iter().filter_map(|part| different(&before, after, part));
        parts.map(|part| (part, before.crop(part))).collect()
    }
}

/// The smallest rectangle inside `part` that holds all pixels that differ.
fn different(a: &Picture, b: &Picture, part: Rect) -> Option<Rect> {
    let width = a.size().width as usize;
    let mut found = Rect::between(0, 0, 0, 0);
    for y in part.y..part.bottom() {
        for x in part.x..part.right() {
            let at = (y as usize * width + x as usize) * 3;
            if a.data()[at..at + 3] != b.data()[at..at + 3] {
                found = found.union(Rect { x, y, width: 1, height: 1 });
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// A part with its encoded picture.
pub(super) const fn patch(part: Rect, picture: crate::share::Frame) -> Patch {
    Patch { x: part.x, y: part.y, picture }
}
