//! The window at halving sizes, with what is hole and what may be copied.

use super::boxsum::BoxSum;
use super::budget::Budget;

/// One pixel as patches compare it: see [`super::features`] for what the eight bytes hold.
pub(super) type Pixel = [u8; 8];

/// How many leading channels of a pixel are filled; the rest only steer.
pub(super) const FILLED: usize = 5;

/// The pixel is to be filled.
pub(super) const HOLE: u8 = 1;
/// The patch around the pixel lies inside the window and touches the hole.
pub(super) const TARGET: u8 = 2;
/// The patch around the pixel lies inside the window and is wholly known.
pub(super) const SOURCE: u8 = 4;

/// Half a patch, at most: patches are 7x7.
pub(super) const MAX_REACH: usize = 3;
/// A level with fewer whole patches than this offers too little to choose from.
const ENOUGH_SOURCES: usize = 60;
/// No level has a short side below this.
const SHORTEST_SIDE: usize = 24;

/// A half-open rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) x0: usize,
    pub(super) y0: usize,
    pub(super) x1: usize,
    pub(super) y1: usize,
}

impl Extent {
    /// Holds nothing and grows by [`Extent::add`].
    const NONE: Self = Self { x0: usize::MAX, y0: usize::MAX, x1: 0, y1: 0 };

    fn add(&mut self, x: usize, y: usize) {
        self.x0 = self.x0.min(x);
        self.y0 = self.y0.min(y);
        self.x1 = self.x1.max(x + 1);
        self.y1 = self.y1.max(y + 1);
    }

    /// Grown on every side, cut at `width` and `height`.
    pub(super) fn grown(self, by: usize, width: usize, height: usize) -> Self {
        Self {
            x0: self.x0.saturating_sub(by),
            y0: self.y0.saturating_sub(by),
            x1: (self.x1 + by).min(width),
            y1: (self.y1 + by).min(height),
        }
    }

    /// Pixels in a row.
    pub(super) fn width(self) -> usize {
        self.x1 - self.x0
    }

    /// Rows.
    pub(super) fn height(self) -> usize {
        self.y1 - self.y0
    }
}

/// The window at one size. Known pixels never change; pixels of the hole hold the fill as it stands.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Half a patch: a patch is `2 * reach + 1` pixels wide and high.
    pub(super) reach: usize,
    pub(super) pixels: Vec<Pixel>,
    pub(super) marks: Vec<u8>,
    /// The smallest rectangle around the hole.
    pub(super) hole: Extent,
    /// Pixels of the hole.
    pub(super) missing: usize,
    /// Patches to fill from.
    pub(super) sources: usize,
    /// Patches to fill.
    pub(super) targets: usize,
}

impl Level {
    /// A level without content, whose rows come to be with [`Level::open_row`].
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            reach: MAX_REACH.min((width.min(height) - 1) / 2),
            pixels: Vec::with_capacity(width * height),
            marks: Vec::with_capacity(width * height),
            hole: Extent::NONE,
            missing: 0,
            sources: 0,
            targets: 0,
        }
    }

    /// Adds an empty row.
    pub(super) fn open_row(&mut self) {
        self.pixels.resize(self.pixels.len() + self.width, [0; 8]);
        self.marks.resize(self.marks.len() + self.width, 0);
    }

    /// Marks a pixel as hole while the level is being built.
    pub(super) fn add_hole(&mut self, x: usize, y: usize) {
        self.marks[y * self.width + x] = HOLE;
        self.hole.add(x, y);
        self.missing += 1;
    }

    /// The nearest place to (x, y) around which a whole patch lies inside the window.
    pub(super) fn nearest_centre(&self, x: usize, y: usize) -> (usize, usize) {
        let r = self.reach;
        (x.clamp(r, self.width - 1 - r), y.clamp(r, self.height - 1 - r))
    }

    /// Whether this level has patches enough to fill from.
    pub(super) fn is_rich(&self) -> bool {
        self.sources >= ENOUGH_SOURCES
    }

    /// Whether a level of half the size is worth making.
    pub(super) fn can_halve(&self) -> bool {
        self.reach == MAX_REACH && self.width.min(self.height).div_ceil(2) >= SHORTEST_SIDE
    }
}

/// Makes the level of half the size, row by row. A coarse pixel is hole if any of its pixels is; its colour is the
/// mean of the known ones, so what is to be erased never leaks into what is kept.
#[derive(Debug)]
pub(super) struct Halving {
    coarse: Level,
    row: usize,
}

impl Halving {
    pub(super) fn new(fine: &Level) -> Self {
        Self { coarse: Level::new(fine.width.div_ceil(2), fine.height.div_ceil(2)), row: 0 }
    }

    /// Works on; `true` when the level is complete but for its marks of sources and targets.
    pub(super) fn step(&mut self, fine: &Level, budget: &mut Budget) -> bool {
        let coarse = &mut self.coarse;
        while self.row < coarse.height {
            if !budget.open() {
                return false;
            }
            coarse.open_row();
            for x in 0..coarse.width {
                let (pixel, hole) = halve(fine, 2 * x, 2 * self.row);
                coarse.pixels[self.row * coarse.width + x] = pixel;
                if hole {
                    coarse.add_hole(x, self.row);
                }
            }
            self.row += 1;
            budget.pay(coarse.width / 4);
        }
        true
    }

    pub(super) fn into_level(self) -> Level {
        self.coarse
    }
}

/// One coarse pixel from up to four fine ones, the first of them at (x, y).
fn halve(fine: &Level, x: usize, y: usize) -> (Pixel, bool) {
    let (mut known, mut all) = ([0u32; 8], [0u32; 8]);
    let (mut known_count, mut count) = (0, 0);
    for v in y..(y + 2).min(fine.height) {
        for u in x..(x + 2).min(fine.width) {
            let at = v * fine.width + u;
            let pixel = fine.pixels[at].map(u32::from);
            let take = u32::from(fine.marks[at] & HOLE == 0);
            for k in 0..8 {
                all[k] += pixel[k];
                known[k] += take * pixel[k];
            }
            known_count += take;
            count += 1;
        }
    }
    let mean = |sum: u32, n: u32| ((sum + n / 2) / n) as u8;
    let mut pixel = [0; 8];
    for k in 0..8 {
        // The guide is as good under the hole as beside it.
        pixel[k] = if k < FILLED && known_count > 0 {
            mean(known[k], known_count)
        } else {
            mean(all[k], count)
        };
    }
    (pixel, known_count < count)
}

/// Marks where patches can be taken from and where they are needed, row by row.
#[derive(Debug)]
pub(super) struct Marking {
    boxes: BoxSum<1>,
    line: Vec<[u32; 1]>,
    fed: usize,
}

impl Marking {
    pub(super) fn new(level: &mut Level) -> Self {
        level.sources = 0;
        level.targets = 0;
        Self { boxes: BoxSum::new(level.width, level.reach), line: vec![[0]; level.width], fed: 0 }
    }

    /// Works on; `true` when every pixel has its marks.
    pub(super) fn step(&mut self, level: &mut Level, budget: &mut Budget) -> bool {
        let (width, height, r) = (level.width, level.height, level.reach);
        while self.fed < height + r {
            if !budget.open() {
                return false;
            }
            let row = if self.fed < height {
                let marks = &level.marks[self.fed * width..][..width];
                for (value, mark) in self.line.iter_mut().zip(marks) {
                    *value = [u32::from(mark & HOLE)];
                }
                Some(&self.line[..])
            } else {
                None
            };
            if let Some(sums) = self.boxes.feed(row) {
                let y = self.fed - r;
                for x in 0..width {
                    let inside = x >= r && x + r < width && y >= r && y + r < height;
                    let mark = &mut level.marks[y * width + x];
                    *mark &= HOLE;
                    if inside && sums[x][0] == 0 {
                        *mark |= SOURCE;
                        level.sources += 1;
                    } else if inside {
                        *mark |= TARGET;
                        level.targets += 1;
                    }
                }
            }
            self.fed += 1;
            budget.pay(width / 6);
        }
        true
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// A level whose pixel (x, y) is `colour(x, y)`, with a hole where `inside` says so.
    pub(in super::super) fn level(
        width: usize,
        height: usize,
        inside: impl Fn(usize, usize) -> bool,
        colour: impl Fn(usize, usize) -> [u8; 3],
    ) -> Level {
        let mut level = Level::new(width, height);
        for y in 0..height {
            level.open_row();
            for x in 0..width {
                let [r, g, b] = colour(x, y);
                level.pixels[y * width + x] = [r, g, b, 0, 0, 0, 0, 0];
                if inside(x, y) {
                    level.add_hole(x, y);
                }
            }
        }
        let mut marking = Marking::new(&mut level);
        while !marking.step(&mut level, &mut Budget::new(u32::MAX)) {}
        level
    }
}
