//! What of a colour profile is carried on: all that says what colours mean, and no other byte.

use crate::raster::Channels;

/// The largest profile that is kept, in bytes; a JPEG cannot hold more.
const LARGEST: usize = 254 * 65_519;
/// The header without what is reserved at its end, in bytes (ICC.1:2022, 7.2).
const HEADER: usize = 100;
/// Where the digest of a profile is.
const DIGEST: std::ops::Range<usize> = 84..100;
/// Where the table of tags begins: how many, then for each a name, an offset and a length (ICC.1:2022, 7.3).
const TABLE: usize = 128;
const ENTRY: usize = 12;
/// The most tags of a profile that is kept; true ones have a dozen or two.
const MOST_TAGS: usize = 100;

/// The tags of ICC.1:2022 and of the versions before it, back to ICC.1:2001; the last of all is Apple's, a name in
/// several languages. Other tags of makers hold serial numbers of screens and whatever else one likes.
const TAGS: [&[u8; 4]; 65] = [
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"B2D0", b"B2D1", b"B2D2", b"B2D3",
    b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"bTRC", b"bXYZ", b"bfd ", b"bkpt", b"calt", b"chad",
    b"chrm", b"cicp", b"ciis", b"clot", b"clro", b"clrt", b"cprt", b"crdi", b"desc", b"devs",
    b"dmdd", b"dmnd", b"gTRC", b"gXYZ", b"gamt", b"kTRC", b"lumi", b"meas", b"meta", b"ncl2",
    b"ncol", b"pre0", b"pre1", b"pre2", b"ps2i", b"ps2s", b"psd0", b"psd1", b"psd2", b"psd3",
    b"pseq", b"psid", b"rTRC", b"rXYZ", b"resp", b"rig0", b"rig2", b"scrd", b"scrn", b"targ",
    b"tech", b"view", b"vued", b"wtpt", b"dscm",
];

/// Whether a profile can be attached to pixels of these channels: it is whole enough to have a header (ICC.1:2022,
/// 7.2) and describes grey for grey pixels and red, green and blue for the others.
pub(super) fn fits(profile: &[u8], channels: Channels) -> bool {
    let space: &[u8] = match channels {
        Channels::Grey | Channels::GreyAlpha => b"GRAY",
        Channels::Rgb | Channels::Rgba => b"RGB ",
    };
    (TABLE..=LARGEST).contains(&profile.len())
        && profile[16..20] == *space
        && profile[36..40] == *b"acsp"
}

/// A profile as it is carried on: at its place every byte of the header and of the tags that the specification knows,
/// zeros everywhere else. Of a profile that hides nothing that is every byte; those of screens lose a maker's tags.
///
/// `None` for one that does not fit the channels, is shorter than it says or whose tags lie outside of it or have a
/// name in common: browsers refuse those, too.
pub(super) fn carried_on(profile: &[u8], channels: Channels) -> Option<Vec<u8>> {
    let profile = profile.get(..number(profile, 0)?).filter(|whole| fits(whole, channels))?;
    let count = number(profile, TABLE).filter(|count| *count <= MOST_TAGS)?;
    let entries = TABLE + 4;
    let table = profile.get(entries..entries + ENTRY * count)?;
    let mut out = vec![0; profile.len()];
    out[..HEADER].copy_from_slice(&profile[..HEADER]);
    let mut next = entries;
    for entry in table.chunks_exact(ENTRY) {
        let (name, offset, length) = (&entry[..4], number(entry, 4)?, number(entry, 8)?);
        let end = offset.checked_add(length).filter(|end| *end <= profile.len())?;
        let again = out[entries..next].chunks_exact(ENTRY).any(|before| before[..4] == *name);
        if offset < entries + table.len() || again {
            return None;
        }
        if TAGS.iter().any(|tag| tag[..] == *name) {
            out[next..next + ENTRY].copy_from_slice(entry);
            // Up to three bytes behind it bring the next one to a whole number of words; not everybody writes zeros.
            let data = offset..end.next_multiple_of(4).min(profile.len());
            out[data.clone()].copy_from_slice(&profile[data]);
            next += ENTRY;
        }
    }
    let kept = ((next - entries) / ENTRY) as u32;
    out[TABLE..entries].copy_from_slice(&kept.to_be_bytes());
    if out != profile {
        // The digest is of what it was; zeros say that there is none.
        out[DIGEST].fill(0);
    }
    Some(out)
}

/// The number of four bytes, the most significant first.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A profile of these tags: name, data, bytes of nothing before the data.
    fn profile(tags: &[(&[u8; 4], &[u8], &[u8])]) -> Vec<u8> {
        let mut out = vec![0; TABLE];
        out[12..20].copy_from_slice(b"mntrRGB ");
        out[36..40].copy_from_slice(b"acsp");
        out[DIGEST].copy_from_slice(b"a digest of this");
        out.extend((tags.len() as u32).to_be_bytes());
        let mut data = Vec::new();
        for (name, content, before) in tags {
            data.extend_from_slice(before);
            let at = TABLE + 4 + ENTRY * tags.len() + data.len();
            out.extend_from_slice(&name[..]);
            out.extend((at as u32).to_be_bytes());
            out.extend((content.len() as u32).to_be_bytes());
            data.extend_from_slice(content);
        }
        out.extend(data);
        let length = out.len() as u32;
        out[..4].copy_from_slice(&length.to_be_bytes());
        out
    }

    fn kept(profile: &[u8]) -> Option<Vec<u8>> {
        carried_on(profile, Channels::Rgb)
    }

    #[test]
    fn what_hides_nothing_stays_as_it_is() {
        let honest = profile(&[
            (b"desc", b"desc\0\0\0\0name", b""),
            (b"rTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33", b""),
            (b"gXYZ", b"XYZ \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", b"\0p"),
        ]);
        assert_eq!(kept(&honest), Some(honest.clone()));
        assert_eq!(kept(&profile(&[])), Some(profile(&[])));
        // Bytes behind the end are not the profile's.
        assert_eq!(kept(&[&honest[..], b"secret"].concat()), Some(honest));
    }

    #[test]
    fn what_is_hidden_goes_and_the_rest_stays_at_its_place() {
        let hiding = profile(&[
            (b"desc", b"desc\0\0\0\0name", b"secret"),
            (b"prvt", b"a private secret", b""),
            (b"rTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33", b"\0\0secret"),
        ]);
        let mut hiding = hiding;
        hiding[110..116].copy_from_slice(b"secret");
        let out = kept(&hiding).expect("well formed");
        assert!(!out.windows(6).any(|six| six == b"secret"));
        assert_eq!(out[DIGEST], [0; 16]);
        assert_eq!(out.len(), hiding.len());
        assert_eq!(number(&out, TABLE), Some(2));
        let second = &out[TABLE + 4 + ENTRY..][..ENTRY];
        let (at, length) = (number(second, 4).expect("four"), number(second, 8).expect("four"));
        assert_eq!((&second[..4], &out[at..at + length]), (&b"rTRC"[..], &hiding[at..at + length]));
        // It is honest now.
        assert_eq!(kept(&out), Some(out));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let good = profile(&[(b"desc", b"0123456789", b""), (b"cprt", b"0123456789", b"")]);
        let with = |at: usize, word: u32| {
            let mut bad = good.clone();
            bad[at..at + 4].copy_from_slice(&word.to_be_bytes());
            kept(&bad)
        };
        assert!(with(0, good.len() as u32).is_some());
        let first = TABLE + 4;
        for (at, word) in [
            (0, good.len() as u32 + 1),
            (0, 127),
            (TABLE, 3),
            (TABLE, MOST_TAGS as u32 + 1),
            (TABLE, u32::MAX),
            // Into the table, beyond the end, round the end of numbers, and a name that is there twice.
            (first + 4, TABLE as u32),
            (first + 8, 21),
            (first + 8, u32::MAX),
            (first, u32::from_be_bytes(*b"cprt")),
        ] {
            assert_eq!(with(at, word), None, "{word} at {at}");
        }
        assert_eq!(carried_on(&good, Channels::Grey), None);
    }

    proptest! {
        #[test]
        fn any_tags_are_safe_and_what_is_carried_on_is_so_again(
            tags in prop::collection::vec((
                prop::sample::select(vec![*b"desc", *b"cprt", *b"prvt", *b"rTRC", *b"wtpt"]),
                prop_oneof![0_u32..400, any::<u32>()],
                prop_oneof![0_u32..90, any::<u32>()],
            ), 0..6),
            said in prop_oneof![Just(None), (0_u32..400).prop_map(Some)],
            tail in prop::collection::vec(any::<u8>(), 0..250),
        ) {
            let mut bytes = profile(&[]);
            bytes[TABLE..].copy_from_slice(&(tags.len() as u32).to_be_bytes());
            for (name, offset, length) in tags {
                bytes.extend(name);
                bytes.extend(offset.to_be_bytes());
                bytes.extend(length.to_be_bytes());
            }
            bytes.extend(tail);
            let said = said.unwrap_or(bytes.len() as u32);
            bytes[..4].copy_from_slice(&said.to_be_bytes());
            if let Some(out) = kept(&bytes) {
                prop_assert_eq!(out.len(), said as usize);
                prop_assert_eq!(kept(&out), Some(out));
            }
        }
    }
}
