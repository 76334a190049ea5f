//! What the studio asks of the runtime instance of the worker, and what it answers: to load models and to run their
//! graphs. Each request ends in exactly one answer or in `Failed`.

use serde::{Deserialize, Serialize};

use super::{Failure, Part, Provider};
use crate::{
    inpaint::Stage,
    manifest::{Contract, ModelId, Role},
};

/// Names one request of the studio, chosen by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u32);

/// The builds of ONNX Runtime Web that a site carries; one of them is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeSet {
    /// WebGPU and processor, suspended by the browser itself.
    Jspi,
    /// WebGPU and processor, suspended by rewritten code.
    Asyncify,
    /// Processor alone.
    Wasm,
}

impl RuntimeSet {
    /// The word in data and in the page's address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jspi => "jspi",
            Self::Asyncify => "asyncify",
            Self::Wasm => "wasm",
        }
    }

    /// The set of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Jspi, Self::Asyncify, Self::Wasm].into_iter().find(|set| set.as_str() == word)
    }

    /// The smallest set that serves a browser.
    ///
    /// Asyncify on WebKit is reported to run away in memory, so WebKit takes the processor unless it is forced.
    #[must_use]
    pub const fn for_browser(adapter: bool, suspends: bool, webkit: bool) -> Self {
        match (adapter, suspends, webkit) {
            (false, _, _) | (true, _, true) => Self::Wasm,
            (true, true, false) => Self::Jspi,
            (true, false, false) => Self::Asyncify,
        }
    }

    /// Whether it can use WebGPU.
    #[must_use]
    pub const fn has_webgpu(self) -> bool {
        matches!(self, Self::Jspi | Self::Asyncify)
    }
}

/// Where the runtime instance finds what it needs; all addresses are absolute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuntimeSettings {
    /// The model manifest.
    pub manifest: String,
    /// The folder of the runtime's files, with a slash at its end.
    pub files: String,
    /// The folder of the known answers, with a slash at its end.
    pub known_answers: String,
    /// The set that is to be used whatever the browser can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<RuntimeSet>,
    /// Whether graphs of known sizes are compiled before sessions are made of them.
    pub compile: bool,
    /// Whether such a graph's commands may be recorded on the graphics card and played again.
    pub capture: bool,
}

/// Element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TensorElement {
    /// 32-bit floats.
    F32,
    /// Bytes.
    U8,
    /// 64-bit integers.
    I64,
}

/// A tensor whose values travel beside the words: a buffer of little-endian elements, row-major.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorWords {
    /// The graph's name for it.
    pub name: String,
    /// Size of each dimension.
    pub shape: Vec<u32>,
    /// What the buffer holds.
    pub element: TensorElement,
    /// The buffer.
    pub values: Part,
}

/// What making sessions took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionsMade {
    /// How many were made.
    pub count: u32,
    /// How many of those of compiled graphs.
    pub compiled: u32,
    /// How many of those record their commands on the graphics card.
    pub captured: u32,
    /// How long their headers took, in milliseconds.
    pub header: f64,
    /// How long the rest took, in milliseconds.
    pub session: f64,
}

/// What is asked of the runtime instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeRequest {
    /// Load the runtime if it is not, fetch the model's graphs and make sessions of them; answered by `Prepared`.
    Prepare {
        /// The request.
        run: RunId,
        /// The model.
        model: ModelId,
    },
    /// Say what a model's graphs take and give, without fetching any of them; answered by `Described`.
    Describe {
        /// The request.
        run: RunId,
        /// The model.
        model: ModelId,
    },
    /// Have sessions of exactly these graphs of a prepared model: make those that are missing after freeing all others
    /// of it, so that no two are in memory that need not be. Answered by `Held`.
    Hold {
        /// The request.
        run: RunId,
        /// The model.
        model: ModelId,
        /// The graphs; none frees them all.
        roles: Vec<Role>,
        /// How many members the UNet's batches will have, if that is always the same: it may then be compiled for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch: Option<u64>,
    },
    /// Run a graph of a prepared model; answered by `Ran`.
    Run {
        /// The request.
        run: RunId,
        /// The model.
        model: ModelId,
        /// Which of its graphs.
        role: Role,
        /// All of its inputs.
        inputs: Vec<TensorWords>,
    },
}

/// What the runtime instance says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeEvent {
    /// How far a request is.
    Progress {
        /// The request.
        run: RunId,
        /// What is being done.
        stage: Stage,
        /// How much of it, in the stage's own unit.
        done: u64,
        /// Out of how much; 0 where that is not known.
        total: u64,
    },
    /// A model can be run.
    Prepared {
        /// The request.
        run: RunId,
        /// What its graphs take and give.
        contract: Box<Contract>,
        /// What they run on.
        provider: Provider,
        /// The build of the runtime that was loaded.
        set: RuntimeSet,
        /// Threads on the processor.
        threads: u8,
        /// Whether this device has room for sessions of all its graphs, from one run to the next.
        stays: bool,
        /// Why the provider is not the better one, where that is worth a word: WebGPU was there and gave wrong
        /// answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degraded: Option<Failure>,
    },
    /// What a model's graphs take and give.
    Described {
        /// The request.
        run: RunId,
        /// It.
        contract: Box<Contract>,
    },
    /// The sessions are there.
    Held {
        /// The request.
        run: RunId,
        /// What they run on.
        provider: Provider,
        /// What the making of those that were missing took.
        made: SessionsMade,
        /// Bytes of the runtime's heap and of ours in this instance; neither ever shrinks, so they are peaks.
        heap: u64,
        /// Why the provider is not the better one, where that is worth a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degraded: Option<Failure>,
    },
    /// A graph has run.
    Ran {
        /// The request.
        run: RunId,
        /// All of its outputs.
        outputs: Vec<TensorWords>,
        /// What it ran on.
        provider: Provider,
        /// How long the run took, in milliseconds.
        milliseconds: f64,
    },
    /// A request ended without a result.
    Failed {
        /// The request.
        run: RunId,
        /// Why.
        failure: Failure,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_set_that_serves() {
        assert_eq!(RuntimeSet::for_browser(false, true, false), RuntimeSet::Wasm);
        assert_eq!(RuntimeSet::for_browser(true, true, false), RuntimeSet::Jspi);
        assert_eq!(RuntimeSet::for_browser(true, false, false), RuntimeSet::Asyncify);
        assert_eq!(RuntimeSet::for_browser(true, true, true), RuntimeSet::Wasm);
    }

    #[test]
    fn words_and_sets() {
        for set in [RuntimeSet::Jspi, RuntimeSet::Asyncify, RuntimeSet::Wasm] {
            assert_eq!(RuntimeSet::from_word(set.as_str()), Some(set));
            let word = serde_json::to_string(&set).expect("a word");
            assert_eq!(word, format!("{:?}", set.as_str()));
        }
        assert_eq!(RuntimeSet::from_word("webgl"), None);
    }
}
