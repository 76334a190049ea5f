//! The one source of chance in a synthesis: a small generator whose numbers stay the same for ever.

/// Marsaglia's xorshift (2003) with Vigna's multiplier (2016), 64 bits of state.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

impl Rng {
    /// A generator for `seed`; neighbouring seeds give unrelated numbers.
    pub(super) fn new(seed: u64) -> Self {
        // One step of splitmix64 spreads the bits of small seeds; the state must not be zero.
        let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self((z ^ (z >> 31)) | 1)
    }

    /// The next 32 bits.
    pub(super) fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) as u32
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(n)) >> 32) as u32
    }

    /// A number in `-reach..=reach`.
    pub(super) fn around(&mut self, reach: i32) -> i32 {
        self.below(2 * reach.unsigned_abs() + 1) as i32 - reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        let mut rng = Rng::new(1);
        let first: Vec<u32> = (0..4).map(|_| rng.next()).collect();
        assert_eq!(first, FROZEN);
    }

    const FROZEN: [u32; 4] = [1_262_921_053, 3_621_908_801, 1_595_206_758, 992_769_274];

    #[test]
    fn numbers_stay_in_their_range() {
        let mut rng = Rng::new(7);
        for _ in 0..1000 {
            assert!(rng.below(5) < 5);
            assert!((-3..=3).contains(&rng.around(3)));
        }
        assert_eq!(rng.below(0), 0);
    }
}
