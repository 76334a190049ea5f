//! What a job is doing.

use serde::{Deserialize, Serialize};

/// What a job is doing; a closed set, so that the page has words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// A file becomes pixels.
    Decode,
    /// Patches of the photo are put into the hole.
    Synthesise,
    /// A model's files come over the network; counted in bytes.
    Download,
    /// A model is prepared to run.
    Load,
    /// A graph runs.
    Run,
    /// A latent becomes what was asked for; counted in steps.
    Denoise,
    /// A fill is written into the photo.
    Composite,
    /// Pixels become a file.
    Encode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_have_stable_names() {
        let all = [
            (Stage::Decode, "decode"),
            (Stage::Synthesise, "synthesise"),
            (Stage::Download, "download"),
            (Stage::Load, "load"),
            (Stage::Run, "run"),
            (Stage::Denoise, "denoise"),
            (Stage::Composite, "composite"),
            (Stage::Encode, "encode"),
        ];
        for (stage, name) in all {
            assert_eq!(serde_json::to_string(&stage).expect("a word"), format!("\"{name}\""));
        }
    }
}
