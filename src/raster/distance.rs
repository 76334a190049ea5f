//! Exact Euclidean distance to the nearest painted pixel, as far as a given reach.

use super::size::Size;

/// Square that stands for "farther than the reach".
pub(super) const FAR: u32 = u32::MAX;

/// Computes the squared distance between each pixel's centre and the nearest painted one's in `hole` (one byte a
/// pixel of `size`, 0 = keep) and hands the rows to `take` from top to bottom; farther than `reach` is [`FAR`].
///
/// Two passes after Meijster, Roerdink and Hesselink, "A general algorithm for computing distance transforms in
/// linear time" (2000): distances along columns, then the lower envelope of parabolas along each row. Integers
/// only, hence exact; time is linear in the pixels.
pub(super) fn squared_distances(
    hole: &[u8],
    size: Size,
    reach: u16,
    mut take: impl FnMut(usize, &[u32]),
) {
    let (width, height) = (size.width as usize, size.height as usize);
    if width == 0 || hole.len() != width * height {
        return;
    }
    let columns = column_distances(hole, width, height, reach);
    let mut row = vec![FAR; width];
    let mut envelope = Envelope { at: Vec::with_capacity(width), from: Vec::with_capacity(width) };
    for y in 0..height {
        envelope.row(&columns[y * width..(y + 1) * width], reach, &mut row);
        take(y, &row);
    }
}

/// Vertical distance of each pixel to paint in its own column; `u16::MAX` when farther than the reach.
fn column_distances(hole: &[u8], width: usize, height: usize, reach: u16) -> Vec<u16> {
    let mut out = vec![u16::MAX; hole.len()];
    let farther = |above: u16| if above >= reach { u16::MAX } else { above + 1 };
    for y in 0..height {
        for x in 0..width {
            let i = y * width + x;
            out[i] = if hole[i] != 0 {
                0
            } else if y > 0 {
                farther(out[i - width])
            } else {
                u16::MAX
            };
        }
    }
    for y in (0..height.saturating_sub(1)).rev() {
        for x in 0..width {
            let i = y * width + x;
            out[i] = out[i].min(farther(out[i + width]));
        }
    }
    out
}

/// The parabolas that are lowest somewhere in a row, from left to right.
struct Envelope {
    /// Column of each parabola's vertex.
    at: Vec<i64>,
    /// First column where it is the lowest.
    from: Vec<i64>,
}

impl Envelope {
    /// Squared distances of one row from its column distances.
    fn row(&mut self, columns: &[u16], reach: u16, out: &mut [u32]) {
        self.at.clear();
        self.from.clear();
        let value = |x: i64, vertex: i64| {
            let down = i64::from(columns[vertex as usize]);
            (x - vertex) * (x - vertex) + down * down
        };
        let width = columns.len() as i64;
        for u in 0..width {
            let down = i64::from(columns[u as usize]);
            if columns[u as usize] == u16::MAX {
                continue;
            }
            let mut start = 0;
            while let (Some(&vertex), Some(&from)) = (self.at.last(), self.from.last()) {
                if value(from, vertex) > value(from, u) {
                    self.at.pop();
                    self.from.pop();
                    continue;
                }
                let other = i64::from(columns[vertex as usize]);
                // From the column after this quotient on, the new parabola is the lower one.
                start = (u * u - vertex * vertex + down * down - other * other)
                    .div_euclid(2 * (u - vertex))
                    + 1;
                break;
            }
            if start < width {
                self.at.push(u);
                self.from.push(start);
            }
        }
        out.fill(FAR);
        let most = i64::from(reach) * i64::from(reach);
        for i in 0..self.at.len() {
            let vertex = self.at[i];
            let end = self.from.get(i + 1).copied().unwrap_or(width);
            // Beyond the reach of its vertex a parabola is too high whatever its height.
            let start = self.from[i].max(vertex - i64::from(reach));
            let end = end.min(vertex + i64::from(reach) + 1);
            for x in start..end {
                let square = value(x, vertex);
                if square <= most {
                    out[x as usize] = square as u32;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_the_search_over_all_painted_pixels(
            width in 1usize..24, height in 1usize..20, reach in 0u16..30, bits in proptest::collection::vec(0u8..12, 480),
        ) {
            let hole: Vec<u8> = bits[..width * height].iter().map(|&b| u8::from(b == 0) * 255).collect();
            let mut rows = 0;
            squared_distances(&hole, Size::new(width as u32, height as u32), reach, |y, row| {
                rows += 1;
                for (x, &got) in row.iter().enumerate() {
                    let best = (0..hole.len())
                        .filter(|&i| hole[i] != 0)
                        .map(|i| (i % width).abs_diff(x).pow(2) + (i / width).abs_diff(y).pow(2))
                        .min();
                    let want = best.filter(|&b| b <= usize::from(reach).pow(2)).map_or(FAR, |b| b as u32);
                    assert_eq!(got, want, "at {x} {y}");
                }
            });
            prop_assert_eq!(rows, height);
        }
    }
}
