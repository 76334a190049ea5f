//! What the page and the runtime instance of the worker say to each other.
//!
//! The page starts the instance, hands it a line to the studio and asks now and then whether it still hears. What the
//! studio and the instance say over that line are [`super::RuntimeRequest`] and [`super::RuntimeEvent`]: the page
//! knows nothing of models' contracts and tensors.

use serde::{Deserialize, Serialize};

use super::{Failure, ModelState, Part, RuntimeSettings};
use crate::manifest::ModelId;

/// What the page asks of the runtime instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceRequest {
    /// Talk to the studio over this `MessagePort` from now on. What an earlier studio asked is forgotten; what is
    /// loaded stays.
    Connect {
        /// The port.
        port: Part,
        /// Where things are; the first ones count.
        settings: RuntimeSettings,
    },
    /// Answer with `Pong`. An instance whose thread is taken by a graph cannot.
    Ping {
        /// Comes back.
        ping: u32,
    },
}

/// What the runtime instance tells the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceEvent {
    /// The instance listens.
    Ready {
        /// [`super::PROTOCOL`] of its build.
        protocol: u16,
    },
    /// The instance still hears.
    Pong {
        /// From the `Ping`.
        ping: u32,
    },
    /// A model is being made ready to run, or is.
    Holds {
        /// The model.
        model: ModelId,
        /// `Loading`, `Ready`, or `Stored` when that failed.
        state: ModelState,
    },
    /// The instance is broken and must be replaced.
    Broken {
        /// Why.
        failure: Failure,
    },
}
