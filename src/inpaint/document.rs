//! An open photo and the results that were made of it.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::raster::{Change, ChangeError, Picture, Rect, ResultId};

/// Why a document cannot show or take a result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A result is named that was never made here, or was forgotten.
    #[error("there is no result {}", .0.0)]
    Unknown(ResultId),
    /// A part of a result does not fit the photo.
    #[error(transparent)]
    Part(#[from] ChangeError),
}

/// A photo with a list of results, any number of which can be in force.
///
/// What the page undoes and redoes is told by the list of results it names with each request; the document moves to
/// that state by reverting and applying the changes in between, byte for byte.
#[derive(Clone, Debug)]
pub struct Document {
    photo: Picture,
    results: BTreeMap<ResultId, Vec<Change>>,
    shown: Vec<ResultId>,
}

impl Document {
    /// The photo as it was opened.
    #[must_use]
    pub const fn new(photo: Picture) -> Self {
        Self { photo, results: BTreeMap::new(), shown: Vec::new() }
    }

    /// The photo with the results in force.
    #[must_use]
    pub const fn photo(&self) -> &Picture {
        &self.photo
    }

    /// Makes the photo hold exactly the results `on`, made in this order.
    ///
    /// # Errors
    /// [`DocumentError::Unknown`] when one of them does not exist; nothing has changed then.
    pub fn show(&mut self, on: &[ResultId]) -> Result<(), DocumentError> {
        if let Some(unknown) = on.iter().find(|result| !self.results.contains_key(result)) {
            return Err(DocumentError::Unknown(*unknown));
        }
        let common = self.shown.iter().zip(on).take_while(|(a, b)| a == b).count();
        while self.shown.len() > common {
            let Some(last) = self.shown.pop() else { break };
            for change in self.results.get(&last).into_iter().flatten().rev() {
                change.revert(&mut self.photo)?;
            }
        }
        for result in &on[common..] {
            for change in self.results.get(result).into_iter().flatten() {
                change.apply(&mut self.photo)?;
            }
            self.shown.push(*result);
        }
        Ok(())
    }

    /// Puts a new result on top of those in force: each part is written at its rectangle.
    ///
    /// # Errors
    /// [`DocumentError::Part`] when a part is not of its rectangle's size, has other channels than the photo or
    /// reaches out of it; the parts before it are taken back then.
    pub fn add(
        &mut self,
        result: ResultId,
        parts: Vec<(Rect, Picture)>,
    ) -> Result<(), DocumentError> {
        let mut changes: Vec<Change> = Vec::with_capacity(parts.len());
        for (rect, part) in parts {
            let change = Change::between(rect, self.photo.crop(rect), part)
                .and_then(|change| change.apply(&mut self.photo).map(|()| change));
            match change {
                Ok(change) => changes.push(change),
                Err(error) => {
                    for change in changes.iter().rev() {
                        change.revert(&mut self.photo)?;
                    }
                    return Err(error.into());
                }
            }
        }
        self.results.insert(result, changes);
        self.shown.push(result);
        Ok(())
    }

    /// What a result changed, place by place. Empty for a result that does not exist.
    pub fn changes(&self, result: ResultId) -> impl Iterator<Item = &Change> {
        self.results.get(&result).into_iter().flatten()
    }

    /// Forgets every result that is neither in `keep` nor in force.
    pub fn keep(&mut self, keep: &[ResultId]) {
        let shown = &self.shown;
        self.results.retain(|result, _| keep.contains(result) || shown.contains(result));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{Channels, Size};

    fn photo() -> Picture {
        let data = (0..8 * 8 * 3).map(|i| i as u8).collect();
        Picture::new(Size::new(8, 8), Channels::Rgb, data).expect("fits")
    }

    fn part(value: u8) -> Picture {
        Picture::new(Size::new(3, 3), Channels::Rgb, vec![value; 27]).expect("fits")
    }

    #[test]
    fn any_list_of_results_can_be_shown_and_the_photo_comes_back() {
        let mut document = Document::new(photo());
        document.add(ResultId(1), vec![(Rect::between(0, 0, 3, 3), part(1))]).expect("fits");
        document.add(ResultId(2), vec![(Rect::between(2, 2, 5, 5), part(2))]).expect("fits");
        let both = document.photo().clone();
        document.show(&[]).expect("known");
        assert_eq!(document.photo(), &photo());
        document.show(&[ResultId(1)]).expect("known");
        assert_eq!(document.photo().data()[0], 1);
        document.show(&[ResultId(1), ResultId(2)]).expect("known");
        assert_eq!(document.photo(), &both);
    }

    #[test]
    fn a_result_that_is_not_there_changes_nothing() {
        let mut document = Document::new(photo());
        document.add(ResultId(1), vec![(Rect::between(0, 0, 3, 3), part(1))]).expect("fits");
        let before = document.photo().clone();
        assert_eq!(document.show(&[ResultId(9)]), Err(DocumentError::Unknown(ResultId(9))));
        assert_eq!(document.photo(), &before);
    }

    #[test]
    fn a_part_that_does_not_fit_leaves_the_photo_as_it_was() {
        let mut document = Document::new(photo());
        let parts =
            vec![(Rect::between(0, 0, 3, 3), part(1)), (Rect::between(7, 7, 10, 10), part(2))];
        assert!(document.add(ResultId(1), parts).is_err());
        assert_eq!(document.photo(), &photo());
    }

    #[test]
    fn only_unreachable_results_are_forgotten() {
        let mut document = Document::new(photo());
        document.add(ResultId(1), vec![(Rect::between(0, 0, 3, 3), part(1))]).expect("fits");
        document.add(ResultId(2), vec![(Rect::between(0, 0, 3, 3), part(2))]).expect("fits");
        document.show(&[ResultId(1)]).expect("known");
        document.keep(&[]);
        assert!(document.show(&[ResultId(1), ResultId(2)]).is_err());
        assert!(document.show(&[ResultId(1)]).is_ok());
    }
}
