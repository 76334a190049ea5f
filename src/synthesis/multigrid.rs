//! Solves a screened Poisson equation on a region of any shape by multigrid, in bounded pieces and a fixed order.

use super::budget::Budget;

/// Four values solved side by side.
pub(super) type Four = [f32; 4];

/// V-cycles; each takes about nine tenths of the error away.
const CYCLES: u32 = 5;
/// Gauss-Seidel passes before and after the coarser grid.
const PASSES: u32 = 2;
/// Passes on the coarsest grid.
const LAST_PASSES: u32 = 24;

/// One grid: cells with a border of idle ones all round, so that every cell has four neighbours.
#[derive(Debug)]
pub(super) struct Grid {
    width: usize,
    height: usize,
    /// How strongly a cell is tied to the one at its right.
    right: Vec<f32>,
    /// How strongly a cell is tied to the one below.
    down: Vec<f32>,
    /// How strongly a cell is held at zero.
    hold: Vec<f32>,
    load: Vec<Four>,
    value: Vec<Four>,
}

impl Grid {
    /// A grid of idle cells.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let cells = (width + 2) * (height + 2);
        Self {
            width,
            height,
            right: vec![0.0; cells],
            down: vec![0.0; cells],
            hold: vec![0.0; cells],
            load: vec![[0.0; 4]; cells],
            value: vec![[0.0; 4]; cells],
        }
    }

    fn stride(&self) -> usize {
        self.width + 2
    }

    fn at(&self, x: usize, y: usize) -> usize {
        (y + 1) * self.stride() + x + 1
    }

    /// Pulls a cell towards zero.
    pub(super) fn hold(&mut self, (x, y): (usize, usize), weight: f32) {
        let at = self.at(x, y);
        self.hold[at] += weight;
    }

    /// Asks a cell to exceed what it is held at by `by`.
    pub(super) fn push(&mut self, (x, y): (usize, usize), by: Four, weight: f32) {
        let at = self.at(x, y);
        for k in 0..4 {
            self.load[at][k] += weight * by[k];
        }
    }

    /// Asks the cell at the right of (x, y), or below it, to exceed it by `by`.
    pub(super) fn tie(&mut self, (x, y): (usize, usize), below: bool, by: Four, weight: f32) {
        let at = self.at(x, y);
        let to = if below { at + self.stride() } else { at + 1 };
        let ties = if below { &mut self.down } else { &mut self.right };
        ties[at] += weight;
        for k in 0..4 {
            self.load[to][k] += weight * by[k];
            self.load[at][k] -= weight * by[k];
        }
    }

    /// The solution at a cell.
    pub(super) fn value(&self, x: usize, y: usize) -> Four {
        self.value[self.at(x, y)]
    }

    /// Adds a row of this grid to the one of half the size. Ties across the border of two blocks bridge twice the
    /// distance, so they are half as strong as their sum.
    fn halve_row(&self, y: usize, coarse: &mut Self) {
        for x in 0..self.width {
            let (from, to) = (self.at(x, y), coarse.at(x / 2, y / 2));
            coarse.hold[to] += self.hold[from];
            if x % 2 == 1 {
                coarse.right[to] += 0.5 * self.right[from];
            }
            if y % 2 == 1 {
                coarse.down[to] += 0.5 * self.down[from];
            }
        }
    }

    /// Sum of the ties of a cell, and of what they pull it to.
    #[inline]
    fn pull(&self, at: usize) -> (f32, Four) {
        let stride = self.stride();
        let ties = [self.right[at], self.right[at - 1], self.down[at], self.down[at - stride]];
        let near = [
            self.value[at + 1],
            self.value[at - 1],
            self.value[at + stride],
            self.value[at - stride],
        ];
        let mut sum = self.load[at];
        for n in 0..4 {
            for k in 0..4 {
                sum[k] += ties[n] * near[n][k];
            }
        }
        (self.hold[at] + ties[0] + ties[1] + ties[2] + ties[3], sum)
    }

    /// One Gauss-Seidel pass over a row.
    fn relax_row(&mut self, y: usize, forward: bool) {
        for n in 0..self.width {
            let at = self.at(if forward { n } else { self.width - 1 - n }, y);
            let (weight, sum) = self.pull(at);
            if weight > 0.0 {
                self.value[at] = sum.map(|s| s / weight);
            }
        }
    }

    /// Adds what is still wrong in a row to the load of the coarser grid.
    fn restrict_row(&self, y: usize, coarse: &mut Self) {
        for x in 0..self.width {
            let (weight, sum) = self.pull(self.at(x, y));
            let (value, to) = (self.value(x, y), coarse.at(x / 2, y / 2));
            for k in 0..4 {
                coarse.load[to][k] += sum[k] - weight * value[k];
            }
        }
    }

    /// Adds the coarser grid's solution to a row.
    fn prolong_row(&mut self, y: usize, coarse: &Self) {
        for x in 0..self.width {
            let (at, add) = (self.at(x, y), coarse.value(x / 2, y / 2));
            for k in 0..4 {
                self.value[at][k] += add[k];
            }
        }
    }
}

/// One pass over the rows of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// Makes grid number n + 1.
    Halve(usize),
    Relax {
        grid: usize,
        forward: bool,
    },
    Restrict(usize),
    Prolong(usize),
}

/// The grids and what is still to be done with them.
#[derive(Debug)]
pub(super) struct Multigrid {
    grids: Vec<Grid>,
    /// In reverse order: the next one is the last.
    passes: Vec<Pass>,
    row: usize,
}

impl Multigrid {
    /// Solves the equations of `grid`.
    pub(super) fn new(grid: Grid) -> Self {
        let mut passes = Vec::new();
        let (mut side, mut count) = (grid.width.max(grid.height), 1);
        while side > 4 {
            passes.push(Pass::Halve(count - 1));
            side = side.div_ceil(2);
            count += 1;
        }
        let relax = |grid, forward, times| (0..times).map(move |_| Pass::Relax { grid, forward });
        for _ in 0..CYCLES {
            for grid in 0..count - 1 {
                passes.extend(relax(grid, true, PASSES));
                passes.push(Pass::Restrict(grid));
            }
            passes.extend(relax(count - 1, true, LAST_PASSES));
            for grid in (0..count - 1).rev() {
                passes.push(Pass::Prolong(grid));
                passes.extend(relax(grid, false, PASSES));
            }
        }
        passes.reverse();
        Self { grids: vec![grid], passes, row: 0 }
    }

    /// The work of solving a grid of so many cells, in units of [`Budget`].
    pub(super) fn work(cells: usize) -> u64 {
        cells as u64 * u64::from(CYCLES) * u64::from(2 * PASSES + 2) / 6
    }

    /// Works on; `true` when it is solved.
    pub(super) fn step(&mut self, budget: &mut Budget) -> bool {
        while let Some(&pass) = self.passes.last() {
            let (Pass::Halve(grid)
            | Pass::Relax { grid, .. }
            | Pass::Restrict(grid)
            | Pass::Prolong(grid)) = pass;
            let rows = self.grids[grid].height;
            while self.row < rows {
                if !budget.open() {
                    return false;
                }
                let work = self.do_row(pass, self.row);
                self.row += 1;
                budget.pay(work);
            }
            self.passes.pop();
            self.row = 0;
        }
        true
    }

    /// One row of a pass; returns its work.
    fn do_row(&mut self, pass: Pass, row: usize) -> usize {
        match pass {
            Pass::Halve(grid) => {
                if row == 0 {
                    let fine = &self.grids[grid];
                    self.grids.push(Grid::new(fine.width.div_ceil(2), fine.height.div_ceil(2)));
                }
                let (fine, coarse) = self.grids.split_at_mut(grid + 1);
                fine[grid].halve_row(row, &mut coarse[0]);
                fine[grid].width / 10
            }
            Pass::Relax { grid, forward } => {
                let grid = &mut self.grids[grid];
                let y = if forward { row } else { grid.height - 1 - row };
                grid.relax_row(y, forward);
                grid.width / 6
            }
            Pass::Restrict(grid) => {
                let (fine, coarse) = self.grids.split_at_mut(grid + 1);
                if row == 0 {
                    coarse[0].load.fill([0.0; 4]);
                    coarse[0].value.fill([0.0; 4]);
                }
                fine[grid].restrict_row(row, &mut coarse[0]);
                fine[grid].width / 6
            }
            Pass::Prolong(grid) => {
                let (fine, coarse) = self.grids.split_at_mut(grid + 1);
                fine[grid].prolong_row(row, &coarse[0]);
                fine[grid].width / 10
            }
        }
    }

    /// The finest grid, solved.
    pub(super) fn solution(&self) -> &Grid {
        &self.grids[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solved(grid: Grid) -> Multigrid {
        let mut multigrid = Multigrid::new(grid);
        while !multigrid.step(&mut Budget::new(10)) {}
        multigrid
    }

    #[test]
    fn a_step_at_both_rims_becomes_a_ramp() {
        let (width, height) = (63, 40);
        let mut grid = Grid::new(width, height);
        for y in 0..height {
            for x in 0..width - 1 {
                grid.tie((x, y), false, [0.0; 4], 1.0);
            }
            for x in 0..width {
                if y + 1 < height {
                    grid.tie((x, y), true, [0.0; 4], 1.0);
                }
            }
            grid.hold((0, y), 1.0);
            grid.hold((width - 1, y), 1.0);
            grid.push((width - 1, y), [64.0, 0.0, -64.0, 0.0], 1.0);
        }
        let multigrid = solved(grid);
        for x in 0..width {
            let [a, b, c, _] = multigrid.solution().value(x, height / 2);
            let want = (x + 1) as f32;
            assert!((a - want).abs() < 0.5, "{a} at {x}");
            assert_eq!(b, 0.0);
            assert!((c + want).abs() < 0.5);
        }
    }

    #[test]
    fn idle_cells_stay_zero() {
        let mut grid = Grid::new(9, 9);
        grid.hold((4, 4), 1.0);
        grid.push((4, 4), [3.0; 4], 1.0);
        let multigrid = solved(grid);
        assert_eq!(multigrid.solution().value(4, 4), [3.0; 4]);
        assert_eq!(multigrid.solution().value(3, 4), [0.0; 4]);
    }
}
