//! Whether a colour profile belongs to a picture.

use crate::raster::Channels;

/// The largest profile that is kept, in bytes; a JPEG cannot hold more.
const LARGEST: usize = 254 * 65_519;

/// Whether a profile can be attached to pixels of these channels: it is whole enough to have a header (ICC.1:2010,
/// 7.2) and describes grey for grey pixels and red, green and blue for the others.
pub(super) fn fits(profile: &[u8], channels: Channels) -> bool {
    let space: &[u8] = match channels {
        Channels::Grey | Channels::GreyAlpha => b"GRAY",
        Channels::Rgb | Channels::Rgba => b"RGB ",
    };
    (128..=LARGEST).contains(&profile.len())
        && profile[16..20] == *space
        && profile[36..40] == *b"acsp"
}
