//! Which values of EXIF data are kept, and in what form; whatever is not named here is never written.

use super::Group;
use super::directory::{Entry, Kind};

/// What a value has to look like. A value of another form is not what its tag says and is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A name or a sentence.
    Text,
    /// A date, a time of day or a difference of time.
    Time,
    /// One to four whole numbers.
    Number,
    /// One to four fractions.
    Fraction,
    /// A value about the place, of any of the forms that these have.
    Place,
}

impl Form {
    /// The longest value in bytes. All values at their longest fit into one segment of a JPEG.
    pub(super) const fn longest(self) -> usize {
        match self {
            Self::Text => 4096,
            Self::Time => 64,
            Self::Number => 16,
            Self::Fraction => 32,
            Self::Place => 512,
        }
    }

    /// Whether a value has the form.
    pub(super) fn fits(self, entry: &Entry<'_>) -> bool {
        let kinds: &[Kind] = match self {
            Self::Text | Self::Time => &[Kind::Ascii, Kind::Utf8],
            Self::Number => &[Kind::Byte, Kind::Short, Kind::Long],
            Self::Fraction => &[Kind::Rational, Kind::SignedRational],
            Self::Place => {
                &[Kind::Byte, Kind::Ascii, Kind::Utf8, Kind::Short, Kind::Rational, Kind::Undefined]
            }
        };
        kinds.contains(&entry.kind) && (1..=self.longest()).contains(&entry.data.len())
    }
}

/// The tags that are kept beside those of the place: EXIF 2.32 (CIPA DC-008-2019), tables 4, 7 and 8.
pub(super) const ABOUT: [(Group, u16, Form); 26] = [
    (Group::Image, 0x010f, Form::Text),     // Make
    (Group::Image, 0x0110, Form::Text),     // Model
    (Group::Image, 0x0132, Form::Time),     // DateTime
    (Group::Image, 0x013b, Form::Text),     // Artist
    (Group::Image, 0x8298, Form::Text),     // Copyright
    (Group::Photo, 0x829a, Form::Fraction), // ExposureTime
    (Group::Photo, 0x829d, Form::Fraction), // FNumber
    (Group::Photo, 0x8822, Form::Number),   // ExposureProgram
    (Group::Photo, 0x8827, Form::Number),   // PhotographicSensitivity
    (Group::Photo, 0x9003, Form::Time),     // DateTimeOriginal
    (Group::Photo, 0x9004, Form::Time),     // DateTimeDigitized
    (Group::Photo, 0x9010, Form::Time),     // OffsetTime
    (Group::Photo, 0x9011, Form::Time),     // OffsetTimeOriginal
    (Group::Photo, 0x9012, Form::Time),     // OffsetTimeDigitized
    (Group::Photo, 0x9204, Form::Fraction), // ExposureBiasValue
    (Group::Photo, 0x9207, Form::Number),   // MeteringMode
    (Group::Photo, 0x9209, Form::Number),   // Flash
    (Group::Photo, 0x920a, Form::Fraction), // FocalLength
    (Group::Photo, 0x9290, Form::Time),     // SubSecTime
    (Group::Photo, 0x9291, Form::Time),     // SubSecTimeOriginal
    (Group::Photo, 0x9292, Form::Time),     // SubSecTimeDigitized
    (Group::Photo, 0xa403, Form::Number),   // WhiteBalance
    (Group::Photo, 0xa405, Form::Number),   // FocalLengthIn35mmFilm
    (Group::Photo, 0xa432, Form::Fraction), // LensSpecification
    (Group::Photo, 0xa433, Form::Text),     // LensMake
    (Group::Photo, 0xa434, Form::Text),     // LensModel
];

/// The last tag of the place (GPSHPositioningError); they begin at 0.
pub(super) const LAST_PLACE: u16 = 0x1f;

/// The form of a value that is kept, or nothing for one that is not.
pub(super) fn form(group: Group, tag: u16) -> Option<Form> {
    match group {
        Group::Place => (tag <= LAST_PLACE).then_some(Form::Place),
        Group::Image | Group::Photo => {
            ABOUT.iter().find(|(g, t, _)| (*g, *t) == (group, tag)).map(|(_, _, form)| *form)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_at_their_longest_fit_into_a_jpeg_segment() {
        let about: usize = ABOUT.iter().map(|(_, _, form)| form.longest() + 12).sum();
        let place = usize::from(LAST_PLACE + 1) * (Form::Place.longest() + 12);
        assert!(about + place < 60_000, "{about} {place}");
    }

    #[test]
    fn each_tag_is_named_once() {
        let mut tags: Vec<u16> = ABOUT.iter().map(|(_, tag, _)| *tag).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), ABOUT.len());
    }

    #[test]
    fn what_could_show_the_erased_has_no_form() {
        for tag in [
            0x0111, 0x0117, 0x014a, 0x0201, 0x0202, // places of other pictures
            0x02bc, 0x83bb, 0x8649, 0x8769, 0x8825, // XMP, IPTC, Photoshop, links
            0x010e, 0x927c, 0x9286, 0x9c9b, 0x9c9c, // descriptions, maker notes, comments
            0x0112, 0xa002, 0xa003, 0xa005,
            0xa420, // orientation, sides, links, a number for the picture
            0xa431, 0xa435, 0xa430, // serial numbers, the owner's name
        ] {
            assert_eq!(form(Group::Image, tag), None, "{tag:#06x}");
            assert_eq!(form(Group::Photo, tag), None, "{tag:#06x}");
        }
    }
}
