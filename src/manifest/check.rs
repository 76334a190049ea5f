//! Reads a manifest that may come from anywhere and refuses what cannot be.

use serde::Deserialize;
use thiserror::Error;

use super::{
    Artifact, Contract, Digest, Element, Family, FeedForward, Inputs, LatentDiffusion, Manifest,
    Model, Role, Sizing, Source, VERSION, ValueRange,
};

/// The longest manifest, in bytes.
const LONGEST: usize = 1 << 20;
/// The most models, and the most files, mirrors or parts of one.
const MOST: usize = 4_096;
/// The longest text for people, in characters.
const LONGEST_TEXT: usize = 2_000;
/// The largest side that a graph may be promised, in pixels.
const LARGEST_SIDE: u32 = 4_096;
/// The longest prompt, in numbers.
const LONGEST_PROMPT: u32 = 4_096;
/// The largest file, in bytes: a mistake is caught before a disk is full.
const LARGEST_FILE: u64 = 64 << 30;

/// Why a manifest was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The text is longer than a manifest may be.
    #[error("a manifest of {got} bytes; {LONGEST} are allowed")]
    TooLong {
        /// Bytes given.
        got: usize,
    },
    /// Not JSON, or not of this shape.
    #[error("line {line}, column {column}: {reason}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader said.
        reason: String,
    },
    /// Made for another version of this program.
    #[error("version {got}; this program reads {VERSION}")]
    Version {
        /// Version given.
        got: u32,
    },
    /// A model's name is not 1 to 64 of `a-z`, `0-9`, `-`, or one that a choice of models has for itself.
    #[error("{got:?} is no name for a model")]
    Id {
        /// The start of the name.
        got: String,
    },
    /// Two models have one name.
    #[error("two models are called {id}")]
    Twice {
        /// The name.
        id: String,
    },
    /// More models, graphs, mirrors or parts than can be meant.
    #[error("{what} has {got} entries; {MOST} are allowed")]
    TooMany {
        /// Of what.
        what: String,
        /// How many.
        got: usize,
    },
    /// A text for people is empty, too long or has control characters.
    #[error("{field} of {id} is empty, too long or has control characters")]
    Text {
        /// The model.
        id: String,
        /// The field.
        field: &'static str,
    },
    /// The graphs are not exactly those of the family.
    #[error("{id} is {family:?} and needs the graphs {want:?}, not {got:?}")]
    Graphs {
        /// The model.
        id: String,
        /// Its family.
        family: Family,
        /// Roles that the family has.
        want: Vec<Role>,
        /// Roles given.
        got: Vec<Role>,
    },
    /// A file without length or of more than can be meant.
    #[error("{id}: a file of {got} bytes")]
    Bytes {
        /// The model.
        id: String,
        /// Length given.
        got: u64,
    },
    /// A file, or a part of one, lies nowhere.
    #[error("{id}: a file that lies nowhere")]
    NoUrl {
        /// The model.
        id: String,
    },
    /// The parts together are not as long as the file, or the only part has another digest.
    #[error("{id}: parts of {got} bytes for a file of {want}")]
    Parts {
        /// The model.
        id: String,
        /// Length of the file.
        want: u64,
        /// Length of all parts.
        got: u64,
    },
    /// A file lies on a host that the policy would not let through.
    #[error("{id}: {url} is on a host that connect_hosts does not list")]
    HostNotListed {
        /// The model.
        id: String,
        /// The address.
        url: String,
    },
    /// The contract contradicts itself.
    #[error("{id}: {what}")]
    Contract {
        /// The model.
        id: String,
        /// What cannot be.
        what: ContractFault,
    },
}

/// What cannot be in a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContractFault {
    /// An input or output has no name, or one of more than 200 bytes.
    #[error("an input or output has no usable name")]
    Name,
    /// Two inputs share a name.
    #[error("two inputs have one name")]
    SameName,
    /// A side of 0, of more than 4096, or a best side that is no multiple.
    #[error("sides that cannot be")]
    Side,
    /// Bytes cannot hold numbers from -1 or up to 1.
    #[error("elements of one byte have the range `bytes`")]
    Range,
    /// A latent that is scaled to nothing, or a prompt that is empty or of more than 4096 numbers.
    #[error("numbers that no model has")]
    Numbers,
}

/// The file as it is written, before it is believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    models: Vec<Model>,
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
}

/// Only the version, so that a manifest of a later one is not blamed for its new fields.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

pub(super) fn parse(text: &str) -> Result<Manifest, ManifestError> {
    if text.len() > LONGEST {
        return Err(ManifestError::TooLong { got: text.len() });
    }
    let Versioned { version } = serde_json::from_str(text).map_err(syntax)?;
    if version != VERSION {
        return Err(ManifestError::Version { got: version });
    }
    let Written { version, models, schema } = serde_json::from_str(text).map_err(syntax)?;
    few(models.len(), || "the manifest".to_owned())?;
    for (index, model) in models.iter().enumerate() {
        if models[..index].iter().any(|other| other.id == model.id) {
            return Err(ManifestError::Twice { id: model.id.to_string() });
        }
        check_model(model)?;
    }
    Ok(Manifest { version, models, schema })
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn syntax(error: serde_json::Error) -> ManifestError {
    let reason = start(&error.to_string());
    ManifestError::Syntax { line: error.line(), column: error.column(), reason }
}

/// The start of a text that may be long, for an error.
pub(super) fn start(text: &str) -> String {
    text.chars().take(200).collect()
}

fn few(got: usize, what: impl Fn() -> String) -> Result<(), ManifestError> {
    if got > MOST { Err(ManifestError::TooMany { what: what(), got }) } else { Ok(()) }
}

fn check_model(model: &Model) -> Result<(), ManifestError> {
    let id = || model.id.to_string();
    for (field, text) in [
        ("title", &model.title),
        ("summary", &model.summary),
        ("licence", &model.licence),
        ("provenance", &model.provenance),
    ] {
        let fits = !text.trim().is_empty()
            && text.chars().count() <= LONGEST_TEXT
            && !text.chars().any(char::is_control);
        if !fits {
            return Err(ManifestError::Text { id: id(), field });
        }
    }
    few(model.graphs.len(), id)?;
    few(model.connect_hosts.len(), id)?;
    let mut got: Vec<Role> = model.graphs.iter().map(|graph| graph.role).collect();
    let mut want = model.contract.roles().to_vec();
    got.sort_unstable();
    want.sort_unstable();
    if got != want {
        return Err(ManifestError::Graphs { id: id(), family: model.family(), want, got });
    }
    for graph in &model.graphs {
        check_artifact(model, &graph.artifact)?;
    }
    let fault = match &model.contract {
        Contract::FeedForward(contract) => check_feed_forward(contract).err(),
        Contract::LatentDiffusion(contract) => check_latent_diffusion(contract).err(),
    };
    fault.map_or(Ok(()), |what| Err(ManifestError::Contract { id: id(), what }))
}

fn check_artifact(model: &Model, artifact: &Artifact) -> Result<(), ManifestError> {
    let id = || model.id.to_string();
    let length = |got: u64| match got {
        1..=LARGEST_FILE => Ok(()),
        _ => Err(ManifestError::Bytes { id: id(), got }),
    };
    length(artifact.bytes)?;
    few(artifact.parts.len(), id)?;
    if artifact.urls.is_empty() && artifact.parts.is_empty() {
        return Err(ManifestError::NoUrl { id: id() });
    }
    check_urls(model, &artifact.urls)?;
    for part in &artifact.parts {
        length(part.bytes)?;
        if part.urls.is_empty() {
            return Err(ManifestError::NoUrl { id: id() });
        }
        check_urls(model, &part.urls)?;
    }
    if !artifact.parts.is_empty() {
        let got = artifact.parts.iter().map(|part| part.bytes).fold(0, u64::saturating_add);
        let same: Option<Digest> = match artifact.parts.as_slice() {
            [only] => Some(only.sha256),
            _ => None,
        };
        if got != artifact.bytes || same.is_some_and(|digest| digest != artifact.sha256) {
            return Err(ManifestError::Parts { id: id(), want: artifact.bytes, got });
        }
    }
    Ok(())
}

fn check_urls(model: &Model, urls: &[Source]) -> Result<(), ManifestError> {
    few(urls.len(), || model.id.to_string())?;
    for url in urls {
        let listed = url
            .origin()
            .is_none_or(|origin| model.connect_hosts.iter().any(|host| host.covers(&origin)));
        if !listed {
            return Err(ManifestError::HostNotListed {
                id: model.id.to_string(),
                url: start(url.as_str()),
            });
        }
    }
    Ok(())
}

/// Whether an input or output can have this name.
fn usable(name: &str) -> bool {
    !name.is_empty() && name.len() <= 200 && !name.contains('\0')
}

fn check_feed_forward(contract: &FeedForward) -> Result<(), ContractFault> {
    let names: Vec<&String> = match &contract.inputs {
        Inputs::Separate { image, mask } => vec![image, mask],
        Inputs::Concatenated { name, .. } => vec![name],
    };
    if !names.iter().all(|name| usable(name)) || !usable(&contract.output.name) {
        return Err(ContractFault::Name);
    }
    if names.len() == 2 && names[0] == names[1] {
        return Err(ContractFault::SameName);
    }
    let sides = match contract.size {
        Sizing::Fixed { side } => (1..=LARGEST_SIDE).contains(&side),
        Sizing::Multiple { of, best } => {
            (1..=LARGEST_SIDE).contains(&of)
                && (of..=LARGEST_SIDE).contains(&best)
                && best.is_multiple_of(of)
        }
    };
    if !sides {
        return Err(ContractFault::Side);
    }

    for (element, range) in
        [(contract.element, contract.range), (contract.output.element, contract.output.range)]
    {
        if element == Element::U8 && range != ValueRange::Bytes {
            return Err(ContractFault::Range);
        }
    }
    Ok(())
}

fn check_latent_diffusion(contract: &LatentDiffusion) -> Result<(), ContractFault> {
    let LatentDiffusion { encoder, unet, decoder, .. } = contract;
    let inputs = [&unet.latent, &unet.timesteps, &unet.prompt];
    let others = [&encoder.image, &encoder.moments, &unet.noise, &decoder.latent, &decoder.image];
    if !others.iter().chain(&inputs).all(|name| usable(name)) {
        return Err(ContractFault::Name);
    }
    if (0..inputs.len()).any(|index| inputs[index + 1..].contains(&inputs[index])) {
        return Err(ContractFault::SameName);
    }
    let (side, latent_side) = (contract.side, contract.latent_side);
    let sides = (1..=LARGEST_SIDE).contains(&latent_side)
        && (latent_side..=LARGEST_SIDE).contains(&side)
        && side.is_multiple_of(latent_side);
    if !sides {
        return Err(ContractFault::Side);
    }
    if contract.scaling_factor.get() == 0.0 || !(1..=LONGEST_PROMPT).contains(&unet.prompt_length) {
        return Err(ContractFault::Numbers);
    }
    Ok(())
}
