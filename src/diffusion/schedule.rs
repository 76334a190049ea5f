//! Which timesteps are run, and how much noise there is at each.

use super::{Scheduler, Steps, Strength};

/// Timesteps that the models were trained on.
const TRAINED: u32 = 1000;
/// Variance of the noise that the first and the last of them add, their square roots evenly spaced between.
const BETAS: (f64, f64) = (0.000_85, 0.012);

/// One step of a schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// What the UNet is told, 0..=999.
    pub timestep: u32,
    /// Cumulated alpha here.
    pub alpha: f64,
    /// Cumulated alpha where the step leads; 1 for the last.
    pub next: f64,
}

/// The steps that are run, noisiest first; at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    points: Vec<Point>,
}

impl Schedule {
    /// The part of `steps` timesteps that `strength` leaves.
    ///
    /// The spacing is the one called "leading" by the diffusers library: multiples of a whole stride, counted from 0
    /// for DDIM (20 steps are 950, 900, … 0) and from one stride for DPM-Solver, whose last step leads to 0 itself.
    /// Of them the last `steps * strength` are run, cut off to a whole number and not rounded: 0.99 of 20 steps is
    /// 19 steps from 900 on.
    #[must_use]
    pub fn new(scheduler: Scheduler, steps: Steps, strength: Strength) -> Self {
        let alphas = alphas();
        let count = u32::from(steps.get());
        let (stride, first) = match scheduler {
            Scheduler::Ddim => (TRAINED / count, 0),
            Scheduler::DpmSolver => (TRAINED / (count + 1), 1),
        };
        let run = ((f64::from(count) * strength.get()) as u32).clamp(1, count);
        let mut next = 1.0;
        let mut points: Vec<Point> = (first..first + run)
            .map(|index| {
                let timestep = index * stride;
                let alpha = alphas[timestep as usize];
                Point { timestep, alpha, next: std::mem::replace(&mut next, alpha) }
            })
            .collect();
        points.reverse();
        Self { points }
    }

    /// The steps, noisiest first.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }
}

/// Cumulated alpha of each trained timestep.
fn alphas() -> Vec<f64> {
    let (least, most) = (BETAS.0.sqrt(), BETAS.1.sqrt());
    (0..TRAINED)
        .scan(1.0, |product, index| {
            let root = least + (most - least) * f64::from(index) / f64::from(TRAINED - 1);
            *product *= 1.0 - root * root;
            Some(*product)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timesteps(scheduler: Scheduler, steps: u16, strength: f64) -> Vec<u32> {
        let steps = Steps::new(steps).expect("in range");
        let strength = Strength::new(strength).expect("in range");
        Schedule::new(scheduler, steps, strength).points().iter().map(|it| it.timestep).collect()
    }

    #[test]
    fn twenty_steps_are_those_of_the_authors() {
        let all = timesteps(Scheduler::Ddim, 20, 1.0);
        assert_eq!(all, (0..20).rev().map(|index| index * 50).collect::<Vec<_>>());
        let most = timesteps(Scheduler::Ddim, 20, 0.99);
        assert_eq!((most.len(), most[0], most[18]), (19, 900, 0));
    }

    #[test]
    fn the_share_of_the_steps_is_cut_off_not_rounded() {
        assert_eq!(timesteps(Scheduler::Ddim, 100, 0.29).len(), 28);
        assert_eq!(timesteps(Scheduler::Ddim, 10, 0.7).len(), 7);
        assert_eq!(timesteps(Scheduler::Ddim, 3, 0.1), [0]);
    }

    #[test]
    fn dpm_solver_ends_one_stride_before_nothing() {
        assert_eq!(
            timesteps(Scheduler::DpmSolver, 8, 1.0),
            [888, 777, 666, 555, 444, 333, 222, 111]
        );
        assert_eq!(timesteps(Scheduler::DpmSolver, 8, 0.5), [444, 333, 222, 111]);
    }

    #[test]
    fn noise_falls_from_nearly_all_to_none() {
        for scheduler in [Scheduler::Ddim, Scheduler::DpmSolver] {
            let schedule =
                Schedule::new(scheduler, Steps::default(), Strength::new(1.0).expect("in range"));
            let points = schedule.points();
            assert!(points.windows(2).all(|two| two[0].next == two[1].alpha));
            assert!(points.iter().all(|point| 0.0 < point.alpha && point.alpha < point.next));
            assert_eq!(points.last().map(|point| point.next), Some(1.0));
        }
    }
}
