//! What one erase did to the photo, to take back and to do again.

use thiserror::Error;

use super::picture::Picture;
use super::size::{Rect, Size};

/// The pixels of a rectangle of the photo before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    rect: Rect,
    before: Picture,
    after: Picture,
}

/// A change does not belong to the photo it was to be made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The rectangle reaches out of the photo, or the two states of the photo differ in size.
    #[error("a change at {rect:?} does not fit a photo of {photo:?}")]
    Size {
        /// Where the change lies.
        rect: Rect,
        /// The photo's size.
        photo: Size,
    },
    /// The photo's pixels are of another kind.
    #[error("the change and the photo differ in channels")]
    Channels,
}

impl Change {
    /// Remembers what `rect` held before (`before`, as large as `rect`) and what it holds in `photo` now.
    ///
    /// # Errors
    /// [`ChangeError`] when `rect` is not inside the photo or `before` is not a part of it by size and channels.
    pub fn new(rect: Rect, before: Picture, photo: &Picture) -> Result<Self, ChangeError> {
        if before.size() != rect.size() {
            return Err(ChangeError::Size { rect, photo: photo.size() });
        }
        let change = Self { rect, before, after: photo.crop(rect) };
        change.check(photo)?;
        Ok(change)
    }

    /// A change of `rect` from `before` to `after`, which has yet to be applied.
    ///
    /// # Errors
    /// [`ChangeError`] when the two differ in channels or are not as large as `rect`.
    pub fn between(rect: Rect, before: Picture, after: Picture) -> Result<Self, ChangeError> {
        if before.size() != rect.size() || after.size() != rect.size() {
            return Err(ChangeError::Size { rect, photo: before.size() });
        }
        if before.channels() != after.channels() {
            return Err(ChangeError::Channels);
        }
        Ok(Self { rect, before, after })
    }

    /// Where the photo changed.
    #[must_use]
    pub const fn rect(&self) -> Rect {
        self.rect
    }

    /// The pixels before, as large as [`Change::rect`].
    #[must_use]
    pub const fn before(&self) -> &Picture {
        &self.before
    }

    /// The pixels after, as large as [`Change::rect`].
    #[must_use]
    pub const fn after(&self) -> &Picture {
        &self.after
    }

    /// Bytes of memory that it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.before.data().len() + self.after.data().len()
    }

    /// Makes the change in the photo again.
    ///
    /// # Errors
    /// [`ChangeError`] when it does not fit; the photo is unchanged then.
    pub fn apply(&self, photo: &mut Picture) -> Result<(), ChangeError> {
        self.check(photo)?;
        photo.paste(&self.after, self.rect.x, self.rect.y);
        Ok(())
    }

    /// Takes the change back: the photo's bytes inside the rectangle become what they were.
    ///
    /// # Errors
    /// [`ChangeError`] when it does not fit; the photo is unchanged then.
    pub fn revert(&self, photo: &mut Picture) -> Result<(), ChangeError> {
        self.check(photo)?;
        photo.paste(&self.before, self.rect.x, self.rect.y);
        Ok(())
    }

    fn check(&self, photo: &Picture) -> Result<(), ChangeError> {
        if self.after.size() != self.rect.size()
            || self.rect.intersection(photo.size().rect()) != self.rect
        {
            return Err(ChangeError::Size { rect: self.rect, photo: photo.size() });
        }
        if self.before.channels() != photo.channels() || self.after.channels() != photo.channels() {
            return Err(ChangeError::Channels);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Channels;

    #[test]
    fn revert_and_apply_are_exact() {
        let size = Size::new(7, 5);
        let old = Picture::new(size, Channels::Rgb, (0..105).collect()).expect("fits");
        let rect = Rect::between(2, 1, 6, 4);
        let mut photo = old.clone();
        photo.paste(&Picture::zeros(rect.size(), Channels::Rgb), rect.x, rect.y);
        let new = photo.clone();
        let change = Change::new(rect, old.crop(rect), &photo).expect("fits");
        change.revert(&mut photo).expect("fits");
        assert_eq!(photo, old);
        change.apply(&mut photo).expect("fits");
        assert_eq!(photo, new);
        assert_eq!(change.bytes(), 2 * 4 * 3 * 3);
    }

    #[test]
    fn a_change_of_another_photo_is_refused() {
        let photo = Picture::zeros(Size::new(4, 4), Channels::Rgb);
        let rect = Rect::between(1, 1, 3, 3);
        let change = Change::new(rect, photo.crop(rect), &photo).expect("fits");
        let mut small = Picture::zeros(Size::new(2, 2), Channels::Rgb);
        assert!(matches!(change.apply(&mut small), Err(ChangeError::Size { .. })));
        let mut grey = Picture::zeros(Size::new(4, 4), Channels::Grey);
        assert_eq!(change.revert(&mut grey), Err(ChangeError::Channels));
        let far = Rect::between(3, 3, 5, 5);
        assert!(Change::new(far, Picture::zeros(far.size(), Channels::Rgb), &photo).is_err());
    }
}
