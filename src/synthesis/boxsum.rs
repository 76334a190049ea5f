//! Sums over a square around every pixel, row by row, in constant time a pixel.

/// Feed it the rows of a picture from top to bottom, then empty rows; from the `reach`-th call on it holds the sums
/// around the pixels of the row `reach` above the last one fed. What lies outside the picture counts as zero.
#[derive(Debug)]
pub(super) struct BoxSum<const C: usize> {
    reach: usize,
    /// The last `2 * reach + 1` rows, each already summed along the row.
    ring: Vec<Vec<[u32; C]>>,
    sums: Vec<[u32; C]>,
    fed: usize,
}

impl<const C: usize> BoxSum<C> {
    /// For rows of `width` values and squares of side `2 * reach + 1`.
    pub(super) fn new(width: usize, reach: usize) -> Self {
        Self {
            reach,
            ring: vec![vec![[0; C]; width]; 2 * reach + 1],
            sums: vec![[0; C]; width],
            fed: 0,
        }
    }

    /// Takes the next row, `None` below the last one. Returns the sums for the row `reach` above it, if there is one.
    pub(super) fn feed(&mut self, row: Option<&[[u32; C]]>) -> Option<&[[u32; C]]> {
        let slot = self.fed % self.ring.len();
        let line = &mut self.ring[slot];
        for (sum, old) in self.sums.iter_mut().zip(line.iter()) {
            for k in 0..C {
                sum[k] -= old[k];
            }
        }
        match row {
            Some(row) => sum_along(row, self.reach, line),
            None => line.fill([0; C]),
        }
        for (sum, new) in self.sums.iter_mut().zip(line.iter()) {
            for k in 0..C {
                sum[k] += new[k];
            }
        }
        self.fed += 1;
        (self.fed > self.reach).then_some(&self.sums[..])
    }
}

/// Sums of `2 * reach + 1` neighbours along a row.
fn sum_along<const C: usize>(row: &[[u32; C]], reach: usize, out: &mut [[u32; C]]) {
    let width = row.len();
    let mut sum = [0; C];
    for value in row.iter().take(reach) {
        for k in 0..C {
            sum[k] += value[k];
        }
    }
    for x in 0..width {
        if let Some(value) = row.get(x + reach) {
            for k in 0..C {
                sum[k] += value[k];
            }
        }
        if x > reach {
            for k in 0..C {
                sum[k] -= row[x - reach - 1][k];
            }
        }
        out[x] = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_plain_sum() {
        for (width, height, reach) in [(7, 5, 2), (1, 6, 3), (4, 1, 1), (5, 5, 0)] {
            let value = |x: usize, y: usize| (x * 7 + y * 13 + 1) as u32 % 31;
            let mut boxes = BoxSum::<1>::new(width, reach);
            for fed in 0..height + reach {
                let row: Vec<[u32; 1]> = (0..width).map(|x| [value(x, fed)]).collect();
                let Some(sums) = boxes.feed((fed < height).then_some(&row[..])) else { continue };
                let y = fed - reach;
                for x in 0..width {
                    let mut want = 0;
                    for v in y.saturating_sub(reach)..(y + reach + 1).min(height) {
                        for u in x.saturating_sub(reach)..(x + reach + 1).min(width) {
                            want += value(u, v);
                        }
                    }
                    assert_eq!(sums[x], [want], "{width}x{height} reach {reach} at {x},{y}");
                }
            }
        }
    }
}
