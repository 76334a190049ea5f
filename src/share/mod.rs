//! What a link and a re-editable file are made of: bytes in, values out, and back.
//!
//! A link carries everything behind its `#`, which no browser sends to a server. There are two kinds. An inline link,
//! `#1.…`, is the picture itself, small enough for a budget of characters. A sealed link, `#s1.…`, names an encrypted
//! object in a store and holds the only key to it. A re-editable file carries, in a metadata chunk, what an erase
//! took away.
//!
//! Whatever is read here may have been written by anybody: any bytes give a value or a [`ShareError`], lengths are
//! checked against what is there and against fixed limits before memory is taken for them. Version numbers are never
//! used twice, and the readers of old versions stay.

mod base64url;
mod budget;
mod bytes;
mod checksum;
pub mod embed;
mod fragment;
mod frame;
mod history;
mod nibbles;
mod patches;
mod payload;
mod recipe;
mod restore;
mod sealed;
mod search;
mod srgb;
mod ssim;
mod store;
mod strokes;

use thiserror::Error;

pub use base64url::{decode as decode_base64url, encode as encode_base64url};
pub use budget::Budget;
pub use fragment::{Fragment, LONGEST_FRAGMENT};
pub use frame::{Frame, LONGEST_SIDE, SHORTEST_SIDE};
pub use history::{FileHistory, FilePatch, FileResult, MOST_RESULTS};
pub use patches::{MOST_PATCHES, patches, preview_size};
pub use payload::{Patch, Payload};
pub use recipe::{Recipe, Step};
pub use restore::RestoredResult;
pub use sealed::{
    HEADER_BYTES, ID_BYTES, IV_BYTES, KEY_BYTES, LARGEST_OBJECT, SealedFile, SealedHeader,
    SealedLink, TAG_BYTES, additional_data,
};
pub use search::{Choice, Search, Trial};
pub use srgb::to_srgb;
pub use ssim::ssim;
pub use store::{Store, StoreError, address};

/// Why something shared cannot be read, by what the person who holds it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShareError {
    /// There is nothing behind the `#`: the app it came through kept only the address.
    #[error("nothing is there")]
    Absent,
    /// The end is missing: the app it came through shortened it.
    #[error("the end is missing")]
    Cut,
    /// It is whole and not what was sent: a character was changed on the way, or it was never written here.
    #[error("not as it was written")]
    Altered,
    /// It was written by a later version of this program.
    #[error("of a later version")]
    Newer,
    /// It asks for more than anything that is written here.
    #[error("larger than anything that is written here")]
    TooLarge,
}
