//! What a file says about a photo, reduced to what may be said about the photo without the object.
//!
//! EXIF data is never copied. Values on a list are read one by one, held apart from the file, and written as new
//! data. Small pictures of the scene before the erase, notes of the camera's maker and everything unknown have no
//! way through.

mod allowed;
pub(super) mod directory;
mod read;
mod write;

use directory::Kind;

pub(super) use read::orientation;

/// The values of a file's EXIF data that are kept: date, camera, lens, exposure, artist, copyright, and apart from
/// these the place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exif {
    /// All but the place, in the order of [`Group`] and tag.
    about: Vec<Field>,
    /// The place, in the order of tags.
    place: Vec<Field>,
}

/// Which directory a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Group {
    /// The first directory, as in any TIFF data.
    Image,
    /// The directory of EXIF's own tags.
    Photo,
    /// The directory of the place (GPS).
    Place,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    group: Group,
    tag: u16,
    kind: Kind,
    count: u32,
    /// The parts, each with its least significant byte first.
    data: Vec<u8>,
}

impl Exif {
    /// Whether there is nothing to write when the place is left out.
    #[must_use]
    pub fn is_empty_without_place(&self) -> bool {
        self.about.is_empty()
    }

    /// Whether the file says where the photo was taken: cameras without a fix write a directory of the place that has
    /// everything but latitude and longitude.
    #[must_use]
    pub fn has_place(&self) -> bool {
        [2, 4].iter().all(|tag| self.place.iter().any(|field| field.tag == *tag))
    }
}

/// What is written into a file beside the pixels. Nothing, by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'a> {
    /// The colour profile; left out where it does not fit the channels in the file.
    pub icc: Option<&'a [u8]>,
    /// What the file that was opened says about the photo.
    pub exif: Option<&'a Exif>,
    /// Whether the place is written, too; only where a person asked for it.
    pub keep_gps: bool,
}

impl Metadata<'_> {
    /// New EXIF data, or nothing where there is nothing to say.
    pub(super) fn exif_block(&self) -> Option<Vec<u8>> {
        self.exif.and_then(|exif| exif.write(self.keep_gps))
    }
}
