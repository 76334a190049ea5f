//! What the three graphs of a latent diffusion model take and give.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Channels of a latent: what the decoder takes and the UNet predicts the noise of.
pub const LATENT_CHANNELS: usize = 4;

/// What encoder, UNet and decoder take and give. All float tensors are NCHW with values in f32; the batch is open.
///
/// Pictures are squares of [`LatentDiffusion::side`] pixels with three channels from -1 to 1, latents squares of
/// [`LatentDiffusion::latent_side`] with four.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LatentDiffusion {
    /// Side of the pictures, in pixels; a multiple of `latent_side`.
    pub side: u32,
    /// Side of the latents.
    pub latent_side: u32,
    /// The UNet's latents are the encoder's times this.
    pub scaling_factor: Factor,
    /// How much of the starting noise is the same all over a channel; 0 for none.
    pub noise_offset: Factor,
    /// Picture in, the moments of its latent out.
    pub encoder: Encoder,
    /// Noisy latent in, its noise out.
    pub unet: Unet,
    /// Latent in, picture out.
    pub decoder: Decoder,
}

/// Names of the encoder's tensors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Encoder {
    /// Three channels of picture.
    pub image: String,
    /// Eight channels: four of mean, which are used, and four of logarithmic variance, which are not.
    pub moments: String,
}

/// Names of the UNet's tensors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unet {
    /// Nine channels: noisy latent, mask (1 = repaint), latent of the picture with nothing (0) under the mask.
    pub latent: String,
    /// One timestep for each of the batch, 0..=999, as i64.
    pub timesteps: String,
    /// `prompt_length` i64 for each of the batch: 0, 1, 2, … for the conditional half; the unconditional half goes
    /// on from there.
    pub prompt: String,
    /// How many numbers a prompt has.
    pub prompt_length: u32,
    /// Four channels: the noise that is in the noisy latent.
    pub noise: String,
}

/// Names of the decoder's tensors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decoder {
    /// Four channels of latent, as the encoder makes them: not scaled.
    pub latent: String,
    /// Three channels of picture.
    pub image: String,
}

/// A number of a manifest that scales something: finite, 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "f64", extend("minimum" = 0, "maximum" = 1000)))]
#[serde(try_from = "f64", into = "f64")]
pub struct Factor(f64);

// Never not-a-number.
impl Eq for Factor {}

/// A factor that is none.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{got} is not between 0 and 1000")]
pub struct NotAFactor {
    /// The number given.
    pub got: f64,
}

impl Factor {
    /// Takes a number.
    ///
    /// # Errors
    /// [`NotAFactor`] when it is not between 0 and 1000.
    pub fn new(factor: f64) -> Result<Self, NotAFactor> {
        if (0.0..=1000.0).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(NotAFactor { got: factor })
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Factor {
    type Error = NotAFactor;

    fn try_from(factor: f64) -> Result<Self, Self::Error> {
        Self::new(factor)
    }
}

impl From<Factor> for f64 {
    fn from(factor: Factor) -> Self {
        factor.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_numbers_that_scale() {
        assert_eq!(Factor::new(0.13025).map(Factor::get), Ok(0.13025));
        assert_eq!(serde_json::from_str::<Factor>("0.13025").expect("good").get(), 0.13025);
        assert_eq!(serde_json::to_string(&Factor(0.0357)).expect("a number"), "0.0357");
        for bad in [-0.1, 1000.1, f64::NAN, f64::INFINITY] {
            assert!(Factor::new(bad).is_err());
        }
        assert!(serde_json::from_str::<Factor>("-1").is_err());
    }
}
