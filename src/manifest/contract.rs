//! What a model's graphs take and give: enough to feed a graph without knowing which model it is.

use serde::{Deserialize, Serialize};

use super::latent::LatentDiffusion;

/// How a model makes a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Copies patches of the photo; needs no graph and is not in the manifest.
    PatchSynthesis,
    /// One graph, run once: photo and mask in, picture out.
    FeedForward,
    /// Three graphs: encode, denoise in steps, decode.
    LatentDiffusion,
}

/// What a model takes and gives, by family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "family", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Contract {
    /// One graph with the role `generator`.
    FeedForward(FeedForward),
    /// Three graphs with the roles `vae-encoder`, `unet` and `vae-decoder`.
    LatentDiffusion(LatentDiffusion),
}

impl Contract {
    /// How a model with this contract makes a picture.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::FeedForward(_) => Family::FeedForward,
            Self::LatentDiffusion(_) => Family::LatentDiffusion,
        }
    }

    /// The roles that the model's graphs must have, each once.
    #[must_use]
    pub const fn roles(&self) -> &'static [Role] {
        match self {
            Self::FeedForward(_) => &[Role::Generator],
            Self::LatentDiffusion(_) => &[Role::VaeEncoder, Role::Unet, Role::VaeDecoder],
        }
    }
}

/// What a graph does in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Photo and mask in, picture out.
    Generator,
    /// Picture in, latent out.
    VaeEncoder,
    /// Noisy latent in, noise prediction out.
    Unet,
    /// Latent in, picture out.
    VaeDecoder,
}

/// What a feed-forward graph takes and gives. All tensors are NCHW with a batch of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FeedForward {
    /// How the photo and the mask arrive.
    pub inputs: Inputs,
    /// Element type of all inputs.
    pub element: Element,
    /// The numbers for black and full brightness in the photo.
    pub range: ValueRange,
    /// What the mask's high value (1, or 255 where elements are bytes) means; its low value is 0.
    pub mask_high: MaskMeaning,
    /// What the graph is shown where it is to repaint.
    #[serde(default)]
    pub under_mask: UnderMask,
    /// Widths and heights that the graph takes.
    pub size: Sizing,
    /// The picture that comes out, three channels as large as what went in.
    pub output: Output,
}

/// How the photo and the mask arrive at a feed-forward graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "layout", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Inputs {
    /// Two tensors: three channels of colour and one of mask.
    Separate {
        /// Name of the photo's input.
        image: String,
        /// Name of the mask's input.
        mask: String,
    },
    /// One tensor of four channels.
    Concatenated {
        /// Name of the input.
        name: String,
        /// Where the mask's channel is.
        mask: MaskPlace,
    },
}

/// Where the mask lies in a tensor of four channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MaskPlace {
    /// Mask, red, green, blue.
    First,
    /// Red, green, blue, mask.
    Last,
}

/// Element type of a tensor that holds a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// 32-bit floats.
    F32,
    /// Bytes.
    U8,
}

impl Element {
    /// The word in data and in signatures.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::U8 => "u8",
        }
    }
}

/// The numbers that stand for black and full brightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ValueRange {
    /// 0 to 1.
    Unit,
    /// -1 to 1.
    Signed,
    /// 0 to 255.
    Bytes,
}

/// What a value of the mask asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MaskMeaning {
    /// The pixel is to be made up.
    Repaint,
    /// The pixel is known.
    Keep,
}

/// What a graph is shown where it is to repaint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UnderMask {
    /// The photo as it is: the graph hides it itself.
    #[default]
    Photo,
    /// The number 0, whatever it stands for.
    Zero,
}

/// Widths and heights that a graph takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Sizing {
    /// A square of this side and nothing else.
    Fixed {
        /// In pixels.
        side: u32,
    },
    /// Any multiple of a number on each side.
    Multiple {
        /// The number, in pixels.
        of: u32,
        /// The long side at which the model is at its best, a multiple as well.
        best: u32,
    },
}

/// The picture that comes out of a feed-forward graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its element type.
    pub element: Element,
    /// Its numbers for black and full brightness.
    pub range: ValueRange,
}
