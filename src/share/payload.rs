//! What an inline link carries, version 1.
//!
//! ```text
//! length of the body   number
//! body                 flags: 1 = before, 2 = recipe; the others must be 0
//!                      picture                                       block
//!                      before: count, then x, y and picture of each  numbers and block
//!                      recipe                                        block
//! checksum             CRC-32 of "1." and the body, little endian
//! ```
//!
//! Pictures are bare VP8 frames, which know their own size. The length stands first, so that a link that was cut is
//! told from one that was altered, and what an app appends does no harm.

use super::{
    Frame, Recipe, ShareError,
    bytes::{Reader, put_block, put_number},
    checksum::crc32,
    frame::LONGEST_SIDE,
    patches::MOST_PATCHES,
};
use crate::raster::Rect;

const BEFORE: u8 = 1;
const RECIPE: u8 = 2;

/// The most bytes of a body: more than any budget lets through.
const LARGEST: usize = 48 << 10;

/// The checksum also covers the version, so that a body does not pass under another one.
const VERSION: &[u8] = b"1.";

/// A piece of the picture as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Left column in the shared picture.
    pub x: u32,
    /// Top row in the shared picture.
    pub y: u32,
    /// Its pixels; it lies wholly inside the shared picture.
    pub picture: Frame,
}

impl Patch {
    /// Its place in the shared picture.
    #[must_use]
    pub const fn rect(&self) -> Rect {
        let size = self.picture.size();
        Rect { x: self.x, y: self.y, width: size.width, height: size.height }
    }
}

/// What is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// The result.
    pub picture: Frame,
    /// What was there before, where the sender shows it.
    pub before: Vec<Patch>,
    /// How it was made, where the sender tells it.
    pub recipe: Option<Recipe>,
}

impl Payload {
    /// The bytes behind `#1.`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let recipe = self.recipe.as_ref();
        let flags = if self.before.is_empty() { 0 } else { BEFORE }
            | if recipe.is_some() { RECIPE } else { 0 };
        let mut body = vec![flags];
        put_block(&mut body, self.picture.bytes());
        if !self.before.is_empty() {
            put_number(&mut body, self.before.len() as u64);
            for patch in &self.before {
                put_number(&mut body, u64::from(patch.x));
                put_number(&mut body, u64::from(patch.y));
                put_block(&mut body, patch.picture.bytes());
            }
        }
        if let Some(recipe) = recipe {
            put_block(&mut body, &recipe.encode());
        }
        let mut out = Vec::with_capacity(body.len() + 8);
        put_block(&mut out, &body);
        out.extend_from_slice(&crc32(&[VERSION, &body]).to_le_bytes());
        out
    }

    /// Reads the bytes behind `#1.`; what follows the checksum is left out.
    ///
    /// # Errors
    /// [`ShareError::Cut`] when the end is missing, [`ShareError::TooLarge`] for more than any budget allows and
    /// [`ShareError::Altered`] for all else that is not as it was written.
    pub fn decode(bytes: &[u8]) -> Result<Self, ShareError> {
        let mut outer = Reader::new(bytes);
        let body = outer.block(LARGEST)?;
        let sum = outer.take(4)?;
        if sum != crc32(&[VERSION, body]).to_le_bytes() {
            return Err(ShareError::Altered);
        }
        // Behind a good checksum a body that ends early was not written here.
        Self::read(body).map_err(|error| match error {
            ShareError::Cut => ShareError::Altered,
            other => other,
        })
    }

    fn read(body: &[u8]) -> Result<Self, ShareError> {
        let mut body = Reader::new(body);
        let flags = body.byte()?;
        if flags & !(BEFORE | RECIPE) != 0 {
            return Err(ShareError::Altered);
        }
        let picture = Frame::new(body.block(LARGEST)?)?;
        let mut before = Vec::new();
        if flags & BEFORE != 0 {
            let count = body.small(MOST_PATCHES as u32)?;
            if count == 0 {
                return Err(ShareError::Altered);
            }
            for _ in 0..count {
                let (x, y) = (body.small(LONGEST_SIDE)?, body.small(LONGEST_SIDE)?);
                let patch = Patch { x, y, picture: Frame::new(body.block(LARGEST)?)? };
                if patch.rect().intersection(picture.size().rect()) != patch.rect() {
                    return Err(ShareError::Altered);
                }
                before.push(patch);
            }
        }
        let recipe =
            if flags & RECIPE != 0 { Some(Recipe::decode(body.block(LARGEST)?)?) } else { None };
        if body.left() > 0 {
            return Err(ShareError::Altered);
        }
        Ok(Self { picture, before, recipe })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::frame::hollow, *};

    fn with_before() -> Payload {
        let patch = |x, y| Patch { x, y, picture: hollow(10, 20) };
        Payload { picture: hollow(96, 64), before: vec![patch(0, 0), patch(86, 44)], recipe: None }
    }

    #[test]
    fn a_payload_survives() {
        for payload in
            [with_before(), Payload { picture: hollow(1, 1), before: vec![], recipe: None }]
        {
            let bytes = payload.encode();
            assert_eq!(Payload::decode(&bytes), Ok(payload.clone()));
            let appended = [&bytes[..], b"tail"].concat();
            assert_eq!(Payload::decode(&appended), Ok(payload));
        }
    }

    #[test]
    fn cut_is_told_from_altered() {
        let bytes = with_before().encode();
        for length in 0..bytes.len() {
            assert_eq!(Payload::decode(&bytes[..length]), Err(ShareError::Cut), "{length}");
        }
        // The first byte is the length; any other that changes is found by the checksum.
        for index in 1..bytes.len() {
            let mut other = bytes.clone();
            other[index] ^= 0x04;
            assert_eq!(Payload::decode(&other), Err(ShareError::Altered), "{index}");
        }
    }

    #[test]
    fn a_patch_outside_the_picture_is_refused() {
        let mut payload = with_before();
        payload.before[1].x += 1;
        assert_eq!(Payload::decode(&payload.encode()), Err(ShareError::Altered));
    }

    #[test]
    fn more_than_any_budget_is_refused_before_it_is_read() {
        let mut bytes = Vec::new();
        put_number(&mut bytes, LARGEST as u64 + 1);
        assert_eq!(Payload::decode(&bytes), Err(ShareError::TooLarge));
    }
}
