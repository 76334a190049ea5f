//! What models there are, where their files lie, and what their graphs take and give.
//!
//! The manifest is a JSON file that a site serves beside its pages, so that a self-hoster changes it without
//! compiling. Whatever it says is checked here before anything else looks at it: a [`Manifest`] that exists is
//! valid.

mod check;
mod contract;
mod digest;
mod figures;
mod latent;
pub mod resume;
mod signature;
mod source;

pub use check::{ContractFault, ManifestError};
pub use contract::{
    Contract, Element, Family, FeedForward, Inputs, MaskMeaning, MaskPlace, Output, Role, Sizing,
    UnderMask, ValueRange,
};
pub use digest::{Digest, Hasher, NotADigest};
pub use figures::{bytes, span};
pub use latent::{Decoder, Encoder, Factor, LATENT_CHANNELS, LatentDiffusion, NotAFactor, Unet};
pub use signature::{ContractMismatch, Port, Signature};
pub use source::{Host, Source, SourceError};

use std::fmt;

use serde::{Deserialize, Serialize};

/// The only version there is.
pub const VERSION: u32 = 1;

/// The longest file that is fetched from the site itself without asking, in bytes.
const UNASKED: u64 = 16 << 20;

/// A list of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub struct Manifest {
    /// Version of this form of file: 1.
    version: u32,
    /// The models, in the order in which they are shown.
    models: Vec<Model>,
    /// Where the schema of this form of file lies, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
}

impl Manifest {
    /// Reads a manifest and checks it.
    ///
    /// # Errors
    /// [`ManifestError`] when the text is too long, is not JSON of this shape, or says something that cannot be.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        check::parse(text)
    }

    /// All models, in the order of the file.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Whether the site that serves this list has models of its own besides swift, which can be chosen at once.
    #[must_use]
    pub fn has_own(&self) -> bool {
        self.models.iter().any(|model| model.id != ModelId::swift() && model.comes_along())
    }

    /// The model of this name.
    #[must_use]
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.models.iter().find(|model| model.id == *id)
    }
}

/// The longest name of a model, in bytes.
const LONGEST_ID: usize = 64;

/// What a choice of a model can be besides the name of one.
const RESERVED: [&str; 2] = ["auto", "patch"];

/// Names a model; 1 to 64 of `a-z`, `0-9` and `-`, but neither `auto` nor `patch`. It is stored in place, so that a choice of a model is as light to
/// hand on as a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "String", extend("pattern" = "^[a-z0-9-]{1,64}$")))]
#[serde(try_from = "String", into = "String")]
pub struct ModelId {
    /// Filled up with zeros.
    name: [u8; LONGEST_ID],
}

impl ModelId {
    /// Takes a name.
    ///
    /// # Errors
    /// [`ManifestError::Id`] when it is empty, too long, has other characters or means something else already.
    pub fn new(name: impl Into<String>) -> Result<Self, ManifestError> {
        let name = name.into();
        let fits = (1..=LONGEST_ID).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !RESERVED.contains(&name.as_str());
        if fits {
            Ok(Self::padded(name.as_bytes()))
        } else {
            Err(ManifestError::Id { got: check::start(&name) })
        }
    }

    /// Bytes beyond the longest name are left out; both callers have none.
    const fn padded(text: &[u8]) -> Self {
        let mut name = [0; LONGEST_ID];
        let mut at = 0;
        while at < text.len() && at < LONGEST_ID {
            name[at] = text[at];
            at += 1;
        }
        Self { name }
    }

    /// The small feed-forward model that comes with the site.
    #[must_use]
    pub const fn swift() -> Self {
        Self::padded(b"swift")
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.name.iter().position(|&byte| byte == 0).unwrap_or(LONGEST_ID);
        // Only ASCII gets in.
        std::str::from_utf8(&self.name[..length]).unwrap_or_default()
    }
}

impl fmt::Debug for ModelId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ModelId({})", self.as_str())
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TryFrom<String> for ModelId {
    type Error = ManifestError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(name)
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> Self {
        id.as_str().to_owned()
    }
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name in data.
    pub id: ModelId,
    /// Its name for people.
    pub title: String,
    /// What it is good at, one sentence for people.
    pub summary: String,
    /// Under which licence its weights may be used; an SPDX expression where there is one.
    pub licence: String,
    /// Where it comes from and what it learnt from, a sentence or two for people.
    pub provenance: String,
    /// What a device should have.
    #[serde(default)]
    pub needs: Needs,
    /// Its graphs, one for each role of its family.
    pub graphs: Vec<Graph>,
    /// What the graphs take and give; says the family as well.
    pub contract: Contract,
    /// Other hosts that its files come from, redirects included, for the content security policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connect_hosts: Vec<Host>,
}

impl Model {
    /// How it makes a picture.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.contract.family()
    }

    /// The graph of this role.
    #[must_use]
    pub fn graph(&self, role: Role) -> Option<&Graph> {
        self.graphs.iter().find(|graph| graph.role == role)
    }

    /// Whether it comes with the site and needs no decision to be fetched.
    #[must_use]
    pub fn comes_along(&self) -> bool {
        self.graphs.iter().all(|graph| graph.artifact.comes_along())
    }

    /// Whether all of its graphs may stay loaded from one run to the next on a device with so many bytes of memory:
    /// where their weights are a sixteenth of it at most. What a run takes besides comes and goes.
    #[must_use]
    pub fn may_stay(&self, memory: u64) -> bool {
        self.bytes() <= memory / 16
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.graphs.iter().map(|graph| graph.artifact.bytes).fold(0, u64::saturating_add)
    }
}

/// What a device should have to run a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Needs {
    /// Memory that it takes at its worst, in bytes, as far as it is known; 0 where it is not.
    pub memory: u64,
    /// Whether it wants the graphics card.
    pub webgpu: Webgpu,
    /// Whether its numbers are half as long (`shader-f16`), which not every graphics card can compute with.
    pub f16: bool,
}

/// Whether a model wants the graphics card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Webgpu {
    /// It runs on either; the graphics card is faster.
    #[default]
    Either,
    /// It is far too slow without.
    Wanted,
    /// It does not run there, or gives wrong pictures.
    Avoided,
}

/// One ONNX file and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// What it does in its model.
    pub role: Role,
    /// The file.
    pub artifact: Artifact,
}

/// One file to download, whole or in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// Where the whole file lies, tried in this order. May be empty where there are parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<Source>,
    /// Length of the whole file.
    pub bytes: u64,
    /// Digest of the whole file.
    pub sha256: Digest,
    /// The file cut into pieces, in order, for hosts that limit the length of a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<FilePart>,
}

impl Artifact {
    /// Whether it lies beside the manifest and is so small that nobody need be asked before it is fetched.
    #[must_use]
    pub fn comes_along(&self) -> bool {
        let near = |urls: &[Source]| urls.iter().any(|url| url.origin().is_none());
        let parts = !self.parts.is_empty() && self.parts.iter().all(|part| near(&part.urls));
        self.bytes <= UNASKED && (near(&self.urls) || parts)
    }
}

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FilePart {
    /// Where it lies, tried in this order.
    pub urls: Vec<Source>,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
}
