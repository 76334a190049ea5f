//! Where a model stands: what of it is here, what is being done with it, what went wrong.

use super::fetch::Moment;
use crate::{
    manifest::{Artifact, Model},
    protocol::{Failure, ModelState},
    worker::{
        clock::now,
        store::{Flight, Stored},
    },
};

/// Least time between two measurements of the pace, in milliseconds.
const INTERVAL: f64 = 500.0;
/// Weight of the latest measurement.
const LATEST: f64 = 0.3;

/// What is being done with a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Doing {
    #[default]
    Nothing,
    Fetching(Moment),
    /// So many bytes were read.
    Checking(u64),
}

/// One file of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct File {
    /// Bytes that are here.
    pub(super) have: u64,
    pub(super) whole: bool,
}

/// Where a model stands.
#[derive(Default)]
pub(super) struct Standing {
    /// In the order of its graphs.
    pub(super) files: Vec<File>,
    pub(super) doing: Doing,
    /// The file that is being worked on.
    pub(super) at: Option<usize>,
    pub(super) failure: Option<Failure>,
    /// Bytes that it takes and bytes that are free, where it was not begun for that.
    pub(super) short: Option<(u64, u64)>,
    pub(super) pace: Pace,
    /// Stops what is being done.
    pub(super) flight: Option<Flight>,
    /// Whether it goes as soon as what is being done has stopped.
    pub(super) doomed: bool,
}

impl Standing {
    /// Bytes that are here.
    pub(super) fn have(&self) -> u64 {
        self.files.iter().map(|file| file.have).sum()
    }

    /// Whether all of it is here.
    pub(super) fn is_whole(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file.whole)
    }

    /// In the words of the list.
    pub(super) fn state(&self) -> ModelState {
        match self.doing {
            Doing::Fetching(_) => ModelState::Fetching,
            _ if self.failure.is_some() => ModelState::Failed,
            _ if self.is_whole() => ModelState::Stored,
            _ if self.have() > 0 => ModelState::Paused,
            _ => ModelState::Absent,
        }
    }
}

/// How fast bytes come, over the last seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// When, and how many bytes there were then.
    before: Option<(f64, u64)>,
    /// Bytes a millisecond.
    rate: Option<f64>,
}

impl Pace {
    /// There are so many bytes now.
    pub(super) fn measure(&mut self, have: u64) {
        let time = now();
        let Some((then, had)) = self.before else {
            self.before = Some((time, have));
            return;
        };
        if time - then < INTERVAL {
            return;
        }
        let latest = have.saturating_sub(had) as f64 / (time - then);
        let rate = self.rate.map_or(latest, |rate| rate + LATEST * (latest - rate));
        (self.before, self.rate) = (Some((time, have)), Some(rate));
    }

    /// Bytes a second, once that is known and not nothing.
    pub(super) fn per_second(&self) -> Option<u64> {
        self.rate.map(|rate| (rate * 1_000.0) as u64).filter(|rate| *rate > 0)
    }
}

/// What of a model's files is stored.
pub(super) fn files(model: &Model, stored: &[Stored]) -> Vec<File> {
    let file = |artifact: &Artifact| {
        let here = |whole: bool| {
            stored.iter().find(|file| file.digest == artifact.sha256 && file.whole == whole)
        };
        match here(true) {
            Some(file) if file.bytes == artifact.bytes => File { have: file.bytes, whole: true },
            _ => {
                let have = here(false).map_or(0, |file| file.bytes.min(artifact.bytes));
                File { have, whole: false }
            }
        }
    };
    model.graphs.iter().map(|graph| file(&graph.artifact)).collect()
}
