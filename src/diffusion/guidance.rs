//! Guidance without a classifier: away from what the model says without a condition.

use super::{GuidanceScale, Interval};

/// When guidance is applied, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guidance {
    /// 1 means none.
    pub scale: GuidanceScale,
    /// The part of the run in which it is applied.
    pub interval: Interval,
}

impl Guidance {
    /// The scale for step `index` (from 0) of `steps`; `None` where the conditional half alone is enough, which is
    /// half the work.
    #[must_use]
    pub fn at(&self, index: usize, steps: usize) -> Option<f32> {
        let scale = self.scale.get();
        let share = index as f64 / steps.max(1) as f64;
        (scale != 1.0 && self.interval.holds(share)).then_some(scale)
    }
}

/// Ho and Salimans, "Classifier-free diffusion guidance" (2022): `u + scale (c - u)`. Both are of one length.
#[must_use]
pub fn guided(unconditional: &[f32], conditional: &[f32], scale: f32) -> Vec<f32> {
    unconditional.iter().zip(conditional).map(|(u, c)| u + scale * (c - u)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guidance_goes_beyond_the_condition() {
        assert_eq!(guided(&[1.0, 0.0], &[2.0, -1.0], 2.0), [3.0, -2.0]);
        assert_eq!(guided(&[1.0], &[2.0], 0.0), [1.0]);
    }

    #[test]
    fn none_is_needed_at_one_or_outside_of_the_interval() {
        let scale = |scale| GuidanceScale::new(scale).expect("in range");
        let whole = Interval::default();
        assert_eq!(Guidance { scale: scale(1.0), interval: whole }.at(0, 20), None);
        let always = Guidance { scale: scale(2.0), interval: whole };
        assert!((0..20).all(|index| always.at(index, 20) == Some(2.0)));
        let middle = Interval::new(0.25, 0.75).expect("in range");
        let some = Guidance { scale: scale(2.0), interval: middle };
        let when: Vec<usize> = (0..8).filter(|&index| some.at(index, 8).is_some()).collect();
        assert_eq!(when, [2, 3, 4, 5]);
    }
}
