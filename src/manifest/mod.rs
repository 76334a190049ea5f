//! What models there are, where their files lie, and what their graphs take and give.
//!
//! The manifest is a JSON file that a site serves beside its pages, so that a self-hoster changes it without
//! compiling. Whatever it says is checked here before anything else looks at it: a [`Manifest`] that exists is
//! valid.

mod check;
mod contract;
mod digest;
mod signature;
mod source;

pub use check::{ContractFault, ManifestError};
pub use contract::{
    Contract, Element, Family, FeedForward, Inputs, MaskMeaning, MaskPlace, Output, Role, Sizing,
    UnderMask, ValueRange,
};
pub use digest::{Digest, Hasher, NotADigest};
pub use signature::{ContractMismatch, Port, Signature};
pub use source::{Host, Source, SourceError};

use std::fmt;

use serde::{Deserialize, Serialize};

/// The only version there is.
pub const VERSION: u32 = 1;

/// A list of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    version: u32,
    models: Vec<Model>,
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

    /// The model of this name.
    #[must_use]
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.models.iter().find(|model| model.id == *id)
    }
}

/// Names a model; 1 to 64 of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelId(String);

impl ModelId {
    /// Takes a name.
    ///
    /// # Errors
    /// [`ManifestError::Id`] when it is empty, too long or has other characters.
    pub fn new(name: impl Into<String>) -> Result<Self, ManifestError> {
        let name = name.into();
        let fits = (1..=64).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits { Ok(Self(name)) } else { Err(ManifestError::Id { got: check::start(&name) }) }
    }

    /// The small feed-forward model that comes with the site.
    #[must_use]
    pub fn swift() -> Self {
        Self("swift".to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
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
        id.0
    }
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name in data.
    pub id: ModelId,
    /// Its name for people.
    pub title: String,
    /// Under which licence its weights may be used; an SPDX expression where there is one.
    pub licence: String,
    /// Where it comes from and what it learnt from, a sentence or two for people.
    pub provenance: String,
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

    /// Bytes of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.graphs.iter().map(|graph| graph.artifact.bytes).fold(0, u64::saturating_add)
    }
}

/// One ONNX file and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// What it does in its model.
    pub role: Role,
    /// The file.
    pub artifact: Artifact,
}

/// One file to download, whole or in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePart {
    /// Where it lies, tried in this order.
    pub urls: Vec<Source>,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
}
