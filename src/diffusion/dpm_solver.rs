//! DPM-Solver++(2M): steps that remember where the one before them led, so that fewer are needed.
//!
//! Lu et al., "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models" (2022), algorithm 2.
//! With `l = ln(sqrt(a) / sqrt(1 - a))` the equation is linear but for the clean latent, which is carried on along a
//! line through its last two values. The first step has no value before it, and the last leads to where `l` is
//! infinite: both are of first order.

use super::Point;

/// What a step remembers of the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Momentum {
    before: Option<Before>,
}

#[derive(Clone, Debug)]
struct Before {
    clean: Vec<f64>,
    /// How far the step went, in `l`.
    length: f64,
}

impl Momentum {
    /// Takes a step from `point`, where the clean latent is said to be `clean`.
    pub(super) fn step(&mut self, latent: &mut [f32], clean: &[f64], point: &Point) {
        let (rest, next_rest) = ((1.0 - point.alpha).sqrt(), (1.0 - point.next).sqrt());
        let length = log_ratio(point.next) - log_ratio(point.alpha);
        let before = self.before.take().filter(|_| length.is_finite());
        for (index, x) in latent.iter_mut().enumerate() {
            let here = clean[index];
            let carried = before.as_ref().map_or(here, |before| {
                let share = length / (2.0 * before.length);
                here + share * (here - before.clean[index])
            });
            let kept = next_rest / rest * f64::from(*x);
            *x = (kept - point.next.sqrt() * libm::expm1(-length) * carried) as f32;
        }
        self.before = Some(Before { clean: clean.to_vec(), length });
    }
}

/// Logarithm of signal over noise; infinite where there is no noise.
fn log_ratio(alpha: f64) -> f64 {
    0.5 * (libm::log(alpha) - libm::log(1.0 - alpha))
}
