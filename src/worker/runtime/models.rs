//! The models that this instance knows and has loaded.

use std::collections::BTreeMap;

use web_sys::Blob;

use super::{engine::Engine, faults::Fault, fetch, session::Loaded};
use crate::{
    inpaint::Stage,
    manifest::{Contract, Family, Manifest, Model, ModelId, Role},
    protocol::{Failure, FailureCode, Provider, RuntimeSettings},
    worker::turn::next_turn,
};

/// A model whose files are there, with sessions for some or all of its graphs.
pub(super) struct Ready {
    pub(super) contract: Contract,
    pub(super) provider: Provider,
    /// Why the provider is not the engine's best one.
    pub(super) degraded: Option<Failure>,
    files: Vec<(Role, Blob)>,
    graphs: BTreeMap<Role, Loaded>,
}

impl Ready {
    /// The graph of this role, if there is a session of it.
    pub(super) fn graph(&mut self, role: Role) -> Option<&mut Loaded> {
        self.graphs.get_mut(&role)
    }

    /// Has sessions of exactly these graphs.
    ///
    /// # Errors
    /// A fault by what went wrong; a graph that fails on WebGPU is tried on the processor first.
    pub(super) async fn hold(&mut self, engine: &Engine, roles: &[Role]) -> Result<(), Fault> {
        let before = self.graphs.len();
        self.graphs.retain(|role, _| roles.contains(role));
        if self.graphs.len() < before {
            // Sessions are released in tasks of their own, which must not meet the next one's making.
            next_turn().await;
        }
        for role in roles {
            if !self.graphs.contains_key(role) {
                let graph = self.session(engine, *role).await?;
                self.graphs.insert(*role, graph);
            }
        }
        Ok(())
    }

    /// Makes a session of a graph's file and holds it against the contract.
    async fn session(&mut self, engine: &Engine, role: Role) -> Result<Loaded, Fault> {
        let file = self.files.iter().find(|(found, _)| *found == role).map(|(_, file)| file);
        let file =
            file.ok_or_else(|| Fault::new(FailureCode::Internal, format!("no file of {role:?}")))?;
        let made = Loaded::create(&engine.environment, file, self.provider).await;
        let graph = match made {
            Ok(graph) => graph,
            // What is wrong with the model is wrong on every provider.
            Err(fault) if fault.fatal || fault.failure.code != FailureCode::ModelRun => {
                return Err(fault);
            }
            Err(fault) if self.provider == Provider::Wasm => return Err(fault),
            Err(fault) => {
                let graph = Loaded::create(&engine.environment, file, Provider::Wasm).await?;
                self.provider = Provider::Wasm;
                let refused = Failure::new(FailureCode::WebgpuRefused, fault.failure.detail);
                self.degraded = Some(refused);
                graph
            }
        };
        self.contract
            .check(role, &graph.signature())
            .map_err(|error| Fault::new(FailureCode::ModelContract, error.to_string()))?;
        Ok(graph)
    }
}

/// All models of this instance.
#[derive(Default)]
pub(super) struct Models {
    manifest: Option<Manifest>,
    ready: BTreeMap<ModelId, Ready>,
}

impl Models {
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
            files.push((graph.role, file));
            before += graph.artifact.bytes;
        }
        progress(Stage::Load, 0, 0);
        let mut ready = Ready {
            contract: model.contract.clone(),
            provider: engine.provider,
            degraded: engine.degraded.clone(),
            files,
            graphs: BTreeMap::new(),
        };
        // Graphs that take turns are loaded when it is their turn.
        if ready.contract.family() != Family::LatentDiffusion {
            let roles = ready.contract.roles();
            ready.hold(engine, roles).await?;
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
