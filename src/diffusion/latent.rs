//! What the UNet is shown: noisy latent, mask and masked latent, one upon the other.

/// Channels of the UNet's input: four of noisy latent, one of mask, four of masked latent.
pub const UNET_CHANNELS: usize = 9;

/// A square mask of `side` pixels a side (one byte a pixel, 0 = keep) grown by `reach` pixels in all eight directions.
/// A mask of another length stays as it is.
#[must_use]
pub fn grown(mask: &[u8], side: usize, reach: usize) -> Vec<u8> {
    if mask.len() != side * side {
        return mask.to_vec();
    }
    let most = |values: &mut [u8], others: &[u8]| {
        values.iter_mut().zip(others).for_each(|(value, &other)| *value = (*value).max(other));
    };
    // First along the rows, then along the columns.
    let mut rows = mask.to_vec();
    for (row, from) in rows.chunks_exact_mut(side.max(1)).zip(mask.chunks_exact(side.max(1))) {
        for step in 1..=reach.min(side) {
            most(row, &from[step..]);
            most(&mut row[step..], from);
        }
    }
    let mut all = rows.clone();
    for step in 1..=reach.min(side) {
        most(&mut all, &rows[step * side..]);
        most(&mut all[step * side..], &rows);
    }
    all
}

/// A square mask of `side` pixels a side (one byte a pixel, 0 = keep) at the size of a latent, `side / factor` a side:
/// 1 where any pixel of the latent's place is painted, 0 elsewhere.
///
/// Taking one pixel of each place instead, as the authors do, would lose strokes that are thinner than a place.
/// A mask of another length, or a factor that does not divide the side, gives an empty one.
#[must_use]
pub fn pooled(mask: &[u8], side: usize, factor: usize) -> Vec<f32> {
    if factor == 0 || !side.is_multiple_of(factor) || mask.len() != side * side {
        return Vec::new();
    }
    let small = side / factor;
    let mut pooled = vec![0.0; small * small];
    for (at, &byte) in mask.iter().enumerate() {
        if byte != 0 {
            pooled[at / side / factor * small + at % side / factor] = 1.0;
        }
    }
    pooled
}

/// The nine channels, `copies` times one after the other. All three are as large as each other; the mask has one
/// channel and the latents have four.
#[must_use]
pub fn unet_input(noisy: &[f32], mask: &[f32], masked: &[f32], copies: usize) -> Vec<f32> {
    let mut input = Vec::with_capacity(copies * UNET_CHANNELS * mask.len());
    for _ in 0..copies {
        input.extend_from_slice(noisy);
        input.extend_from_slice(mask);
        input.extend_from_slice(masked);
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_painted_pixel_is_enough() {
        let mut mask = vec![0; 16 * 16];
        mask[5 * 16 + 6] = 255;
        let mut want = vec![0.0; 16];
        want[4 + 1] = 1.0;
        assert_eq!(pooled(&mask, 16, 4), want);
        // The place to the right begins two pixels on, the one above ends two pixels off.
        assert_eq!(pooled(&grown(&mask, 16, 1), 16, 4), want);
        let wide = pooled(&grown(&mask, 16, 2), 16, 4);
        assert_eq!(wide.iter().sum::<f32>(), 4.0);
        assert_eq!((wide[1], wide[2], wide[5], wide[6]), (1.0, 1.0, 1.0, 1.0));
    }

    #[test]
    fn a_mask_grows_in_all_directions_and_stays_inside() {
        let mut mask = vec![0; 25];
        mask[6] = 255;
        let painted = grown(&mask, 5, 1).iter().filter(|&&byte| byte == 255).count();
        assert_eq!(painted, 9);
        assert_eq!(grown(&mask, 5, 9), vec![255; 25]);
        assert_eq!(grown(&mask, 5, 0), mask);
        assert_eq!(grown(&[1, 2], 5, 1), [1, 2]);
    }

    #[test]
    fn what_cannot_be_pooled_is_empty() {
        assert!(pooled(&[0; 15], 4, 2).is_empty());
        assert!(pooled(&[0; 9], 3, 2).is_empty());
        assert!(pooled(&[], 0, 0).is_empty());
    }

    #[test]
    fn channels_lie_one_upon_the_other() {
        let input = unet_input(&[1.0; 4], &[0.5], &[2.0; 4], 2);
        assert_eq!(input.len(), 18);
        assert_eq!(&input[..9], &[1.0, 1.0, 1.0, 1.0, 0.5, 2.0, 2.0, 2.0, 2.0]);
        assert_eq!(&input[9..], &input[..9]);
    }
}
