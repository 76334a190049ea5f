//! The studio's line to the runtime instance: asks it to load models and to run their graphs.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_channel::oneshot;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, MessagePort};

use super::{post, tensors};
use crate::{
    inpaint::{Graph, GraphError, Named, Stage},
    manifest::{Contract, ModelId, Role},
    protocol::{Failure, FailureCode, Provider, RunId, RuntimeEvent, RuntimeRequest, SessionsMade},
    wire::Envelope,
};

/// A model that can be run.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) contract: Contract,
    /// What the person should know about the provider.
    pub(super) degraded: Option<Failure>,
    /// Whether there is room for all of its graphs from one run to the next.
    pub(super) stays: bool,
}

/// Sessions of a model's graphs.
#[derive(Clone, Debug)]
pub(super) struct HeldGraphs {
    pub(super) provider: Provider,
    /// What the person should know about the provider.
    pub(super) degraded: Option<Failure>,
    /// What the making took.
    pub(super) made: SessionsMade,
    /// Heap of the runtime instance, in bytes.
    pub(super) heap: u64,
}

/// How far the loading of models is, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loading {
    /// What is being done.
    pub(super) stage: Option<Stage>,
    /// How much of it, 0..=1.
    pub(super) fraction: f32,
}

/// The line. Copies are the same line.
#[derive(Clone, Default)]
pub(super) struct Runtime(Rc<Inner>);

#[derive(Default)]
struct Inner {
    line: RefCell<Option<Line>>,
    next: Cell<u32>,
    waiting: RefCell<BTreeMap<RunId, oneshot::Sender<Answer>>>,
    models: RefCell<BTreeMap<ModelId, Model>>,
    loading: Cell<Loading>,
}

type Answer = Result<Envelope<RuntimeEvent>, Failure>;

/// The port with its listener.
struct Line {
    port: MessagePort,
    _heard: Closure<dyn Fn(MessageEvent)>,
}

impl Runtime {
    /// Talks to the instance at the other end of `port` from now on.
    pub(super) fn connect(&self, port: MessagePort) {
        self.disconnect(&Failure::new(FailureCode::RuntimeLost, "replaced"));
        let weak = Rc::downgrade(&self.0);
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(inner), Ok(said)) =
                (weak.upgrade(), Envelope::<RuntimeEvent>::from_message(&event.data()))
            {
                Self(inner).heard(said);
            }
        });
        // Setting the handler opens the port.
        port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        *self.0.line.borrow_mut() = Some(Line { port, _heard: heard });
    }

    /// Forgets the instance: what was asked of it fails with `failure`.
    pub(super) fn disconnect(&self, failure: &Failure) {
        if let Some(line) = self.0.line.borrow_mut().take() {
            line.port.set_onmessage(None);
            line.port.close();
        }
        self.0.models.borrow_mut().clear();
        self.0.loading.set(Loading::default());
        for (_, waiting) in std::mem::take(&mut *self.0.waiting.borrow_mut()) {
            // Nobody may be waiting any more.
            let _ = waiting.send(Err(failure.clone()));
        }
    }

    /// Has the model that `Auto` needs loaded, so that it is there when it is needed. What fails then is told when
    /// it is asked for again.
    pub(super) fn warm_up(&self) {
        let runtime = self.clone();
        spawn_local(async move {
            let _ = runtime.prepare(&ModelId::swift()).await;
        });
    }

    /// Whether a model can be run without loading anything.
    pub(super) fn is_prepared(&self, id: &ModelId) -> bool {
        self.0.models.borrow().contains_key(id)
    }

    /// How far the loading of a model is.
    pub(super) fn loading(&self) -> Loading {
        self.0.loading.get()
    }

    /// Loads a model unless it is loaded.
    ///
    /// # Errors
    /// What the runtime instance says, or `RuntimeLoad` when there is none.
    pub(super) async fn prepare(&self, id: &ModelId) -> Result<Model, Failure> {
        if let Some(model) = self.0.models.borrow().get(id) {
            return Ok(model.clone());
        }
        let answer =
            self.ask(|run| Envelope::bare(RuntimeRequest::Prepare { run, model: *id })).await?;
        let RuntimeEvent::Prepared { contract, degraded, stays, .. } = answer.body else {
            return Err(another());
        };
        let model = Model { contract: *contract, degraded, stays };
        self.0.models.borrow_mut().insert(*id, model.clone());
        Ok(model)
    }

    /// What a model's graphs take and give, without loading any.
    ///
    /// # Errors
    /// What the runtime instance says, or `RuntimeLoad` when there is none.
    pub(super) async fn describe(&self, id: &ModelId) -> Result<Contract, Failure> {
        let known = self.0.models.borrow().get(id).map(|model| model.contract.clone());
        if let Some(contract) = known {
            return Ok(contract);
        }
        let answer =
            self.ask(|run| Envelope::bare(RuntimeRequest::Describe { run, model: *id })).await?;
        match answer.body {
            RuntimeEvent::Described { contract, .. } => Ok(*contract),
            _ => Err(another()),
        }
    }

    /// Has sessions of exactly these graphs of a prepared model; `batch` is how many members the UNet's batches will
    /// have, if that is always the same.
    ///
    /// # Errors
    /// What the runtime instance says, or `RuntimeLoad` when there is none.
    pub(super) async fn hold(
        &self,
        id: &ModelId,
        roles: &[Role],
        batch: Option<u64>,
    ) -> Result<HeldGraphs, Failure> {
        let (model, roles) = (*id, roles.to_vec());
        let request = |run| Envelope::bare(RuntimeRequest::Hold { run, model, roles, batch });
        let answer = self.ask(request).await.inspect_err(|failure| {
            if failure.code == FailureCode::ModelAbsent {
                // It was thrown away meanwhile. Should it come back, it is prepared anew.
                self.0.models.borrow_mut().remove(id);
            }
        })?;
        match answer.body {
            RuntimeEvent::Held { provider, degraded, made, heap, .. } => {
                Ok(HeldGraphs { provider, degraded, made, heap })
            }
            _ => Err(another()),
        }
    }

    async fn ask(&self, request: impl FnOnce(RunId) -> Envelope<RuntimeRequest>) -> Answer {
        let run = RunId(self.0.next.get());
        self.0.next.set(run.0.wrapping_add(1));
        let gone = || Failure::new(FailureCode::RuntimeLoad, "no runtime instance is connected");
        let (send, receive) = oneshot::channel();
        {
            let line = self.0.line.borrow();
            let line = line.as_ref().ok_or_else(gone)?;
            self.0.waiting.borrow_mut().insert(run, send);
            post::through(&line.port, &request(run));
        }
        // Dropped when the one who asked gave up: the answer is then nobody's and is dropped as well.
        let _forget = Forget { inner: &self.0, run };
        receive.await.unwrap_or_else(|_| Err(gone()))
    }

    fn heard(&self, said: Envelope<RuntimeEvent>) {
        let (run, answer) = match &said.body {
            RuntimeEvent::Progress { stage, done, total, .. } => {
                let fraction = if *total == 0 { 0.0 } else { *done as f32 / *total as f32 };
                return self.0.loading.set(Loading { stage: Some(*stage), fraction });
            }
            RuntimeEvent::Prepared { run, .. }
            | RuntimeEvent::Described { run, .. }
            | RuntimeEvent::Held { run, .. }
            | RuntimeEvent::Ran { run, .. } => (*run, Ok(said)),
            RuntimeEvent::Failed { run, failure } => (*run, Err(failure.clone())),
        };
        self.0.loading.set(Loading::default());
        if let Some(waiting) = self.0.waiting.borrow_mut().remove(&run) {
            let _ = waiting.send(answer);
        }
    }
}

fn another() -> Failure {
    Failure::new(FailureCode::Internal, "another answer than was asked for")
}

/// Takes a request off the list of those that wait.
struct Forget<'a> {
    inner: &'a Inner,
    run: RunId,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.inner.waiting.borrow_mut().remove(&self.run);
    }
}

/// A graph that runs in the runtime instance.
pub(super) struct RemoteGraph {
    runtime: Runtime,
    model: ModelId,
    role: Role,
    /// Why the last run failed, in the words of the border.
    pub(super) failure: Option<Failure>,
    /// What the last run ran on.
    pub(super) provider: Option<Provider>,
    /// How long all runs so far took in the runtime instance, in milliseconds.
    pub(super) milliseconds: f64,
}

impl RemoteGraph {
    /// A graph of a prepared model.
    pub(super) const fn new(runtime: Runtime, model: ModelId, role: Role) -> Self {
        Self { runtime, model, role, failure: None, provider: None, milliseconds: 0.0 }
    }
}

impl Graph for RemoteGraph {
    async fn run(&mut self, inputs: Vec<Named>) -> Result<Vec<Named>, GraphError> {
        let (inputs, parts) = tensors::to_words(inputs);
        let (model, role) = (self.model, self.role);
        let asked = self
            .runtime
            .ask(|run| Envelope { body: RuntimeRequest::Run { run, model, role, inputs }, parts });
        let answer = asked.await.map_err(|failure| {
            let reason = failure.detail.clone();
            self.failure = Some(failure);
            GraphError::Run { reason }
        })?;
        let RuntimeEvent::Ran { outputs, provider, milliseconds, .. } = &answer.body else {
            return Err(GraphError::Gone);
        };
        self.provider = Some(*provider);
        self.milliseconds += milliseconds;
        tensors::from_words(outputs, &answer)
            .map_err(|error| GraphError::Run { reason: error.to_string() })
    }
}
