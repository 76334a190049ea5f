//! Colours of a latent without a decoder: good enough to watch a picture come.

use super::latent::UNET_CHANNELS;

/// Channels of a latent.
const LATENT: usize = (UNET_CHANNELS - 1) / 2;
/// Unknowns of a colour: a share of each channel, and a constant.
const UNKNOWNS: usize = LATENT + 1;
/// Keeps the equations solvable when a photo has one colour; as a share of the largest entry.
const RIDGE: f64 = 1e-4;

/// Each colour as a sum of the latent's channels, fitted to a picture whose latent is known.
///
/// A table of such numbers that was fitted once for a decoder would do for that decoder alone; this one is fitted to
/// the very photo, whose colours the fill will have.
///
/// Values beyond those of the photo count as the last ones within: the first guesses of a run go far astray, and colours
/// follow them to where there are none.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourFit {
    shares: [[f64; UNKNOWNS]; 3],
    ranges: [(f32, f32); LATENT],
}

impl ColourFit {
    /// The fit with the least squares. `latent` has four planes and `colours` (0 to 255) three, all of one length.
    #[must_use]
    pub fn new(latent: &[f32], colours: &[f32]) -> Self {
        let plane = latent.len() / LATENT;
        let mut matrix = [[0.0; UNKNOWNS]; UNKNOWNS];
        let mut sides = [[0.0; 3]; UNKNOWNS];
        for place in 0..plane.min(colours.len() / 3) {
            let row = row(latent, plane, place);
            for (i, &a) in row.iter().enumerate() {
                for (j, &b) in row.iter().enumerate() {
                    matrix[i][j] += a * b;
                }
                for (colour, side) in sides[i].iter_mut().enumerate() {
                    *side += a * f64::from(colours[colour * plane + place]);
                }
            }
        }
        let largest = matrix.iter().flatten().fold(1.0_f64, |most, value| most.max(value.abs()));
        for (i, line) in matrix.iter_mut().enumerate() {
            line[i] += RIDGE * largest;
        }
        solve(&mut matrix, &mut sides);
        let mut shares = [[0.0; UNKNOWNS]; 3];
        for (i, side) in sides.iter().enumerate() {
            for (colour, share) in side.iter().enumerate() {
                shares[colour][i] = *share;
            }
        }
        let ranges = std::array::from_fn(|channel| {
            let values = latent.iter().skip(channel * plane).take(plane);
            values.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), &value| {
                (least.min(value), most.max(value))
            })
        });
        Self { shares, ranges }
    }

    /// The colours of a latent of four planes, three bytes a place.
    #[must_use]
    pub fn colours(&self, latent: &[f32]) -> Vec<u8> {
        let plane = latent.len() / LATENT;
        (0..plane)
            .flat_map(|place| {
                let mut row = row(latent, plane, place);
                for (value, &(least, most)) in row.iter_mut().zip(&self.ranges) {
                    *value = value.max(least.into()).min(most.into());
                }
                self.shares.map(|shares| {
                    let value: f64 =
                        shares.iter().zip(row).map(|(share, value)| share * value).sum();
                    (value + 0.5) as u8
                })
            })
            .collect()
    }
}

fn row(latent: &[f32], plane: usize, place: usize) -> [f64; UNKNOWNS] {
    std::array::from_fn(|channel| {
        if channel < LATENT { f64::from(latent[channel * plane + place]) } else { 1.0 }
    })
}

/// Gauss's elimination with the largest pivot; the sides become the solutions.
fn solve(matrix: &mut [[f64; UNKNOWNS]; UNKNOWNS], sides: &mut [[f64; 3]; UNKNOWNS]) {
    for column in 0..UNKNOWNS {
        let pivot = (column..UNKNOWNS)
            .max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        sides.swap(column, pivot);
        let (line, side) = (matrix[column], sides[column]);
        if line[column] == 0.0 {
            continue;
        }
        for other in (0..UNKNOWNS).filter(|&other| other != column) {
            let share = matrix[other][column] / line[column];
            matrix[other].iter_mut().zip(line).for_each(|(a, b)| *a -= share * b);
            sides[other].iter_mut().zip(side).for_each(|(a, b)| *a -= share * b);
        }
    }
    for (i, side) in sides.iter_mut().enumerate() {
        let pivot = if matrix[i][i] == 0.0 { 1.0 } else { matrix[i][i] };
        side.iter_mut().for_each(|value| *value /= pivot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::starting_noise;

    #[test]
    fn colours_that_are_a_sum_of_channels_are_found_again() {
        let plane = 64;
        let latent = starting_noise(1, LATENT, plane, 0.0);
        let colour = |place: usize, shares: [f32; 5]| {
            (0..LATENT).map(|c| shares[c] * latent[c * plane + place]).sum::<f32>() + shares[4]
        };
        let shares = [
            [10.0, -4.0, 2.0, 8.0, 120.0],
            [3.0, 9.0, -6.0, 0.0, 100.0],
            [-7.0, 2.0, 5.0, 1.0, 140.0],
        ];
        let colours: Vec<f32> = shares
            .iter()
            .flat_map(|&shares| (0..plane).map(move |place| colour(place, shares)))
            .collect();
        let found = ColourFit::new(&latent, &colours).colours(&latent);
        for place in 0..plane {
            for c in 0..3 {
                let (got, want) = (f32::from(found[place * 3 + c]), colours[c * plane + place]);
                assert!((got - want).abs() <= 1.0, "{got} {want}");
            }
        }
    }

    #[test]
    fn values_that_no_photo_has_are_brought_back() {
        let latent: Vec<f32> = (0..LATENT * 4).map(|at| (at % 4) as f32).collect();
        let colours: Vec<f32> = (0..12).map(|at| 10.0 * (at % 4) as f32).collect();
        let fit = ColourFit::new(&latent, &colours);
        let far: Vec<f32> = latent.iter().map(|value| value * 1e6).collect();
        let colours = fit.colours(&far);
        assert_eq!(&colours[..3], &fit.colours(&latent)[..3]);
        assert_eq!(&colours[3..6], &fit.colours(&latent)[9..12]);
    }

    #[test]
    fn a_latent_of_one_value_gives_the_photos_mean() {
        let fit = ColourFit::new(
            &[0.0; 16],
            &[10.0, 10.0, 20.0, 20.0, 5.0, 5.0, 5.0, 5.0, 7.0, 7.0, 7.0, 7.0],
        );
        assert_eq!(&fit.colours(&[0.0; 16])[..3], &[15, 5, 7]);
        assert!(ColourFit::new(&[], &[]).colours(&[]).is_empty());
    }
}
