//! The models that this instance knows and has loaded.

use std::collections::BTreeMap;

use web_sys::Blob;

use super::{
    engine::Engine,
    faults::Fault,
    fetch, header,
    session::{Loaded, Manner},
};
use crate::{
    inpaint::Stage,
    manifest::{Contract, Digest, Family, Manifest, Model, ModelId, Needs, Role, Webgpu},
    onnx::Shapes,
    protocol::{Failure, FailureCode, Provider, RuntimeSettings, SessionsMade},
    worker::{clock::now, device, store, turn::next_turn},
};

/// A model whose files are there, with sessions for some or all of its graphs.
pub(super) struct Ready {
    pub(super) contract: Contract,
    pub(super) provider: Provider,
    /// Why the provider is not the engine's best one.
    pub(super) degraded: Option<Failure>,
    /// Whether there is room for sessions of all graphs from one run to the next.
    pub(super) stays: bool,
    compile: bool,
    capture: bool,
    files: Vec<File>,
    graphs: BTreeMap<Role, Held>,
}

/// The file of a graph.
struct File {
    role: Role,
    digest: Digest,
    bytes: Blob,
}

/// A session.
struct Held {
    graph: Loaded,
    /// How many members its batches must have; none where any number will do.
    batch: Option<u64>,
}

impl Ready {
    /// The graph of this role, if there is a session of it.
    pub(super) fn graph(&mut self, role: Role) -> Option<&mut Loaded> {
        self.graphs.get_mut(&role).map(|held| &mut held.graph)
    }

    /// Whether there are sessions.
    pub(super) fn is_loaded(&self) -> bool {
        !self.graphs.is_empty()
    }

    /// Does without recorded commands from now on, since a session with them failed.
    pub(super) fn stop_capturing(&mut self) {
        self.capture = false;
        self.graphs.retain(|_, held| !held.graph.manner().captured);
    }

    /// Has sessions of exactly these graphs; `batch` is how many members the UNet's batches will have, if that is
    /// always the same.
    ///
    /// # Errors
    /// A fault by what went wrong; a graph that fails on WebGPU is tried on the processor first.
    pub(super) async fn hold(
        &mut self,
        engine: &Engine,
        roles: &[Role],
        batch: Option<u64>,
    ) -> Result<SessionsMade, Fault> {
        let before = self.graphs.len();
        self.graphs.retain(|role, held| {
            roles.contains(role) && (held.batch.is_none() || held.batch == batch)
        });
        if self.graphs.len() < before {
            // Sessions are released in tasks of their own, which must not meet the next one's making.
            next_turn().await;
        }
        let mut made = SessionsMade::default();
        for role in roles {
            if !self.graphs.contains_key(role) {
                let held = self.session(engine, *role, batch, &mut made).await?;
                self.graphs.insert(*role, held);
            }
        }
        Ok(made)
    }

    /// Makes a session of a graph's file, on the processor where WebGPU refuses, and holds it against the contract.
    async fn session(
        &mut self,
        engine: &Engine,
        role: Role,
        batch: Option<u64>,
        made: &mut SessionsMade,
    ) -> Result<Held, Fault> {
        let shapes = if self.compile { self.contract.shapes(role, batch) } else { None };
        // A graph that stays as it is runs as any graph can, and needs no more questions.
        let manner = match shapes {
            Some(_) => self.manner(engine, role, batch).await,
            None => Manner::plain(self.provider),
        };
        let graph = match self.try_all(engine, role, shapes.as_ref(), manner, made).await {
            Err(fault) if fault.is_of_model() && self.provider == Provider::Webgpu => {
                let on = Manner::plain(Provider::Wasm);
                let graph = self.try_all(engine, role, shapes.as_ref(), on, made).await?;
                self.provider = on.provider;
                let refused = Failure::new(FailureCode::WebgpuRefused, fault.failure.detail);
                self.degraded = Some(refused);
                graph
            }
            tried => tried?,
        };
        let (graph, compiled) = graph;
        self.contract
            .check(role, &graph.signature())
            .map_err(|error| Fault::new(FailureCode::ModelContract, error.to_string()))?;
        made.count += 1;
        made.compiled += u32::from(compiled);
        made.captured += u32::from(graph.manner().captured);
        Ok(Held { graph, batch: batch.filter(|_| compiled && role == Role::Unet) })
    }

    /// How a session of a compiled graph should run. Only the UNet runs often enough for its commands to be recorded,
    /// and only where there is room for what they hold on the card.
    async fn manner(&self, engine: &Engine, role: Role, batch: Option<u64>) -> Manner {
        if self.provider != Provider::Webgpu {
            return Manner::plain(self.provider);
        }
        let captured = self.capture && self.stays && role == Role::Unet && batch.is_some();
        Manner { provider: self.provider, layout: engine.layout().await, captured }
    }

    /// Makes a session of the graph compiled for these shapes, in this manner or in the one that every graph can take,
    /// or of it as it is where that is refused. Says whether it is compiled.
    async fn try_all(
        &self,
        engine: &Engine,
        role: Role,
        shapes: Option<&Shapes>,
        manner: Manner,
        made: &mut SessionsMade,
    ) -> Result<(Loaded, bool), Fault> {
        let file = self.files.iter().find(|file| file.role == role);
        let file =
            file.ok_or_else(|| Fault::new(FailureCode::Internal, format!("no file of {role:?}")))?;
        let plain = Manner::plain(manner.provider);
        let mut tried = file.load(engine, shapes, manner, made).await;
        if manner != plain && tried.as_ref().is_err_and(Fault::is_of_model) {
            tried = file.load(engine, shapes, plain, made).await;
        }
        if shapes.is_some() && tried.as_ref().is_err_and(Fault::is_of_model) {
            store::drop_headers(file.digest).await;
            tried = file.load(engine, None, plain, made).await;
        }
        tried
    }
}

impl File {
    async fn load(
        &self,
        engine: &Engine,
        shapes: Option<&Shapes>,
        manner: Manner,
        made: &mut SessionsMade,
    ) -> Result<(Loaded, bool), Fault> {
        let started = now();
        let header = header::of_stored(self.digest, &self.bytes, shapes).await?;
        made.header += now() - started;
        let started = now();
        let manner = if header.compiled { manner } else { Manner::plain(manner.provider) };
        let graph = Loaded::create(&engine.environment, &header, &self.bytes, manner).await?;
        made.session += now() - started;
        Ok((graph, header.compiled))
    }
}

/// All models of this instance.
#[derive(Default)]
pub(super) struct Models {
    manifest: Option<Manifest>,
    ready: BTreeMap<ModelId, Ready>,
}

impl Models {
    /// Forgets a model whose files went away.
    pub(super) fn forget(&mut self, model: &ModelId) {
        self.ready.remove(model);
    }

    /// A model that was prepared.
    pub(super) fn ready(&mut self, model: &ModelId) -> Option<&mut Ready> {
        self.ready.get_mut(model)
    }

    /// Fetches a model's files and makes sessions of them, unless that was done before. `progress` hears what is
    /// being done, how much of it and out of how much.
    ///
    /// # Errors
    /// A fault by what went wrong; a model that fails on WebGPU is tried on the processor first.
    pub(super) async fn prepare(
        &mut self,
        engine: &Engine,
        settings: &RuntimeSettings,
        id: &ModelId,
        progress: impl Fn(Stage, u64, u64),
    ) -> Result<&mut Ready, Fault> {
        if !self.ready.contains_key(id) {
            let ready = self.load(engine, settings, id, progress).await?;
            self.ready.insert(*id, ready);
        }
        self.ready(id)
            .ok_or_else(|| Fault::new(FailureCode::Internal, "a model that just was there"))
    }

    async fn load(
        &mut self,
        engine: &Engine,
        settings: &RuntimeSettings,
        id: &ModelId,
        progress: impl Fn(Stage, u64, u64),
    ) -> Result<Ready, Fault> {
        let model = self.listed(settings, id).await?;
        let total = model.bytes();
        let mut before = 0;
        let mut files = Vec::with_capacity(model.graphs.len());
        for graph in &model.graphs {
            let done = |bytes| progress(Stage::Download, before + bytes, total);
            let file = fetch::stored(&graph.artifact, &settings.manifest, done).await?;
            files.push(File { role: graph.role, digest: graph.artifact.sha256, bytes: file });
            before += graph.artifact.bytes;
        }
        progress(Stage::Load, 0, 0);
        let (provider, degraded) = choose(engine, model.needs);
        let mut ready = Ready {
            contract: model.contract.clone(),
            provider,
            degraded,
            stays: model.may_stay(device::memory()),
            compile: settings.compile,
            // What is recorded stays on the card, with all that lies between two nodes.
            capture: settings.capture,
            files,
            graphs: BTreeMap::new(),
        };
        // Graphs that take turns are loaded when it is their turn.
        if ready.contract.family() != Family::LatentDiffusion {
            let roles = ready.contract.roles();
            ready.hold(engine, roles, None).await?;
        }
        Ok(ready)
    }

    /// What the manifest says of a model; the manifest is fetched once.
    ///
    /// # Errors
    /// `ManifestInvalid` when it cannot be read or does not list the model.
    pub(super) async fn listed(
        &mut self,
        settings: &RuntimeSettings,
        id: &ModelId,
    ) -> Result<&Model, Fault> {
        let invalid = |detail: String| Fault::new(FailureCode::ManifestInvalid, detail);
        if self.manifest.is_none() {
            let text = fetch::text(&settings.manifest).await?;
            self.manifest =
                Some(Manifest::parse(&text).map_err(|error| invalid(error.to_string()))?);
        }
        let model = self.manifest.as_ref().and_then(|manifest| manifest.model(id));
        model.ok_or_else(|| invalid(format!("there is no model {id}")))
    }
}

/// What a model runs on here, and why that is not the graphics card although there is one.
fn choose(engine: &Engine, needs: Needs) -> (Provider, Option<Failure>) {
    match engine.provider {
        // Such a model is slow on the processor and wrong elsewhere: as it should be, and no word worth.
        Provider::Webgpu if needs.webgpu == Webgpu::Avoided => (Provider::Wasm, None),
        Provider::Webgpu if needs.f16 && !engine.halves => {
            let lacks = "this graphics card has no numbers of half precision (shader-f16)";
            (Provider::Wasm, Some(Failure::new(FailureCode::WebgpuRefused, lacks)))
        }
        provider => (provider, engine.degraded.clone()),
    }
}
