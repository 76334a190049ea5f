//! Takes requests of the page and of the studio in; works on the studio's one after the other.
//!
//! Sessions are made and run by one task alone, so no two calls into ONNX Runtime ever overlap: its builds for
//! WebGPU are not re-entrant.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, MessagePort};

use super::{
    engine::Engine,
    faults::Fault,
    loader,
    models::{Models, Ready},
};
use crate::{
    inpaint::{Graph as _, Stage},
    manifest::{ModelId, Role},
    protocol::{
        Failure, FailureCode, InstanceEvent, InstanceRequest, ModelState, Provider, RunId,
        RuntimeEvent, RuntimeRequest, RuntimeSettings,
    },
    wire::Envelope,
    worker::{
        clock::{Cadence, now},
        post, tensors,
    },
};

/// What this instance holds.
#[derive(Default)]
struct Desk {
    studio: RefCell<Option<Studio>>,
    settings: RefCell<Option<RuntimeSettings>>,
    queue: RefCell<VecDeque<Asked>>,
    busy: Cell<bool>,
    broken: Cell<bool>,
}

/// The line to the studio that asks at present.
struct Studio {
    port: MessagePort,
    _heard: Closure<dyn Fn(MessageEvent)>,
}

/// A request with the line that its answer goes to.
struct Asked {
    request: Envelope<RuntimeRequest>,
    port: MessagePort,
}

/// What only the working task touches.
#[derive(Default)]
struct Bench {
    engine: Option<Engine>,
    models: Models,
}

/// Begins to hear the page.
pub(super) fn listen() {
    let desk = Rc::new(Desk::default());
    let bench = Rc::new(RefCell::new(Some(Bench::default())));
    let heard =
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match Envelope::<InstanceRequest>::from_message(&event.data()) {
                Ok(request) => desk.hear_page(&request, &bench),
                Err(error) => give_up(Failure::new(FailureCode::Internal, error.to_string())),
            }
        });
    post::scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Listens for as long as the worker lives.
    heard.forget();
}

/// Tells the page where a model stands.
fn say_held(model: &ModelId, state: ModelState) {
    post::any(&Envelope::bare(InstanceEvent::Holds { model: *model, state }));
}

/// Asks the page for a new instance.
pub(super) fn give_up(failure: Failure) {
    post::any(&Envelope::bare(InstanceEvent::Broken { failure }));
}

impl Desk {
    fn hear_page(
        self: &Rc<Self>,
        request: &Envelope<InstanceRequest>,
        bench: &Rc<RefCell<Option<Bench>>>,
    ) {
        match &request.body {
            InstanceRequest::Ping { ping } => {
                post::any(&Envelope::bare(InstanceEvent::Pong { ping: *ping }));
            }
            InstanceRequest::Connect { port, settings } => {
                let Ok(port) = request.port(*port) else { return };
                self.settings.borrow_mut().get_or_insert_with(|| settings.clone());
                self.connect(port, bench);
            }
        }
    }

    /// Hears a new studio instead of the one before, whose requests are forgotten.
    fn connect(self: &Rc<Self>, port: MessagePort, bench: &Rc<RefCell<Option<Bench>>>) {
        self.queue.borrow_mut().clear();
        let desk = Rc::clone(self);
        let bench = Rc::clone(bench);
        let answers = port.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Ok(request) = Envelope::<RuntimeRequest>::from_message(&event.data()) {
                desk.queue.borrow_mut().push_back(Asked { request, port: answers.clone() });
                desk.work(&bench);
            }
        });
        // Setting the handler opens the port.
        port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let before = self.studio.replace(Some(Studio { port, _heard: heard }));
        if let Some(before) = before {
            before.port.set_onmessage(None);
            before.port.close();
        }
    }

    /// Works on what is asked unless that is being done.
    fn work(self: &Rc<Self>, bench: &Rc<RefCell<Option<Bench>>>) {
        // The bench is away while the task has it, so this is the lock around every call into the runtime.
        if self.busy.replace(true) {
            return;
        }
        let Some(mut tools) = bench.borrow_mut().take() else { return };
        let desk = Rc::clone(self);
        let bench = Rc::clone(bench);
        spawn_local(async move {
            while let Some(asked) = desk.next() {
                desk.answer(asked, &mut tools).await;
            }
            bench.replace(Some(tools));
            desk.busy.set(false);
        });
    }

    fn next(&self) -> Option<Asked> {
        if self.broken.get() { None } else { self.queue.borrow_mut().pop_front() }
    }

    async fn answer(self: &Rc<Self>, asked: Asked, bench: &mut Bench) {
        let Asked { request, port } = asked;
        let (run, done) = match &request.body {
            RuntimeRequest::Prepare { run, model } => {
                (*run, self.prepare(*run, model, &port, bench).await)
            }
            RuntimeRequest::Describe { run, model } => {
                (*run, self.describe(*run, model, bench).await)
            }
            RuntimeRequest::Hold { run, model, roles, batch } => {
                (*run, self.hold(*run, model, (roles, *batch), bench).await)
            }
            RuntimeRequest::Run { run, model, role, .. } => {
                (*run, self.run(*run, (model, *role), &request, bench).await)
            }
        };
        match done {
            Ok(answer) => post::through(&port, &answer),
            Err(Fault { failure, fatal }) => {
                let said = RuntimeEvent::Failed { run, failure: failure.clone() };
                post::through(&port, &Envelope::bare(said));
                if fatal {
                    self.broken.set(true);
                    give_up(failure);
                }
            }
        }
    }

    async fn prepare(
        self: &Rc<Self>,
        run: RunId,
        model: &ModelId,
        port: &MessagePort,
        bench: &mut Bench,
    ) -> Result<Envelope<RuntimeEvent>, Fault> {
        let settings = self.settings()?;
        let cadence = Cadence::default();
        let progress = |stage, done, total| {
            if stage != Stage::Download || done == total || cadence.is_due() {
                let event = RuntimeEvent::Progress { run, stage, done, total };
                post::through(port, &Envelope::bare(event));
            }
        };
        progress(Stage::Load, 0, 0);
        say_held(model, ModelState::Loading);
        let ready = self.ready(&settings, model, progress, bench).await;
        say_held(model, if ready.is_ok() { ModelState::Ready } else { ModelState::Stored });
        let (engine, ready) = ready?;
        Ok(Envelope::bare(RuntimeEvent::Prepared {
            run,
            contract: Box::new(ready.contract.clone()),
            provider: ready.provider,
            set: engine.set,
            threads: engine.threads,
            stays: ready.stays,
            degraded: ready.degraded.clone(),
        }))
    }

    /// The runtime and a model, both loaded.
    async fn ready<'a>(
        self: &Rc<Self>,
        settings: &RuntimeSettings,
        model: &ModelId,
        progress: impl Fn(Stage, u64, u64),
        bench: &'a mut Bench,
    ) -> Result<(&'a Engine, &'a Ready), Fault> {
        if bench.engine.is_none() {
            let engine = Engine::load(settings).await?;
            if engine.provider == Provider::Webgpu {
                self.watch_device();
            }
            bench.engine = Some(engine);
        }
        let Bench { engine: Some(engine), models } = bench else {
            return Err(Fault::new(FailureCode::Internal, "an engine that just was there"));
        };
        let ready = models.prepare(engine, settings, model, progress).await?;
        Ok((engine, ready))
    }

    async fn describe(
        &self,
        run: RunId,
        model: &ModelId,
        bench: &mut Bench,
    ) -> Result<Envelope<RuntimeEvent>, Fault> {
        let settings = self.settings()?;
        let contract = bench.models.listed(&settings, model).await?.contract.clone();
        let contract = Box::new(contract);
        Ok(Envelope::bare(RuntimeEvent::Described { run, contract }))
    }

    async fn hold(
        &self,
        run: RunId,
        model: &ModelId,
        (roles, batch): (&[Role], Option<u64>),
        bench: &mut Bench,
    ) -> Result<Envelope<RuntimeEvent>, Fault> {
        let Bench { engine, models } = bench;
        let (Some(engine), Some(ready)) = (engine, models.ready(model)) else {
            return Err(Fault::new(FailureCode::Internal, format!("{model} is not prepared")));
        };
        let held = ready.hold(engine, roles, batch).await;
        say_held(model, if ready.is_loaded() { ModelState::Ready } else { ModelState::Stored });
        let (provider, degraded) = (ready.provider, ready.degraded.clone());
        match held {
            Ok(made) => {
                let heap = loader::heap_bytes();
                Ok(Envelope::bare(RuntimeEvent::Held { run, provider, made, heap, degraded }))
            }
            Err(fault) => {
                if fault.failure.code == FailureCode::ModelAbsent {
                    // Should it come back, its files are other ones.
                    models.forget(model);
                }
                Err(fault)
            }
        }
    }

    fn settings(&self) -> Result<RuntimeSettings, Fault> {
        let settings = self.settings.borrow().clone();
        settings.ok_or_else(|| Fault::new(FailureCode::Internal, "not connected"))
    }

    async fn run(
        &self,
        run: RunId,
        (model, role): (&ModelId, Role),
        request: &Envelope<RuntimeRequest>,
        bench: &mut Bench,
    ) -> Result<Envelope<RuntimeEvent>, Fault> {
        let RuntimeRequest::Run { inputs, .. } = &request.body else {
            return Err(Fault::new(FailureCode::Internal, "not a run"));
        };
        let internal =
            |error: &dyn std::fmt::Display| Fault::new(FailureCode::Internal, error.to_string());
        let inputs = tensors::from_words(inputs, request).map_err(|error| internal(&error))?;
        let absent = || internal(&format!("{model} is not prepared"));
        let ready = bench.models.ready(model).ok_or_else(absent)?;
        let graph = ready.graph(role).ok_or_else(absent)?;
        let manner = graph.manner();
        let started = now();
        let outputs = match graph.run(inputs).await {
            Ok(outputs) => outputs,
            Err(error) => {
                if manner.captured {
                    // The next try is made without.
                    ready.stop_capturing();
                }
                return Err(Fault::of_runtime(error.to_string(), FailureCode::ModelRun));
            }
        };
        let milliseconds = now() - started;
        let (outputs, parts) = tensors::to_words(outputs);
        Ok(Envelope {
            body: RuntimeEvent::Ran { run, outputs, provider: manner.provider, milliseconds },
            parts,
        })
    }

    /// Asks for a new instance when the graphics device goes away: sessions on it never work again.
    fn watch_device(self: &Rc<Self>) {
        let desk = Rc::clone(self);
        spawn_local(async move {
            if let Some(reason) = loader::device_lost().await {
                desk.broken.set(true);
                give_up(Failure::new(FailureCode::DeviceLost, reason));
            }
        });
    }
}
