//! The encrypted object behind a sealed link, version 1.
//!
//! ```text
//! header      "LACUNA" 01 00, then 12 bytes of initialisation vector
//! ciphertext  AES-256-GCM of a byte for the kind of file and the file, with its tag of 16 bytes
//! ```
//!
//! The header and the object's name are the additional data: nothing outside the ciphertext can be changed, and one
//! object cannot be passed off as another. The key is made for one object and lives in its link alone.

use super::{
    ShareError,
    base64url::{decode, encode},
};
use crate::raster::codec::PhotoFormat;

/// Bytes of an object's name: 128 random bits.
pub const ID_BYTES: usize = 16;
/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of an initialisation vector.
pub const IV_BYTES: usize = 12;
/// Bytes before the ciphertext.
pub const HEADER_BYTES: usize = MAGIC.len() + IV_BYTES;
/// Bytes that encryption adds at the end.
pub const TAG_BYTES: usize = 16;
/// The most bytes of an object that are fetched.
pub const LARGEST_OBJECT: usize = 256 << 20;

/// What an object begins with; the last two bytes are its version.
const MAGIC: [u8; 8] = *b"LACUNA\x01\0";

/// Characters of a name and of a key.
const ID_CHARACTERS: usize = 22;
const KEY_CHARACTERS: usize = 43;

/// Where an object lies and what opens it: `s1.<id>.<key>` without its first part.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedLink {
    /// The object's name.
    pub id: [u8; ID_BYTES],
    /// The only key to it.
    pub key: [u8; KEY_BYTES],
}

impl std::fmt::Debug for SealedLink {
    /// Without the key: what is written to a console stays there.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SealedLink").field("id", &self.name()).finish_non_exhaustive()
    }
}

impl SealedLink {
    /// The object's name as it stands in addresses: 22 characters of base64url.
    #[must_use]
    pub fn name(&self) -> String {
        encode(&self.id)
    }

    pub(super) fn to_text(&self) -> String {
        [self.name(), encode(&self.key)].join(".")
    }

    pub(super) fn parse(text: &str) -> Result<Self, ShareError> {
        let (id, key) = text.split_once('.').ok_or(ShareError::Cut)?;
        if id.len() != ID_CHARACTERS {
            return Err(ShareError::Altered);
        }
        // Whatever an app hangs on ends with a character that is not of the key.
        let key = decode(key.get(..key.len().min(KEY_CHARACTERS)).ok_or(ShareError::Altered)?);
        let id = decode(id).try_into().map_err(|_| ShareError::Altered)?;
        Ok(Self { id, key: key.try_into().map_err(|_| ShareError::Cut)? })
    }
}

/// The readable start of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedHeader {
    /// The initialisation vector; made for one encryption.
    pub iv: [u8; IV_BYTES],
}

impl SealedHeader {
    /// The header's bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..MAGIC.len()].copy_from_slice(&MAGIC);
        bytes[MAGIC.len()..].copy_from_slice(&self.iv);
        bytes
    }

    /// Reads an object's header and points at its ciphertext.
    ///
    /// # Errors
    /// [`ShareError::Cut`] when it is too short to hold anything, [`ShareError::Newer`] for another version,
    /// [`ShareError::Altered`] for what is no such object and [`ShareError::TooLarge`] above [`LARGEST_OBJECT`].
    pub fn split(object: &[u8]) -> Result<(Self, &[u8]), ShareError> {
        let common = MAGIC.len() - 2;
        if !object.iter().zip(&MAGIC[..common]).all(|(a, b)| a == b) {
            return Err(ShareError::Altered);
        }
        if object.len() > LARGEST_OBJECT {
            return Err(ShareError::TooLarge);
        }
        // A tag and the kind of file are always there.
        if object.len() <= HEADER_BYTES + TAG_BYTES {
            return Err(ShareError::Cut);
        }
        if object[common..MAGIC.len()] != MAGIC[common..] {
            return Err(ShareError::Newer);
        }
        let (header, sealed) = object.split_at(HEADER_BYTES);
        let mut iv = [0; IV_BYTES];
        iv.copy_from_slice(&header[MAGIC.len()..]);
        Ok((Self { iv }, sealed))
    }
}

/// What is authenticated beside the ciphertext: the header and the object's name.
#[must_use]
pub fn additional_data(header: SealedHeader, id: &[u8; ID_BYTES]) -> Vec<u8> {
    [&header.to_bytes()[..], id].concat()
}

/// What is encrypted: a picture file and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedFile<'a> {
    /// PNG, JPEG or WebP.
    pub format: PhotoFormat,
    /// The file.
    pub bytes: &'a [u8],
}

impl<'a> SealedFile<'a> {
    /// The byte that stands for a kind of file; none for kinds that are not written here.
    #[must_use]
    pub const fn kind(format: PhotoFormat) -> Option<u8> {
        match format {
            PhotoFormat::Png => Some(1),
            PhotoFormat::Jpeg => Some(2),
            PhotoFormat::WebP => Some(3),
            _ => None,
        }
    }

    /// Reads what was encrypted.
    ///
    /// # Errors
    /// [`ShareError::Altered`] for another kind of file, or a file that does not begin like its kind.
    pub fn read(plain: &'a [u8]) -> Result<Self, ShareError> {
        let (&kind, bytes) = plain.split_first().ok_or(ShareError::Altered)?;
        let (format, start) = match kind {
            1 => (PhotoFormat::Png, &b"\x89PNG\r\n\x1a\n"[..]),
            2 => (PhotoFormat::Jpeg, &[0xff, 0xd8, 0xff][..]),
            3 => (PhotoFormat::WebP, &b"RIFF"[..]),
            _ => return Err(ShareError::Altered),
        };
        if bytes.starts_with(start) { Ok(Self { format, bytes }) } else { Err(ShareError::Altered) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> SealedLink {
        SealedLink { id: [0xa5; ID_BYTES], key: [0x3c; KEY_BYTES] }
    }

    #[test]
    fn a_link_survives() {
        let text = link().to_text();
        assert_eq!(text.len(), ID_CHARACTERS + 1 + KEY_CHARACTERS);
        assert_eq!(SealedLink::parse(&text), Ok(link()));
        assert_eq!(SealedLink::parse(&format!("{text}.")), Ok(link()));
        assert!(!format!("{:?}", link()).contains(&encode(&link().key)));
    }

    #[test]
    fn a_link_without_its_end_was_cut() {
        let text = link().to_text();
        assert_eq!(SealedLink::parse(&text[..ID_CHARACTERS]), Err(ShareError::Cut));
        assert_eq!(SealedLink::parse(&text[..text.len() - 1]), Err(ShareError::Cut));
        assert_eq!(SealedLink::parse("short.key"), Err(ShareError::Altered));
        assert_eq!(SealedLink::parse(&text.replace('.', "")), Err(ShareError::Cut));
    }

    #[test]
    fn an_object_is_split_where_it_was_joined() {
        let header = SealedHeader { iv: *b"twelve bytes" };
        let object = [&header.to_bytes()[..], &[9; TAG_BYTES + 1]].concat();
        assert_eq!(SealedHeader::split(&object), Ok((header, &[9; TAG_BYTES + 1][..])));
        assert_eq!(SealedHeader::split(&object[..object.len() - 1]), Err(ShareError::Cut));
        assert_eq!(SealedHeader::split(b"LAC"), Err(ShareError::Cut));
        assert_eq!(SealedHeader::split(b"<html>"), Err(ShareError::Altered));
        let mut later = object;
        later[6] = 2;
        assert_eq!(SealedHeader::split(&later), Err(ShareError::Newer));
    }

    #[test]
    fn files_are_what_they_say() {
        let png = [&[1][..], b"\x89PNG\r\n\x1a\nrest"].concat();
        assert_eq!(SealedFile::read(&png).map(|file| file.format), Ok(PhotoFormat::Png));
        assert_eq!(SealedFile::read(b"\x01<html>"), Err(ShareError::Altered));
        assert_eq!(SealedFile::read(b"\x07RIFF"), Err(ShareError::Altered));
        assert_eq!(SealedFile::read(b""), Err(ShareError::Altered));
    }
}
