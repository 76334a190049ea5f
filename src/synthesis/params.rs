//! What can be chosen about a synthesis, and what is refused.

use thiserror::Error;

use crate::raster::Channels;

/// Work for one [`super::Synthesis::step`] that takes about 20 ms in a browser on an ordinary machine.
pub const DEFAULT_WORK: u32 = 150_000;

/// The longest side of a window, in pixels: positions are kept in sixteen bits.
pub const MAX_SIDE: u32 = 65_535;

/// What can be chosen about a synthesis.
#[derive(Clone, Debug, PartialEq)]
pub struct SynthesisParams {
    /// The same seed gives the same bytes on every machine; another seed gives another fill.
    pub seed: u64,
    /// How much the guide counts in every match, 0 (not at all) to 1 (as much as the colours themselves).
    pub guide_strength: f32,
    /// What a patch pays for coming from another height of the window, 0 or more: the squared displacement as a
    /// share of the window's height, in units of a squared colour difference of full scale.
    pub row_prior: f32,
    /// The same for a displacement to the side, as a share of the window's width.
    pub column_prior: f32,
}

impl Default for SynthesisParams {
    fn default() -> Self {
        Self { seed: 0, guide_strength: 0.6, row_prior: 0.3, column_prior: 0.1 }
    }
}

impl SynthesisParams {
    /// Looks for values that have no meaning.
    pub(super) fn check(&self) -> Result<(), SynthesisError> {
        if !(0.0..=1.0).contains(&self.guide_strength) {
            return Err(SynthesisError::GuideStrength { got: self.guide_strength });
        }
        for got in [self.row_prior, self.column_prior] {
            if !(0.0..=100.0).contains(&got) {
                return Err(SynthesisError::Prior { got });
            }
        }
        Ok(())
    }
}

/// Why a synthesis could not be started.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SynthesisError {
    /// The window has no pixel or a side that is too long.
    #[error(
        "a window of {width}x{height} cannot be filled; each side must be 1 to {MAX_SIDE} pixels"
    )]
    WindowSize {
        /// Width given.
        width: u32,
        /// Height given.
        height: u32,
    },
    /// The window is neither RGB nor RGBA.
    #[error("a window must be RGB or RGBA, not {got:?}")]
    WindowChannels {
        /// Channels given.
        got: Channels,
    },
    /// The hole does not hold one byte for each pixel of the window.
    #[error("a hole of {got} bytes for a window of {want} pixels")]
    HoleLength {
        /// Pixels of the window.
        want: usize,
        /// Bytes given.
        got: usize,
    },
    /// The guide is not an RGB picture of the window's size.
    #[error(
        "a guide must be RGB and {want_width}x{want_height}, not {got_channels:?} and {got_width}x{got_height}"
    )]
    Guide {
        /// Width of the window.
        want_width: u32,
        /// Height of the window.
        want_height: u32,
        /// Width of the guide.
        got_width: u32,
        /// Height of the guide.
        got_height: u32,
        /// Channels of the guide.
        got_channels: Channels,
    },
    /// The guide strength lies outside 0..=1.
    #[error("guide strength {got} is not in 0..=1")]
    GuideStrength {
        /// Strength given.
        got: f32,
    },
    /// A place prior lies outside 0..=100.
    #[error("place prior {got} is not in 0..=100")]
    Prior {
        /// Prior given.
        got: f32,
    },
}
