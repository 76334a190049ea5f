//! What a person can set about a denoising run.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A setting of a denoising run that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum DiffusionError {
    /// Outside of 1 to 100.
    #[error("{got} steps; 1 to 100 can be made")]
    Steps {
        /// The number given.
        got: u16,
    },
    /// Outside of 0 to 20.
    #[error("a guidance of {got} is not between 0 and 20")]
    Guidance {
        /// The number given.
        got: f32,
    },
    /// Outside of 0.01 to 1.
    #[error("a strength of {got} is not between 0.01 and 1")]
    Strength {
        /// The number given.
        got: f64,
    },
    /// Not two shares in order.
    #[error("from {from} until {until} is no part of a run")]
    Interval {
        /// Where it begins.
        from: f64,
        /// Where it ends.
        until: f64,
    },
}

/// A newtype that is checked when it is made and when it is read.
macro_rules! checked {
    ($(#[$doc:meta])* $name:ident($number:ty as $word:literal) in $range:expr, else $error:ident, default $default:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = $word, into = $word)]
        pub struct $name($number);

        impl $name {
            /// Takes a number.
            ///
            /// # Errors
            /// [`DiffusionError`] when it is out of range or not a number.
            pub fn new(number: $number) -> Result<Self, DiffusionError> {
                if $range.contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(DiffusionError::$error { got: number })
                }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $number {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl TryFrom<$number> for $name {
            type Error = DiffusionError;

            fn try_from(number: $number) -> Result<Self, Self::Error> {
                Self::new(number)
            }
        }

        impl From<$name> for $number {
            fn from(it: $name) -> Self {
                it.0
            }
        }
    };
}

checked! {
    /// How many steps the whole way would have, 1 to 100; 20 by default, as the authors of Moebius have it.
    Steps(u16 as "u16") in (1..=100), else Steps, default 20
}

checked! {
    /// How far the condition is followed, 0 to 20: 1 is as the model says, more is beyond it. 2 by default.
    GuidanceScale(f32 as "f32") in (0.0..=20.0), else Guidance, default 2.0
}

checked! {
    /// The share of the steps that is run, 0.01 to 1: below 1 the start is a picture with noise, at 1 noise alone.
    Strength(f64 as "f64") in (0.01..=1.0), else Strength, default 0.99
}

/// The part of a run in which guidance is applied, as shares of its steps; the whole by default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct Interval {
    from: f64,
    until: f64,
}

impl Interval {
    /// From a share of the run (inclusive) until another (exclusive).
    ///
    /// # Errors
    /// [`DiffusionError::Interval`] when they are not 0 <= `from` <= `until` <= 1.
    pub fn new(from: f64, until: f64) -> Result<Self, DiffusionError> {
        if (0.0..=1.0).contains(&from) && (from..=1.0).contains(&until) {
            Ok(Self { from, until })
        } else {
            Err(DiffusionError::Interval { from, until })
        }
    }

    /// Where it begins.
    #[must_use]
    pub const fn from(self) -> f64 {
        self.from
    }

    /// Where it ends.
    #[must_use]
    pub const fn until(self) -> f64 {
        self.until
    }

    /// As much of it as there is from another share on; nothing at that share where it ends before.
    #[must_use]
    pub fn starting(self, from: f64) -> Self {
        Self::new(from, self.until.max(from)).unwrap_or(self)
    }

    /// As much of it as there is until another share; nothing at that share where it begins behind it.
    #[must_use]
    pub fn ending(self, until: f64) -> Self {
        Self::new(self.from.min(until), until).unwrap_or(self)
    }

    /// Whether a share of the run lies in it.
    #[must_use]
    pub fn holds(self, share: f64) -> bool {
        (self.from..self.until).contains(&share)
    }
}

impl Default for Interval {
    fn default() -> Self {
        Self { from: 0.0, until: 1.0 }
    }
}

impl TryFrom<(f64, f64)> for Interval {
    type Error = DiffusionError;

    fn try_from((from, until): (f64, f64)) -> Result<Self, Self::Error> {
        Self::new(from, until)
    }
}

impl From<Interval> for (f64, f64) {
    fn from(interval: Interval) -> Self {
        (interval.from, interval.until)
    }
}

/// The rule of the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheduler {
    /// DDIM without noise of its own.
    #[default]
    Ddim,
    /// DPM-Solver++(2M), for 8 to 12 steps.
    DpmSolver,
}

/// What the run starts from. At strength 1 all three are noise alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The hole as a quicker way has filled it, with noise.
    #[default]
    Filled,
    /// The photo with noise, as the authors have it: what is to be erased can shine through.
    Photo,
    /// Noise alone, at any strength.
    Noise,
}

/// All settings of a denoising run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiffusionParams {
    /// How many steps the whole way would have.
    pub steps: Steps,
    /// How far the condition is followed.
    pub guidance_scale: GuidanceScale,
    /// When it is.
    pub guidance_interval: Interval,
    /// The share of the steps that is run.
    pub strength: Strength,
    /// The rule of the steps.
    pub scheduler: Scheduler,
    /// What the run starts from.
    pub start: Start,
    /// Run the two halves of a guided step one after the other: slower, in less memory.
    pub one_by_one: bool,
    /// Keep all graphs loaded for the next run: quicker, in more memory.
    pub keep_graphs: bool,
}

impl DiffusionParams {
    /// The share of the steps that is really run: all of them from noise alone.
    #[must_use]
    pub fn run_strength(&self) -> Strength {
        if self.start == Start::Noise { Strength(1.0) } else { self.strength }
    }

    /// Whether the run starts from noise alone.
    #[must_use]
    pub fn from_noise(&self) -> bool {
        self.run_strength().get() >= 1.0
    }
}

/// Settings under one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// As few steps as still make a picture.
    Fast,
    /// What the authors use.
    Balanced,
    /// When it may take its time.
    Best,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// Its rule and its number of steps.
    const fn rule(self) -> (Scheduler, u16) {
        match self {
            Self::Fast => (Scheduler::DpmSolver, 10),
            Self::Balanced => (Scheduler::Ddim, 20),
            Self::Best => (Scheduler::Ddim, 40),
        }
    }

    /// The settings of this word; those that the machine decides about (memory) stay as they are in `params`.
    #[must_use]
    pub fn apply(self, params: DiffusionParams) -> DiffusionParams {
        let (scheduler, steps) = self.rule();
        DiffusionParams {
            steps: Steps(steps),
            scheduler,
            one_by_one: params.one_by_one,
            keep_graphs: params.keep_graphs,
            ..DiffusionParams::default()
        }
    }

    /// The word for these settings, if they have one.
    #[must_use]
    pub fn of(params: &DiffusionParams) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.apply(*params) == *params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_authors_numbers() {
        let params: DiffusionParams = serde_json::from_str("{}").expect("all have defaults");
        assert_eq!(params, DiffusionParams::default());
        assert_eq!((params.steps.get(), params.guidance_scale.get()), (20, 2.0));
        assert_eq!((params.strength.get(), params.scheduler), (0.99, Scheduler::Ddim));
        assert_eq!(Preset::of(&params), Some(Preset::Balanced));
    }

    #[test]
    fn settings_survive_json_and_those_out_of_range_are_refused() {
        let params = DiffusionParams {
            steps: Steps::new(8).expect("in range"),
            guidance_interval: Interval::new(0.2, 0.8).expect("in range"),
            scheduler: Scheduler::DpmSolver,
            start: Start::Noise,
            ..DiffusionParams::default()
        };
        let json = serde_json::to_string(&params).expect("plain data");
        assert!(json.contains(r#""scheduler":"dpm-solver""#), "{json}");
        assert_eq!(serde_json::from_str::<DiffusionParams>(&json).expect("just written"), params);
        for bad in [
            r#"{"steps":0}"#,
            r#"{"steps":101}"#,
            r#"{"strength":0}"#,
            r#"{"strength":1.01}"#,
            r#"{"guidance_scale":-1}"#,
            r#"{"guidance_interval":[0.8,0.2]}"#,
            r#"{"guidance_interval":[0,2]}"#,
            r#"{"start":"middle"}"#,
            r#"{"eta":0}"#,
        ] {
            assert!(serde_json::from_str::<DiffusionParams>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn either_end_of_an_interval_moves_the_other_along() {
        let ends = |interval: Interval| (interval.from(), interval.until());
        let part = Interval::new(0.2, 0.6).expect("in range");
        assert_eq!(ends(part.starting(0.4)), (0.4, 0.6));
        assert_eq!(ends(part.starting(0.7)), (0.7, 0.7));
        assert_eq!(ends(part.ending(0.1)), (0.1, 0.1));
        assert_eq!(ends(part.ending(1.0)), (0.2, 1.0));
        assert_eq!(part.ending(1.1), part);
        assert_eq!(part.starting(f64::NAN), part);
    }

    #[test]
    fn presets_leave_what_the_machine_decides() {
        let mine = DiffusionParams { keep_graphs: true, ..DiffusionParams::default() };
        for preset in Preset::ALL {
            let params = preset.apply(mine);
            assert!(params.keep_graphs);
            assert_eq!(Preset::of(&params), Some(preset));
        }
        let own = DiffusionParams { start: Start::Photo, ..mine };
        assert_eq!(Preset::of(&own), None);
    }

    #[test]
    fn noise_alone_runs_all_steps() {
        let params = DiffusionParams { start: Start::Noise, ..DiffusionParams::default() };
        assert!(params.from_noise() && !DiffusionParams::default().from_noise());
        assert_eq!(params.run_strength().get(), 1.0);
    }
}
