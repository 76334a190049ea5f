//! How far a job has come.

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

/// Work done in a stage, in units of the stage's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Units done.
    pub done: u64,
    /// Units in all, where that is known.
    pub total: Option<u64>,
}

impl Progress {
    /// `done` of `total` units.
    #[must_use]
    pub const fn of(stage: Stage, done: u64, total: u64) -> Self {
        Self { stage, done, total: Some(total) }
    }

    /// A stage whose length is not known.
    #[must_use]
    pub const fn unknown(stage: Stage) -> Self {
        Self { stage, done: 0, total: None }
    }

    /// The part that is done, 0 to 1; `None` where the total is not known. Nothing to do counts as done.
    #[must_use]
    pub fn fraction(&self) -> Option<f32> {
        let total = self.total?;
        Some(if total == 0 { 1.0 } else { (self.done as f64 / total as f64).min(1.0) as f32 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_stay_between_nothing_and_all() {
        assert_eq!(Progress::of(Stage::Run, 1, 4).fraction(), Some(0.25));
        assert_eq!(Progress::of(Stage::Run, 9, 4).fraction(), Some(1.0));
        assert_eq!(Progress::of(Stage::Run, 0, 0).fraction(), Some(1.0));
        assert_eq!(Progress::unknown(Stage::Load).fraction(), None);
    }

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
