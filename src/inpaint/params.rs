//! What a person can set about an erase.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{diffusion::DiffusionParams, raster::Feather};

/// Why settings were refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// The strength of a guide is not a number between 0 and 1.
    #[error("a guide strength of {got} is not between 0 and 1")]
    GuideStrength {
        /// The strength asked for.
        got: f32,
    },
}

/// How much a guide steers the synthesis: 0 (not at all) to 1 (followed as closely as it can be).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct GuideStrength(f32);

impl GuideStrength {
    /// A strength between 0 and 1.
    ///
    /// # Errors
    /// [`ParamsError::GuideStrength`] for everything else, not-a-number included.
    pub fn new(strength: f32) -> Result<Self, ParamsError> {
        if (0.0..=1.0).contains(&strength) {
            Ok(Self(strength))
        } else {
            Err(ParamsError::GuideStrength { got: strength })
        }
    }

    /// The strength, 0 to 1.
    #[must_use]
    pub const fn get(self) -> f32 {
        self.0
    }
}

impl Default for GuideStrength {
    /// Half way: structure comes from the guide and texture from the photo.
    fn default() -> Self {
        Self(0.5)
    }
}

impl TryFrom<f32> for GuideStrength {
    type Error = ParamsError;

    fn try_from(strength: f32) -> Result<Self, Self::Error> {
        Self::new(strength)
    }
}

impl From<GuideStrength> for f32 {
    fn from(strength: GuideStrength) -> Self {
        strength.0
    }
}

/// Settings of one erase. The same photo, strokes and settings give the same pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InpaintParams {
    /// Start of all random choices.
    pub seed: Seed,
    /// Width of the soft edge outside the mask.
    pub feather: Feather,
    /// How much a guide steers, where there is one.
    pub guide_strength: GuideStrength,
    /// How a latent is denoised, where a model does that.
    #[serde(skip_serializing_if = "is_default")]
    pub diffusion: DiffusionParams,
}

/// Settings that are as they come are not spelled out: what is kept and sent of an erase stays short.
fn is_default(params: &DiffusionParams) -> bool {
    *params == DiffusionParams::default()
}

/// A 64-bit seed. In JSON it is a string of decimal digits, since numbers there lose digits beyond 53 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seed(pub u64);

impl TryFrom<String> for Seed {
    type Error = std::num::ParseIntError;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        digits.parse().map(Self)
    }
}

impl From<Seed> for String {
    fn from(seed: Seed) -> Self {
        seed.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_json() {
        let params = InpaintParams {
            seed: Seed(u64::MAX),
            feather: Feather::new(9).expect("in range"),
            guide_strength: GuideStrength::new(0.25).expect("in range"),
            ..InpaintParams::default()
        };
        let json = serde_json::to_string(&params).expect("plain data");
        assert_eq!(json, r#"{"seed":"18446744073709551615","feather":9,"guide_strength":0.25}"#);
        assert_eq!(serde_json::from_str::<InpaintParams>(&json).expect("just written"), params);
    }

    #[test]
    fn missing_settings_are_the_defaults() {
        let params: InpaintParams = serde_json::from_str("{}").expect("all have defaults");
        assert_eq!(params, InpaintParams::default());
        assert_eq!(params.feather.pixels(), 4);
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for json in [
            r#"{"feather":17}"#,
            r#"{"guide_strength":1.01}"#,
            r#"{"guide_strength":-0.1}"#,
            r#"{"seed":"-1"}"#,
            r#"{"seed":"x"}"#,
            r#"{"strength":1}"#,
        ] {
            assert!(serde_json::from_str::<InpaintParams>(json).is_err(), "{json}");
        }
        assert!(matches!(GuideStrength::new(f32::NAN), Err(ParamsError::GuideStrength { .. })));
    }
}
