//! Which parts of a shared picture show something else before and after.

use crate::raster::{Rect, Size};

/// The most parts; more are joined to their neighbours.
pub const MOST_PATCHES: usize = 12;

/// The size of a preview whose longest side is `longest`; never larger than the photo, never empty.
#[must_use]
pub fn preview_size(photo: Size, longest: u32) -> Size {
    let side = photo.width.max(photo.height).max(1);
    if side <= longest {
        return photo;
    }
    let scaled = |length: u32| {
        let exact = u64::from(length) * u64::from(longest);
        ((exact + u64::from(side) / 2) / u64::from(side)).max(1) as u32
    };
    Size::new(scaled(photo.width), scaled(photo.height))
}

/// The parts of a preview of `preview` pixels that `changed` rectangles of the photo touch, at most
/// [`MOST_PATCHES`] of them and none over another.
#[must_use]
pub fn patches(changed: &[Rect], photo: Size, preview: Size) -> Vec<Rect> {
    if photo.is_empty() || preview.is_empty() {
        return Vec::new();
    }
    let floor =
        |at: u32, from: u32, to: u32| (u64::from(at) * u64::from(to) / u64::from(from)) as u32;
    let ceil = |at: u32, from: u32, to: u32| {
        (u64::from(at) * u64::from(to)).div_ceil(u64::from(from)) as u32
    };
    let place = |rect: &Rect| {
        let part = Rect::between(
            floor(rect.x, photo.width, preview.width),
            floor(rect.y, photo.height, preview.height),
            ceil(rect.right(), photo.width, preview.width),
            ceil(rect.bottom(), photo.height, preview.height),
        );
        part.intersection(preview.rect())
    };
    let mut parts: Vec<Rect> = changed.iter().map(place).filter(|part| !part.is_empty()).collect();
    loop {
        let overlapping = closest(&parts, |a, b| !a.intersection(b).is_empty());
        let too_many =
            || (parts.len() > MOST_PATCHES).then(|| closest(&parts, |_, _| true)).flatten();
        let Some((a, b)) = overlapping.or_else(too_many) else { return parts };
        let joined = parts[a].union(parts[b]);
        parts.swap_remove(b);
        parts[a] = joined;
    }
}

/// The first of a pair comes first in the list. Of the pairs that are asked for, the one whose union adds least.
fn closest(parts: &[Rect], asked: impl Fn(Rect, Rect) -> bool) -> Option<(usize, usize)> {
    let pairs = (0..parts.len()).flat_map(|a| (a + 1..parts.len()).map(move |b| (a, b)));
    pairs.filter(|&(a, b)| asked(parts[a], parts[b])).min_by_key(|&(a, b)| {
        let (one, other) = (parts[a].size().area(), parts[b].size().area());
        parts[a].union(parts[b]).size().area() as i64 - (one + other) as i64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_keeps_the_proportions() {
        assert_eq!(preview_size(Size::new(6_000, 4_000), 384), Size::new(384, 256));
        assert_eq!(preview_size(Size::new(300, 200), 384), Size::new(300, 200));
        assert_eq!(preview_size(Size::new(10_000, 3), 96), Size::new(96, 1));
    }

    #[test]
    fn parts_cover_what_changed() {
        let photo = Size::new(1_000, 500);
        let preview = Size::new(100, 50);
        let changed = [Rect::between(101, 99, 199, 201), Rect::between(990, 490, 1_000, 500)];
        let parts = patches(&changed, photo, preview);
        assert_eq!(parts, [Rect::between(10, 9, 20, 21), Rect::between(99, 49, 100, 50)]);
    }

    #[test]
    fn parts_that_meet_become_one() {
        let size = Size::new(100, 100);
        let changed = [
            Rect::between(0, 0, 10, 10),
            Rect::between(50, 50, 60, 60),
            Rect::between(5, 5, 15, 15),
        ];
        let parts = patches(&changed, size, size);
        assert_eq!(parts.len(), 2);
        assert!(parts.contains(&Rect::between(0, 0, 15, 15)));
    }

    #[test]
    fn many_parts_become_few() {
        let size = Size::new(1_000, 1_000);
        let dots: Vec<Rect> =
            (0..40).map(|i| Rect { x: i * 25, y: i * 7, width: 5, height: 5 }).collect();
        let parts = patches(&dots, size, size);
        assert!(parts.len() <= MOST_PATCHES);
        for dot in dots {
            assert!(parts.iter().any(|part| part.intersection(dot) == dot));
        }
    }
}
