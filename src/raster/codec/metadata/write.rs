//! Writes EXIF data anew.

use super::directory::Kind;
use super::{Exif, Field, Group};

/// The links from the first directory to the others, and the tag that says which EXIF this is.
const PHOTO: u16 = 0x8769;
const PLACE: u16 = 0x8825;
const VERSION: u16 = 0x9000;

/// Bytes of the header, after which the first directory follows.
const HEADER: usize = 8;

impl Exif {
    /// EXIF data without a name before it, least significant byte first; `None` when it would hold nothing.
    ///
    /// There is one picture in it and no directory after the first, so that it holds no small picture. Orientation
    /// and sides are left out: the pixels stand upright, and they know their number.
    pub(super) fn write(&self, with_place: bool) -> Option<Vec<u8>> {
        let place: &[Field] = if with_place { &self.place } else { &[] };
        if self.about.is_empty() && place.is_empty() {
            return None;
        }
        let split = self.about.partition_point(|field| field.group == Group::Image);
        let (image, photo) = self.about.split_at(split);
        let version = version(&self.about);
        let photo: Vec<&Field> = in_order(photo.iter().chain([&version]));

        // The links are numbers of four bytes, so how long each directory is does not depend on where it lies.
        let links = if place.is_empty() { 1 } else { 2 };
        let photo_at = HEADER + length(image.iter(), links);
        let place_at = photo_at + length(photo.iter().copied(), 0);
        let mut linked = vec![link(PHOTO, photo_at)];
        if !place.is_empty() {
            linked.push(link(PLACE, place_at));
        }

        let mut out = b"II*\0".to_vec();
        out.extend((HEADER as u32).to_le_bytes());
        directory(&mut out, &in_order(image.iter().chain(&linked)));
        directory(&mut out, &photo);
        if !place.is_empty() {
            directory(&mut out, &place.iter().collect::<Vec<_>>());
        }
        Some(out)
    }
}

fn in_order<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a Field> {
    let mut fields: Vec<&Field> = fields.collect();
    fields.sort_by_key(|field| field.tag);
    fields
}

/// EXIF 2.32, or 3.0 where a text is in UTF-8, which came with it.
fn version(fields: &[Field]) -> Field {
    let utf8 = fields.iter().any(|field| field.kind == Kind::Utf8);
    let data = if utf8 { b"0300" } else { b"0232" }.to_vec();
    Field { group: Group::Photo, tag: VERSION, kind: Kind::Undefined, count: 4, data }
}

fn link(tag: u16, to: usize) -> Field {
    // All values together are far below 64 KiB.
    let data = (to as u32).to_le_bytes().to_vec();
    Field { group: Group::Image, tag, kind: Kind::Long, count: 1, data }
}

/// Bytes of a directory with its values and `links` more entries that have their value in themselves.
fn length<'a>(fields: impl Iterator<Item = &'a Field>, links: usize) -> usize {
    fields.fold(6 + 12 * links, |sum, field| sum + 12 + outside(field))
}

/// Bytes that a value takes behind the entries; it starts at an even place.
fn outside(field: &Field) -> usize {
    if field.data.len() <= 4 { 0 } else { field.data.len().next_multiple_of(2) }
}

/// Appends a directory, in the order of `fields`, and then the values that do not fit into its entries.
fn directory(out: &mut Vec<u8>, fields: &[&Field]) {
    let mut value_at = out.len() + 6 + 12 * fields.len();
    out.extend((fields.len() as u16).to_le_bytes());
    for field in fields {
        out.extend(field.tag.to_le_bytes());
        out.extend(field.kind.number().to_le_bytes());
        out.extend(field.count.to_le_bytes());
        if field.data.len() <= 4 {
            let mut value = [0; 4];
            value[..field.data.len()].copy_from_slice(&field.data);
            out.extend(value);
        } else {
            out.extend((value_at as u32).to_le_bytes());
            value_at += outside(field);
        }
    }
    // No directory follows.
    out.extend([0; 4]);
    for field in fields.iter().filter(|field| field.data.len() > 4) {
        out.extend(&field.data);
        if field.data.len() % 2 == 1 {
            out.push(0);
        }
    }
}
