//! Latent diffusion as arithmetic: from noise, in steps, to a latent. Which graph predicts the noise is not known here.
//!
//! The forward process of Ho et al. ("Denoising diffusion probabilistic models", 2020) mixes a clean latent `x0` with
//! noise `e`: `x = sqrt(a) x0 + sqrt(1 - a) e`, where `a`, the cumulated alpha of the timestep, falls from nearly 1
//! to nearly 0. A [`Sampler`] goes the way back along a schedule, given what the noise is at each step.
//!
//! All latents are planes of one channel after the other, row by row.

mod dpm_solver;
mod guidance;
mod latent;
mod noise;
mod params;
mod preview;
mod sampler;
mod schedule;

pub use guidance::{Guidance, guided};
pub use latent::{UNET_CHANNELS, grown, pooled, unet_input};
pub use noise::{Noise, starting_noise};
pub use params::{
    DiffusionError, DiffusionParams, GuidanceScale, Interval, Preset, Scheduler, Start, Steps,
    Strength,
};
pub use preview::ColourFit;
pub use sampler::Sampler;
pub use schedule::{Point, Schedule};
