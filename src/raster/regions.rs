//! Splits a mask into windows that do not touch one another.

use super::mask::{Mask, REPAINT};
use super::size::{Rect, Size};
use super::window::{Window, around, margin};

/// Side of the cells in which paint is gathered first, in pixels.
const CELL: u32 = 32;
/// Context that paint keeps on every side even between two windows that stand close, in pixels.
const LEAST_MARGIN: u32 = CELL;

/// Paint that is filled together.
#[derive(Clone, Copy, Debug)]
struct Region {
    bounds: Rect,
    area: u64,
}

impl Region {
    fn joined(self, other: Self) -> Self {
        Self { bounds: self.bounds.union(other.bounds), area: self.area + other.area }
    }

    /// The window that the region would have if it were alone.
    fn window(self, photo: Size) -> Rect {
        around(self.bounds, margin(self.area), photo)
    }

    /// The part of it that no other window may take.
    fn core(self, photo: Size) -> Rect {
        self.bounds.grown((margin(self.area) / 4).max(LEAST_MARGIN), photo)
    }
}

/// The windows in which a mask is filled, in reading order of their paint (top first, then left).
///
/// Every painted pixel lies in exactly one window, 8-connected paint always in the same one, and no two windows
/// share a pixel: they can be filled in any order and their sources never hold what another one is to remove.
/// Regions whose contexts overlap are filled together when that costs no more than apart, or when they stand so
/// close that a border between them would leave one of them without context; otherwise the windows are cut at the
/// middle between the two. Joining on any overlap instead would let a few dozen dust spots chain up into one
/// window as large as the photo.
///
/// The mask must lie inside the photo; paint outside is left out.
#[must_use]
pub fn windows(mask: &Mask, photo: Size) -> Vec<Window> {
    let mut regions = joined(clusters(mask, photo), photo);
    regions.sort_by_key(|region| (region.bounds.y, region.bounds.x, region.bounds.width));
    let mut rects: Vec<Rect> = regions.iter().map(|region| region.window(photo)).collect();
    for i in 0..regions.len() {
        for j in i + 1..regions.len() {
            if !rects[i].intersection(rects[j]).is_empty() {
                let (first, second) =
                    apart((rects[i], regions[i].bounds), (rects[j], regions[j].bounds));
                rects[i] = first;
                rects[j] = second;
            }
        }
    }
    regions.iter().zip(rects).map(|(region, rect)| Window::new(rect, region.bounds, mask)).collect()
}

/// How many windows [`windows`] would give, without making them.
#[must_use]
pub fn count(mask: &Mask, photo: Size) -> usize {
    joined(clusters(mask, photo), photo).len()
}

/// Gathers paint whose cells touch. Such paint is less than twice the least margin apart along both axes, so its
/// cores overlap and it would be joined anyway; doing it by cells first keeps thousands of specks cheap.
fn clusters(mask: &Mask, photo: Size) -> Vec<Region> {
    let frame = mask.bounds().intersection(photo.rect());
    if frame.is_empty() {
        return Vec::new();
    }
    let columns = frame.width.div_ceil(CELL) as usize;
    let rows = frame.height.div_ceil(CELL) as usize;
    let mut cells: Vec<Option<Region>> = vec![None; columns * rows];
    let stride = mask.bounds().width as usize;
    for y in 0..frame.height {
        let row = &mask.data()[y as usize * stride..][..frame.width as usize];
        for (column, part) in row.chunks(CELL as usize).enumerate() {
            let Some(first) = part.iter().position(|&byte| byte == REPAINT) else { continue };
            let last = part.iter().rposition(|&byte| byte == REPAINT).unwrap_or(first);
            let region = Region {
                bounds: Rect {
                    x: frame.x + column as u32 * CELL + first as u32,
                    y: frame.y + y,
                    width: (last - first + 1) as u32,
                    height: 1,
                },
                area: part.iter().map(|&byte| u64::from(byte == REPAINT)).sum(),
            };
            let cell = &mut cells[(y / CELL) as usize * columns + column];
            *cell = Some(cell.map_or(region, |known| known.joined(region)));
        }
    }
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..cells.len() {
        let Some(mut region) = cells[start].take() else { continue };
        open.push(start);
        while let Some(cell) = open.pop() {
            let (x, y) = (cell % columns, cell / columns);
            for ny in y.saturating_sub(1)..(y + 2).min(rows) {
                for nx in x.saturating_sub(1)..(x + 2).min(columns) {
                    if let Some(next) = cells[ny * columns + nx].take() {
                        region = region.joined(next);
                        open.push(ny * columns + nx);
                    }
                }
            }
        }
        found.push(region);
    }
    found
}

/// Joins regions until none needs to be. Ends, because each joining leaves one region fewer.
fn joined(mut waiting: Vec<Region>, photo: Size) -> Vec<Region> {
    // The first cluster in reading order is taken first; the order decides which of two equal ways is taken.
    waiting.reverse();
    let mut settled: Vec<Region> = Vec::new();
    while let Some(mut region) = waiting.pop() {
        // A grown region is compared with all that were settled before once more.
        while let Some(i) = settled.iter().position(|&other| belong_together(region, other, photo))
        {
            region = region.joined(settled.swap_remove(i));
        }
        settled.push(region);
    }
    settled
}

/// Whether two regions are better or necessarily filled in one window.
fn belong_together(a: Region, b: Region, photo: Size) -> bool {
    let (first, second) = (a.window(photo), b.window(photo));
    if first.intersection(second).is_empty() {
        return false;
    }
    let apart = first.size().area() + second.size().area();
    !a.core(photo).intersection(b.core(photo)).is_empty()
        || a.joined(b).window(photo).size().area() <= apart
}

/// Cuts two overlapping windows at the middle between their paint, along the axis where that lies farther apart.
/// The paint of the two must be apart along one axis at least.
fn apart(a: (Rect, Rect), b: (Rect, Rect)) -> (Rect, Rect) {
    let gap = |start: u32, end: u32, other_start: u32, other_end: u32| {
        i64::from(start.max(other_start)) - i64::from(end.min(other_end))
    };
    let across = gap(a.1.x, a.1.right(), b.1.x, b.1.right());
    let down = gap(a.1.y, a.1.bottom(), b.1.y, b.1.bottom());
    if across >= down {
        let cut = |left: (Rect, Rect), right: (Rect, Rect)| {
            let at = left.1.right() + (right.1.x - left.1.right()) / 2;
            (
                Rect::between(left.0.x, left.0.y, left.0.right().min(at), left.0.bottom()),
                Rect::between(right.0.x.max(at), right.0.y, right.0.right(), right.0.bottom()),
            )
        };
        if a.1.x < b.1.x {
            cut(a, b)
        } else {
            let (second, first) = cut(b, a);
            (first, second)
        }
    } else {
        let turn = |r: Rect| Rect { x: r.y, y: r.x, width: r.height, height: r.width };
        let (first, second) = apart((turn(a.0), turn(a.1)), (turn(b.0), turn(b.1)));
        (turn(first), turn(second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dots(at: &[(u32, u32)], radius: f32, photo: Size) -> Mask {
        use crate::raster::{Point, Stroke, StrokeMode};
        let strokes: Vec<Stroke> = at
            .iter()
            .map(|&(x, y)| Stroke {
                mode: StrokeMode::Paint,
                radius,
                points: vec![Point { x: x as f32, y: y as f32 }],
            })
            .collect();
        Mask::rasterise(&strokes, photo)
    }

    fn check(mask: &Mask, photo: Size) -> Vec<Window> {
        let windows = windows(mask, photo);
        let mut painted = 0;
        for (i, window) in windows.iter().enumerate() {
            assert_eq!(window.rect.intersection(photo.rect()), window.rect, "inside the photo");
            assert_eq!(window.rect.intersection(window.bounds), window.bounds, "holds its paint");
            assert_eq!(window.hole.len(), window.rect.size().pixels());
            let tight = Mask::from_bytes(window.rect, window.hole.clone()).expect("fits");
            assert_eq!(tight.bounds(), window.bounds, "bounds are tight");
            painted += tight.area();
            for other in &windows[i + 1..] {
                assert!(
                    window.rect.intersection(other.rect).is_empty(),
                    "{:?} {:?}",
                    window.rect,
                    other.rect
                );
                assert!(
                    (window.bounds.y, window.bounds.x) <= (other.bounds.y, other.bounds.x),
                    "reading order"
                );
            }
        }
        // Windows are disjoint, hence equal counts mean that each painted pixel lies in exactly one of them.
        assert_eq!(painted, mask.area());
        assert_eq!(count(mask, photo), windows.len());
        windows
    }

    proptest! {
        #[test]
        fn windows_never_meet_and_hold_all_paint(
            at in proptest::collection::vec((0u32..3000, 0u32..2000), 0..60), radius in 0.6f32..60.0,
        ) {
            let photo = Size::new(3000, 2000);
            check(&dots(&at, radius, photo), photo);
        }

        #[test]
        fn small_photos_too(at in proptest::collection::vec((0u32..90, 0u32..70), 0..12), radius in 0.6f32..9.0) {
            let photo = Size::new(90, 70);
            prop_assert!(check(&dots(&at, radius, photo), photo).len() <= 1);
        }
    }

    #[test]
    fn far_dots_get_windows_of_their_own() {
        let photo = Size::new(6000, 4000);
        let at: Vec<(u32, u32)> =
            (0..300).map(|i| (150 + i % 20 * 300, 150 + i / 20 * 260)).collect();
        let windows = check(&dots(&at, 5.0, photo), photo);
        assert_eq!(windows.len(), 300);
        assert!(windows.iter().all(|window| window.rect.size() == Size::new(256, 256)));
    }

    #[test]
    fn scattered_dust_does_not_chain_up() {
        let photo = Size::new(6000, 4000);
        // A fixed multiplicative sequence scatters the dots.
        let at: Vec<(u32, u32)> =
            (1u32..=100).map(|i| (i * 2654 % 6000, i * 40_503 % 4000)).collect();
        let windows = check(&dots(&at, 10.0, photo), photo);
        let work: u64 = windows.iter().map(|window| window.rect.size().area()).sum();
        assert!(windows.len() > 40, "{}", windows.len());
        assert!(work <= 100 * 256 * 256, "{work}");
    }

    #[test]
    fn near_regions_are_filled_together() {
        let photo = Size::new(2000, 2000);
        let windows = check(&dots(&[(500, 500), (560, 510)], 10.0, photo), photo);
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].bounds, Rect::between(490, 490, 570, 520));
    }

    #[test]
    fn large_regions_side_by_side_keep_a_border_between_them() {
        use crate::raster::{Point, Stroke, StrokeMode};
        let photo = Size::new(6000, 4000);
        let bar = |x: f32, top: f32, bottom: f32| Stroke {
            mode: StrokeMode::Paint,
            radius: 40.0,
            points: vec![Point { x, y: top }, Point { x, y: bottom }],
        };
        // Apart they cost less than in the window around both, which is mostly bystanders.
        let mask =
            Mask::rasterise(&[bar(500.0, 100.0, 1900.0), bar(1050.0, 1700.0, 3900.0)], photo);
        let windows = check(&mask, photo);
        assert_eq!(windows.len(), 2);
        assert_eq!(windows[0].rect.right(), windows[1].rect.x);
    }

    #[test]
    fn noise_over_the_whole_photo_is_one_window() {
        let photo = Size::new(3000, 2000);
        let data = (0..photo.pixels()).map(|i| u8::from(i % 7 == 0)).collect();
        let mask = Mask::from_bytes(photo.rect(), data).expect("fits");
        let windows = check(&mask, photo);
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].rect, photo.rect());
    }
}
