//! Gaussian noise from a seed: the same numbers on every machine and in every version, since a seed is a promise.

/// Independent numbers with mean 0 and variance 1.
#[derive(Clone, Debug)]
pub struct Noise {
    state: u64,
    /// The second number of the last pair.
    spare: Option<f64>,
}

impl Noise {
    /// The noise of a seed; neighbouring seeds are unrelated.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed, spare: None }
    }

    /// The next number, by Box and Muller ("A note on the generation of random normal deviates", 1958). Logarithm and
    /// circle come from `libm`, whose code is the same wherever it runs.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // Never 0, whose logarithm is none.
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        let angle = 2.0 * std::f64::consts::PI * self.uniform();
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// The next number of 0..1, of 53 bits.
    fn uniform(&mut self) -> f64 {
        // Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): splitmix64.
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The noise that a latent of `channels` planes of `plane` values starts from.
///
/// `offset` adds noise that is the same all over a channel, drawn after all the rest: without it a model that was
/// trained with one keeps the mean brightness of its start.
#[must_use]
pub fn starting_noise(seed: u64, channels: usize, plane: usize, offset: f64) -> Vec<f32> {
    let mut noise = Noise::new(seed);
    let mut values: Vec<f64> = (0..channels * plane).map(|_| noise.normal()).collect();
    for channel in values.chunks_exact_mut(plane.max(1)) {
        let shift = offset * noise.normal();
        channel.iter_mut().for_each(|value| *value += shift);
    }
    values.into_iter().map(|value| value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        let mut noise = Noise::new(1);
        let bits: Vec<u64> = (0..4).map(|_| noise.normal().to_bits()).collect();
        assert_eq!(bits, FROZEN);
    }

    const FROZEN: [u64; 4] = [
        0xBFA1_8B7C_84D5_C3B6,
        0xBFF4_AE86_490C_8E97,
        0xC004_0023_62CE_87BD,
        0x3FED_2ABB_F980_CA41,
    ];

    #[test]
    fn mean_and_variance_are_those_of_a_normal_distribution() {
        let mut noise = Noise::new(7);
        let values: Vec<f64> = (0..100_000).map(|_| noise.normal()).collect();
        let mean = values.iter().sum::<f64>() / 1e5;
        let moment =
            |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / 1e5;
        // Five standard errors.
        assert!(mean.abs() < 0.016, "{mean}");
        assert!((moment(2) - 1.0).abs() < 0.023, "{}", moment(2));
        assert!(moment(3).abs() < 0.04, "{}", moment(3));
        assert!((moment(4) - 3.0).abs() < 0.16, "{}", moment(4));
    }

    #[test]
    fn an_offset_moves_whole_channels() {
        let plain = starting_noise(3, 2, 50, 0.0);
        let moved = starting_noise(3, 2, 50, 0.5);
        let shifts: Vec<f32> = plain.iter().zip(&moved).map(|(a, b)| b - a).collect();
        for channel in shifts.chunks_exact(50) {
            assert!(channel.iter().all(|shift| (shift - channel[0]).abs() < 1e-6));
        }
        assert!((shifts[0] - shifts[50]).abs() > 1e-3);
        assert_ne!(starting_noise(4, 2, 50, 0.0), plain);
    }
}
