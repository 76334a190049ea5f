//! The seam: a smooth correction that makes the fill meet the rim and its own patches meet each other.
//!
//! Copied patches carry their own brightness, which shows as facets in a smooth sky. The patches also say by how
//! much each pixel should differ from its neighbour. So the last step looks for the picture whose differences are
//! those and which meets the known pixels at the rim (Perez and others, 2003): a correction to the fill that is
//! zero where the patches agree. Two kinds of difference are left alone: a large one inside the hole is a true
//! edge, and a large one at the rim is the remainder of what was erased and must not be drawn into the fill. A
//! weak pull, to the guide's colour or without one to no change, keeps the correction from drifting in the middle
//! of a large hole. Where sources were moved into step with what repeats, their colour stands for the guide's.

use super::budget::Budget;
use super::features::Packing;
use super::field::Field;
use super::multigrid::{Four, Grid, Multigrid};
use super::pyramid::{HOLE, Level, Pixel};
use crate::raster::Picture;

/// A larger disagreement inside the hole counts as an edge, of 255.
const EDGE: f32 = 64.0;
/// A larger disagreement at the rim counts as a remainder of what was erased.
const REMAINDER: f32 = 48.0;
/// Over how many pixels the correction fades, in small and in large holes.
const FADE: (usize, usize) = (48, 160);
/// Cells that the correction may take; a larger region is corrected on a coarser grid.
const MOST_CELLS: usize = 2_500_000;

/// The correction being made and applied.
#[derive(Debug)]
pub(super) struct Finish {
    stage: Stage,
    /// Pixels of a cell along each side are two to this power.
    shift: usize,
    row: usize,
}

#[derive(Debug)]
enum Stage {
    Assemble(Grid),
    Solve(Multigrid),
    Apply(Multigrid),
}

impl Finish {
    pub(super) fn new(field: &Field) -> Self {
        let (width, height) = (field.region.width(), field.region.height());
        let mut shift = 0;
        while (width >> shift) * (height >> shift) > MOST_CELLS {
            shift += 1;
        }
        let grid = Grid::new(((width - 1) >> shift) + 1, ((height - 1) >> shift) + 1);
        Self { stage: Stage::Assemble(grid), shift, row: 0 }
    }

    /// About how much work this is, in units of [`Budget`].
    pub(super) fn work(level: &Level) -> u64 {
        let cells = (level.hole.width() + 6) * (level.hole.height() + 6);
        Multigrid::work(cells.min(MOST_CELLS)) + 10 * level.missing as u64
    }

    /// Works on; `true` when `window` holds the corrected fill.
    pub(super) fn step(
        &mut self,
        packing: Packing,
        level: &Level,
        field: &Field,
        window: &mut Picture,
        budget: &mut Budget,
    ) -> bool {
        while budget.open() {
            match &mut self.stage {
                Stage::Assemble(grid) => {
                    if self.row < field.region.height() {
                        let work = assemble_row(
                            packing,
                            level,
                            field,
                            self.shift,
                            field.region.y0 + self.row,
                            grid,
                        );
                        self.row += 1;
                        budget.pay(work);
                    } else {
                        let grid = std::mem::replace(grid, Grid::new(0, 0));
                        self.stage = Stage::Solve(Multigrid::new(grid));
                    }
                }
                Stage::Solve(multigrid) => {
                    if multigrid.step(budget) {
                        let multigrid =
                            std::mem::replace(multigrid, Multigrid::new(Grid::new(0, 0)));
                        self.stage = Stage::Apply(multigrid);
                        self.row = 0;
                    }
                }
                Stage::Apply(multigrid) => {
                    if self.row == field.region.height() {
                        return true;
                    }
                    let y = field.region.y0 + self.row;
                    apply_row(packing, level, field, self.shift, y, multigrid.solution(), window);
                    self.row += 1;
                    budget.pay(field.region.width() / 6);
                }
            }
        }
        false
    }
}

/// The equations of one row of pixels; returns their work.
fn assemble_row(
    packing: Packing,
    level: &Level,
    field: &Field,
    shift: usize,
    y: usize,
    grid: &mut Grid,
) -> usize {
    let region = field.region;
    let cell = |x: usize, y: usize| ((x - region.x0) >> shift, (y - region.y0) >> shift);
    // Where a cell is several pixels wide, that many ties cross its side.
    let weight = 1.0 / (1 << shift) as f32;
    let fade = (region.width().min(region.height()) / 8).clamp(FADE.0, FADE.1) as f32;
    grid.open_row(cell(region.x0, y).1);
    let mut work = region.width() / 20;
    for x in region.x0..region.x1 {
        let at = y * level.width + x;
        let here = level.marks[at] & HOLE != 0;
        if here {
            let weight = 1.0 / (fade * fade);
            grid.hold(cell(x, y), weight);
            if packing.guided() && !packing.alpha {
                grid.push(cell(x, y), towards_guide(packing, level.pixels[at]), weight);
            }
        }
        for below in [false, true] {
            let (nx, ny) = if below { (x, y + 1) } else { (x + 1, y) };
            if nx >= region.x1 || ny >= region.y1 {
                continue;
            }
            let there = level.marks[ny * level.width + nx] & HOLE != 0;
            if !here && !there {
                continue;
            }
            work += 4;
            let Some(wanted) = difference(level, field, x, y, below) else { continue };
            let (p, q) = (level.pixels[at], level.pixels[ny * level.width + nx]);
            let mut wrong: Four = [0.0; 4];
            let mut worst: f32 = 0.0;
            for k in 0..if packing.alpha { 4 } else { 3 } {
                wrong[k] = wanted[k] - (f32::from(q[k]) - f32::from(p[k]));
                worst = worst.max(wrong[k].abs());
            }
            let (a, b) = (cell(x, y), cell(nx, ny));
            if here && there {
                if a != b {
                    grid.tie(a, below, if worst > EDGE { [0.0; 4] } else { wrong }, weight);
                }
            } else if worst <= REMAINDER {
                let (inside, by) = if there { (b, wrong) } else { (a, wrong.map(|v| -v)) };
                grid.hold(inside, weight);
                grid.push(inside, by, weight);
            }
        }
    }
    work
}

/// By how much the guide's colour at a filled pixel exceeds it. The pull is so weak that the ties even out all that is
/// narrower than the fade: what comes through is the guide's broad light, not its blur.
fn towards_guide(packing: Packing, pixel: Pixel) -> Four {
    let guide = packing.guide_colour(pixel);
    let mut by = [0.0; 4];
    for k in 0..3 {
        by[k] = (f32::from(guide[k]) - f32::from(pixel[k])).clamp(-REMAINDER, REMAINDER);
    }
    by
}

/// By how much, as the patches have it, the pixel at the right of (x, y) or below it exceeds the one at (x, y).
fn difference(level: &Level, field: &Field, x: usize, y: usize, below: bool) -> Option<Four> {
    let r = level.reach;
    let (right, down) = (usize::from(!below), usize::from(below));
    let rows = (y + down).saturating_sub(r).max(r)..=(y + r).min(level.height - 1 - r);
    let columns = (x + right).saturating_sub(r).max(r)..=(x + r).min(level.width - 1 - r);
    let mut sum = [0.0; 4];
    let mut total = 0.0;
    for cy in rows {
        for (at, cx) in (field.index(*columns.start(), cy)..).zip(columns.clone()) {
            let weight = field.weights[at];
            let source = field.sources[at];
            let from =
                (usize::from(source.y) + y - cy) * level.width + usize::from(source.x) + x - cx;
            let (p, q) = (level.pixels[from], level.pixels[from + down * level.width + right]);
            for k in 0..4 {
                sum[k] += weight * (f32::from(q[k]) - f32::from(p[k]));
            }
            total += weight;
        }
    }
    // Patches of one pixel cover no two neighbours.
    (total > 0.0).then(|| sum.map(|s| s / total))
}

/// Writes one row of the corrected fill into the window.
fn apply_row(
    packing: Packing,
    level: &Level,
    field: &Field,
    shift: usize,
    y: usize,
    grid: &Grid,
    window: &mut Picture,
) {
    let bytes = window.channels().count();
    for x in field.region.x0..field.region.x1 {
        let at = y * level.width + x;
        if level.marks[at] & HOLE == 0 {
            continue;
        }
        let correction = grid.value((x - field.region.x0) >> shift, (y - field.region.y0) >> shift);
        let mut filled = [0.0; 4];
        for k in 0..4 {
            filled[k] = f32::from(level.pixels[at][k]) + correction[k];
        }
        packing.unpack(filled, &mut window.data_mut()[at * bytes..][..bytes]);
    }
}
