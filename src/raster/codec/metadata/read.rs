//! Reads EXIF data from wherever a format keeps it.

use super::allowed::form;
use super::directory::{Directory, Tiff};
use super::{Exif, Field, Group};

/// Where the first directory names the directory of EXIF's own tags, and that of the place.
const PHOTO: u16 = 0x8769;
const PLACE: u16 = 0x8825;
const ORIENTATION: u16 = 0x0112;

impl Exif {
    /// Takes the values on the list out of EXIF data, or out of a whole TIFF file; nothing where there are none.
    ///
    /// Any bytes are safe, and the values together are never longer than `bytes`.
    pub(in super::super) fn read(bytes: &[u8]) -> Option<Self> {
        let first = Tiff::new(bytes)?.first()?;
        // In a true file no two values share bytes; in a false one they could be made to add up to far more.
        let mut room = bytes.len();
        let mut take = |directory: Option<Directory<'_>>, group| {
            let fields = directory.map_or_else(Vec::new, |found| fields(&found, group, room));
            room -= fields.iter().map(|field| field.data.len()).sum::<usize>();
            fields
        };
        let mut about = take(Some(first), Group::Image);
        about.extend(take(first.linked(PHOTO), Group::Photo));
        let place = take(first.linked(PLACE), Group::Place);
        (!about.is_empty() || !place.is_empty()).then_some(Self { about, place })
    }
}

/// The values of one directory that are on the list, in the order of their tags, `room` bytes at most.
fn fields(directory: &Directory<'_>, group: Group, mut room: usize) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for entry in directory.entries() {
        let listed = form(group, entry.tag).is_some_and(|form| form.fits(&entry));
        let again = fields.iter().any(|field| field.tag == entry.tag);
        if !listed || again || entry.data.len() > room {
            continue;
        }
        room -= entry.data.len();
        fields.push(Field {
            group,
            tag: entry.tag,
            kind: entry.kind,
            count: entry.count,
            data: entry.little_endian(),
        });
    }
    fields.sort_by_key(|field| field.tag);
    fields
}

/// The orientation that EXIF data or a TIFF file asks for, 1 to 8 in a true file.
pub(in super::super) fn orientation(bytes: &[u8]) -> Option<u8> {
    let value = Tiff::new(bytes)?.first()?.number(ORIENTATION)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(exif: &Exif) -> usize {
        exif.about.iter().chain(&exif.place).map(|field| field.data.len()).sum()
    }

    #[test]
    fn values_that_share_bytes_do_not_add_up() {
        // Four texts, each of them the whole data.
        let mut bytes = b"II*\0\x08\0\0\0\x04\0".to_vec();
        for tag in [0x010f_u16, 0x0110, 0x013b, 0x8298] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend([2, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]);
        }
        bytes.resize(0x60, 0);
        let exif = Exif::read(&bytes).expect("one fits");
        assert_eq!((exif.about.len(), taken(&exif)), (1, 0x40));
    }

    #[test]
    fn a_directory_that_is_cut_short_gives_what_is_there() {
        let mut bytes = b"MM\0*\0\0\0\x08\0\x09".to_vec();
        bytes.extend(b"\x01\x0f\0\x02\0\0\0\x03ab\0\0\x01\x10\0\x02");
        let exif = Exif::read(&bytes).expect("the first value");
        assert_eq!(exif.about[0].data, b"ab\0");
        assert_eq!(exif.about.len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_bytes_are_safe_and_give_no_more_than_they_are(
            big_endian: bool,
            entries in prop::collection::vec((
                prop::sample::select(vec![0x010f_u16, 0x0132, 0x8298, 0x8769, 0x8825, 0x829a, 0x9003, 0x0002, 0xa434]),
                prop::sample::select(vec![1_u16, 2, 3, 4, 5, 7, 10, 129]),
                prop_oneof![0_u32..40, any::<u32>()],
                prop_oneof![0_u32..200, any::<u32>()],
            ), 0..12),
            tail in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let short = |v: u16| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
            let long = |v: u32| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
            let mut bytes = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
            bytes.extend(short(42));
            bytes.extend(long(8));
            bytes.extend(short(entries.len() as u16));
            for (tag, kind, count, value) in entries {
                bytes.extend(short(tag));
                bytes.extend(short(kind));
                bytes.extend(long(count));
                bytes.extend(long(value));
            }
            bytes.extend(tail);
            let _ = orientation(&bytes);
            if let Some(exif) = Exif::read(&bytes) {
                prop_assert!(taken(&exif) <= bytes.len());
                let block = exif.write(true).expect("there is a value");
                prop_assert_eq!(Exif::read(&block), Some(exif));
            }
        }
    }
}
