//! Where the time of an erase went, for those who look.

use std::fmt::Write as _;

use crate::protocol::SessionsMade;

/// Milliseconds by stage; bytes of memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    stages: Vec<(&'static str, f64)>,
    steps: Vec<f64>,
    runs: f64,
    sessions: u32,
    compiled: u32,
    captured: u32,
    /// Heap of the runtime instance.
    pub(super) runtime_heap: u64,
}

impl Times {
    /// Adds to a stage, which is listed by when it first came.
    pub(super) fn add(&mut self, stage: &'static str, milliseconds: f64) {
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += milliseconds,
            None => self.stages.push((stage, milliseconds)),
        }
    }

    /// One step of denoising.
    pub(super) fn step(&mut self, milliseconds: f64) {
        self.steps.push(milliseconds);
    }

    /// One run of a graph, as the runtime instance measured it; part of a stage or a step.
    pub(super) fn run(&mut self, milliseconds: f64) {
        self.runs += milliseconds;
    }

    /// Sessions that had to be made for it.
    pub(super) fn made(&mut self, made: &SessionsMade) {
        self.add("header", made.header);
        self.add("session", made.session);
        self.sessions += made.count;
        self.compiled += made.compiled;
        self.captured += made.captured;
    }

    /// All of it as a JSON object, a stage a line.
    pub(super) fn json(&self, total: f64, studio_heap: u64) -> String {
        let mut json = "{".to_owned();
        let mut line = |name: &str, value: &str| {
            let comma = if json.len() > 1 { "," } else { "" };
            // Writing into a string does not fail.
            let _ = write!(json, "{comma}\n \"{name}\": {value}");
        };
        let number = |value: f64| format!("{value:.1}");
        for (name, milliseconds) in &self.stages {
            line(name, &number(*milliseconds));
        }
        if !self.steps.is_empty() {
            let steps: Vec<String> = self.steps.iter().copied().map(number).collect();
            line("steps", &format!("[{}]", steps.join(", ")));
        }
        line("runs", &number(self.runs));
        line("total", &number(total));
        line("sessions", &self.sessions.to_string());
        line("compiledSessions", &self.compiled.to_string());
        line("capturedSessions", &self.captured.to_string());
        line("studioHeapBytes", &studio_heap.to_string());
        line("runtimeHeapBytes", &self.runtime_heap.to_string());
        json.push_str("\n}");
        json
    }
}
