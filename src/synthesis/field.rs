//! The field: for each target patch of a level the source patch it is filled from.

use super::budget::Budget;
use super::plane::Pair;
use super::pyramid::{Extent, HOLE, Level, SOURCE, TARGET};
use super::rng::Rng;

/// The centre of a patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) x: u16,
    pub(super) y: u16,
}

impl Spot {
    /// A spot at coordinates that are known to lie in a window, whose sides fit into sixteen bits.
    pub(super) fn new(x: usize, y: usize) -> Self {
        Self { x: x as u16, y: y as u16 }
    }

    /// Its place among the level's pixels, row by row.
    #[inline]
    pub(super) fn index(self, level: &Level) -> usize {
        usize::from(self.y) * level.width + usize::from(self.x)
    }

    /// How far it is to the pixel nearest to a place, which may lie far outside the window.
    pub(super) fn way_to(self, [x, y]: Pair) -> (i32, i32) {
        (nearest(x) - i32::from(self.x), nearest(y) - i32::from(self.y))
    }

    /// The spot so far away, if a source patch lies there.
    #[inline]
    pub(super) fn source_at(self, dx: i32, dy: i32, level: &Level) -> Option<Self> {
        let (x, y) = (i32::from(self.x) + dx, i32::from(self.y) + dy);
        // A negative number becomes a huge one.
        let inside = (x as usize) < level.width && (y as usize) < level.height;
        (inside && level.marks[y as usize * level.width + x as usize] & SOURCE != 0)
            .then(|| Self::new(x as usize, y as usize))
    }
}

/// The nearest whole number, of one that may be huge.
pub(super) fn nearest(v: f64) -> i32 {
    const HUGE: i32 = 1_000_000;
    let huge = f64::from(HUGE);
    (v.clamp(-huge, huge) + huge + 0.5) as i32 - HUGE
}

/// All that is known of the hole of one level, on the rectangle `region` around it.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) region: Extent,
    /// Centres of all target patches, row by row.
    pub(super) targets: Vec<Spot>,
    /// Where each target patch is filled from; without meaning elsewhere.
    pub(super) sources: Vec<Spot>,
    /// The price of each of these choices.
    pub(super) prices: Vec<u32>,
    /// How many targets take each pixel of the level for their source's centre, row by row; 0 before they are counted.
    pub(super) uses: Vec<u32>,
    /// How much each target patch counts in the vote.
    pub(super) weights: Vec<f32>,
    /// Steps, along rows and columns, to the nearest known pixel; 0 for known pixels.
    pub(super) depth: Vec<u16>,
    /// Whether the source of each target patch was moved into step with what repeats in the photo, on this level or a
    /// coarser one. From there on its source says what the guide would have said.
    pub(super) in_step: Vec<bool>,
}

impl Field {
    /// Where the values of the pixel (x, y) of the level are.
    #[inline]
    pub(super) fn index(&self, x: usize, y: usize) -> usize {
        (y - self.region.y0) * self.region.width() + x - self.region.x0
    }

    /// Whether the pixel (x, y) of the level lies in the region.
    #[inline]
    pub(super) fn covers(&self, x: usize, y: usize) -> bool {
        x >= self.region.x0 && x < self.region.x1 && y >= self.region.y0 && y < self.region.y1
    }
}

/// Lists the targets of a level and measures how deep in the hole its pixels lie.
#[derive(Debug)]
pub(super) struct Survey {
    field: Field,
    row: usize,
    down: bool,
}

impl Survey {
    pub(super) fn new(level: &Level) -> Self {
        // One known pixel all round, at least, for the depth to start from.
        let region = level.hole.grown(level.reach.max(1), level.width, level.height);
        let cells = region.width() * region.height();
        let field = Field {
            region,
            targets: Vec::with_capacity(level.targets),
            sources: Vec::with_capacity(cells),
            prices: Vec::with_capacity(cells),
            uses: vec![0; level.width * level.height],
            weights: Vec::with_capacity(cells),
            depth: Vec::with_capacity(cells),
            in_step: Vec::with_capacity(cells),
        };
        Self { field, row: 0, down: true }
    }

    /// Works on; `true` when the field has its targets and depths.
    pub(super) fn step(&mut self, level: &Level, budget: &mut Budget) -> bool {
        let (width, height) = (self.field.region.width(), self.field.region.height());
        loop {
            if self.row == height {
                if !self.down {
                    return true;
                }
                self.down = false;
                self.row = 0;
            }
            if !budget.open() {
                return false;
            }
            if self.down {
                self.forward(level, self.row);
            } else {
                self.backward(height - 1 - self.row);
            }
            self.row += 1;
            budget.pay(width / 10);
        }
    }

    /// Targets of one row, and depth as seen from the left and from above.
    fn forward(&mut self, level: &Level, row: usize) {
        let Field { region, targets, sources, prices, weights, depth, in_step, .. } =
            &mut self.field;
        let width = region.width();
        let cells = depth.len() + width;
        sources.resize(cells, Spot::default());
        prices.resize(cells, u32::MAX);
        weights.resize(cells, 0.0);
        depth.resize(cells, 0);
        in_step.resize(cells, false);
        for column in 0..width {
            let (x, y) = (region.x0 + column, region.y0 + row);
            let mark = level.marks[y * level.width + x];
            if mark & TARGET != 0 {
                targets.push(Spot::new(x, y));
            }
            let here = row * width + column;
            depth[here] = if mark & HOLE == 0 {
                0
            } else {
                let left = if column > 0 { depth[here - 1] } else { u16::MAX };
                let above = if row > 0 { depth[here - width] } else { u16::MAX };
                left.min(above).saturating_add(1)
            };
        }
    }

    /// Depth as seen from the right and from below.
    fn backward(&mut self, row: usize) {
        let Field { region, depth, .. } = &mut self.field;
        let (width, height) = (region.width(), region.height());
        for column in (0..width).rev() {
            let here = row * width + column;
            let right = if column + 1 < width { depth[here + 1] } else { u16::MAX };
            let below = if row + 1 < height { depth[here + width] } else { u16::MAX };
            depth[here] = depth[here].min(right.min(below).saturating_add(1));
        }
    }

    pub(super) fn into_field(self) -> Field {
        self.field
    }
}

/// Gives every target a source: any one on the coarsest level, and below it the one that the coarser field names.
#[derive(Debug)]
pub(super) enum Seeding {
    /// Collects all sources, then picks.
    Random { row: usize, sources: Vec<Spot>, next: usize },
    /// Doubles a coarser field.
    Double { coarse: Box<Field>, reach: usize, size: (usize, usize), next: usize },
}

impl Seeding {
    pub(super) fn random() -> Self {
        Self::Random { row: 0, sources: Vec::new(), next: 0 }
    }

    /// Doubles `coarse`, the field of a level of this width, height and reach.
    pub(super) fn double(coarse: Field, (width, height, reach): (usize, usize, usize)) -> Self {
        Self::Double { coarse: Box::new(coarse), reach, size: (width, height), next: 0 }
    }

    /// Works on; `true` when every target has a source.
    pub(super) fn step(
        &mut self,
        level: &Level,
        field: &mut Field,
        rng: &mut Rng,
        budget: &mut Budget,
    ) -> bool {
        match self {
            Self::Random { row, sources, next } => {
                while *row < level.height {
                    if !budget.open() {
                        return false;
                    }
                    let marks = &level.marks[*row * level.width..][..level.width];
                    sources.extend(
                        (0..level.width)
                            .filter(|&x| marks[x] & SOURCE != 0)
                            .map(|x| Spot::new(x, *row)),
                    );
                    *row += 1;
                    budget.pay(level.width / 20);
                }
                while let Some(&target) = field.targets.get(*next) {
                    if !budget.open() {
                        return false;
                    }
                    let at = field.index(target.x.into(), target.y.into());
                    field.sources[at] = sources[rng.below(sources.len() as u32) as usize];
                    *next += 1;
                    budget.pay(1);
                }
            }
            Self::Double { coarse, reach, size, next } => {
                while let Some(&target) = field.targets.get(*next) {
                    if !budget.open() {
                        return false;
                    }
                    let at = field.index(target.x.into(), target.y.into());
                    let from = above(*reach, *size, target);
                    field.sources[at] = doubled(coarse, from, target, level);
                    field.in_step[at] = coarse.in_step[coarse.index(from.0, from.1)];
                    *next += 1;
                    budget.pay(1);
                }
            }
        }
        true
    }
}

/// The target of the coarser level that stands for one of the finer level.
fn above(reach: usize, (width, height): (usize, usize), target: Spot) -> (usize, usize) {
    let half = |at: u16, length: usize| (usize::from(at) / 2).clamp(reach, length - 1 - reach);
    (half(target.x, width), half(target.y, height))
}

/// The source that a coarser field means, by its target (cx, cy), for a target of the finer level.
fn doubled(coarse: &Field, (cx, cy): (usize, usize), target: Spot, level: &Level) -> Spot {
    let (x, y) = (usize::from(target.x), usize::from(target.y));
    let source = coarse.sources[coarse.index(cx, cy)];
    let base = Spot { x: source.x * 2, y: source.y * 2 };
    // The same displacement at twice the size. Near the window's border the coarse centre was moved inwards, and the
    // exact place may no longer be a source; the one under the coarse source always is.
    let (dx, dy) = (x as i32 - 2 * cx as i32, y as i32 - 2 * cy as i32);
    base.source_at(dx, dy, level)
        .unwrap_or(Spot { x: base.x + target.x % 2, y: base.y + target.y % 2 })
}
