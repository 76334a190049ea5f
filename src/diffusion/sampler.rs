//! From noise to a clean latent, one step at a time.

use super::{Point, Schedule, Scheduler, Steps, Strength, dpm_solver::Momentum};

/// A run along a schedule.
#[derive(Clone, Debug)]
pub struct Sampler {
    schedule: Schedule,
    rule: Rule,
    done: usize,
}

/// How a step is taken.
#[derive(Clone, Debug)]
enum Rule {
    Ddim,
    DpmSolver(Momentum),
}

impl Sampler {
    /// A run that has not begun.
    #[must_use]
    pub fn new(scheduler: Scheduler, steps: Steps, strength: Strength) -> Self {
        let rule = match scheduler {
            Scheduler::Ddim => Rule::Ddim,
            Scheduler::DpmSolver => Rule::DpmSolver(Momentum::default()),
        };
        Self { schedule: Schedule::new(scheduler, steps, strength), rule, done: 0 }
    }

    /// How many steps the run has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.schedule.points().len()
    }

    /// How many of them are done.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// The timestep that the UNet is asked about next; `None` after the last.
    #[must_use]
    pub fn timestep(&self) -> Option<u32> {
        self.point().map(|point| point.timestep)
    }

    /// A clean latent with as much of `noise` (as long as it) as belongs to the next step.
    #[must_use]
    pub fn noised(&self, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        let alpha = self.point().map_or(1.0, |point| point.alpha);
        let (signal, rest) = (alpha.sqrt(), (1.0 - alpha).sqrt());
        let mixed = clean.iter().zip(noise);
        mixed.map(|(&x, &e)| (signal * f64::from(x) + rest * f64::from(e)) as f32).collect()
    }

    /// Takes the next step: `latent` becomes the less noisy one. `noise` is what the UNet says of `latent`, as long
    /// as it. Gives the clean latent that this amounts to. After the last step nothing changes.
    pub fn step(&mut self, latent: &mut [f32], noise: &[f32]) -> Vec<f32> {
        let Some(point) = self.point() else { return latent.to_vec() };
        self.done += 1;
        let (signal, rest) = (point.alpha.sqrt(), (1.0 - point.alpha).sqrt());
        let clean: Vec<f64> = latent
            .iter()
            .zip(noise)
            .map(|(&x, &e)| (f64::from(x) - rest * f64::from(e)) / signal)
            .collect();
        match &mut self.rule {
            // Song et al., "Denoising diffusion implicit models" (2020), equation 12 with eta 0.
            Rule::Ddim => {
                let (signal, rest) = (point.next.sqrt(), (1.0 - point.next).sqrt());
                for ((x, &e), &clean) in latent.iter_mut().zip(noise).zip(&clean) {
                    *x = (signal * clean + rest * f64::from(e)) as f32;
                }
            }
            Rule::DpmSolver(momentum) => momentum.step(latent, &clean, &point),
        }
        clean.into_iter().map(|value| value as f32).collect()
    }

    fn point(&self) -> Option<Point> {
        self.schedule.points().get(self.done).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the noise is when clean values are normal with deviation `spread`: the best guess, which makes the way
    /// back an equation with a known solution.
    fn best_guess(latent: &[f32], alpha: f64, spread: f64) -> Vec<f32> {
        let variance = alpha * spread * spread + 1.0 - alpha;
        let share = (1.0 - alpha).sqrt() / variance;
        latent.iter().map(|&x| (share * f64::from(x)) as f32).collect()
    }

    /// How far a run ends from where the equation ends.
    fn miss(scheduler: Scheduler, steps: u16) -> f64 {
        let steps = Steps::new(steps).expect("in range");
        let whole = Strength::new(1.0).expect("in range");
        let mut sampler = Sampler::new(scheduler, steps, whole);
        let schedule = Schedule::new(scheduler, steps, whole);
        let spread = 0.5;
        let mut latent = vec![1.0_f32];
        for point in schedule.points() {
            let noise = best_guess(&latent, point.alpha, spread);
            sampler.step(&mut latent, &noise);
        }
        // The flow keeps a value's place in the distribution: it scales by the ratio of the deviations.
        let alpha = schedule.points()[0].alpha;
        let exact = spread / (alpha * spread * spread + 1.0 - alpha).sqrt();
        (f64::from(latent[0]) - exact).abs()
    }

    #[test]
    fn both_rules_come_to_where_the_equation_ends() {
        for scheduler in [Scheduler::Ddim, Scheduler::DpmSolver] {
            let misses: Vec<f64> = [10, 20, 40, 80].map(|steps| miss(scheduler, steps)).to_vec();
            assert!(
                misses.windows(2).all(|two| two[1] < 0.75 * two[0]),
                "{scheduler:?} {misses:?}"
            );
        }
    }

    #[test]
    fn the_right_noise_gives_the_clean_latent_at_every_step() {
        let clean = [0.3_f32, -1.2, 0.0, 2.5];
        let noise = [1.0_f32, -0.5, 0.25, -2.0];
        for scheduler in [Scheduler::Ddim, Scheduler::DpmSolver] {
            let mut sampler = Sampler::new(scheduler, Steps::default(), Strength::default());
            let mut latent = sampler.noised(&clean, &noise);
            while sampler.timestep().is_some() {
                let guessed = sampler.step(&mut latent, &noise);
                assert!(guessed.iter().zip(&clean).all(|(a, b)| (a - b).abs() < 1e-4));
            }
            assert!(latent.iter().zip(&clean).all(|(a, b)| (a - b).abs() < 1e-4));
            assert_eq!(sampler.done(), sampler.steps());
            let last = latent.clone();
            assert_eq!(sampler.step(&mut latent, &noise), last);
        }
    }
}
