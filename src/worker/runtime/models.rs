//! The models that this instance knows and has loaded.

use std::collections::BTreeMap;

use web_sys::Blob;

use super::{engine::Engine, faults::Fault, fetch, session::Loaded};
use crate::{
    inpaint::Stage,
    manifest::{Contract, Manifest, ModelId, Role},
    protocol::{Failure, FailureCode, Provider, RuntimeSettings},
};

/// A model with a session for each of its graphs.
pub(super) struct Ready {
    pub(super) contract: Contract,
    pub(super) provider: Provider,
    /// Why the provider is not the engine's best one.
    pub(super) degraded: Option<Failure>,
    graphs: BTreeMap<Role, Loaded>,
}

impl Ready {
    /// The graph of this role.
    pub(super) fn graph(&mut self, role: Role) -> Option<&mut Loaded> {
        self.graphs.get_mut(&role)
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
        let invalid = |detail: String| Fault::new(FailureCode::ManifestInvalid, detail);
        if self.manifest.is_none() {
            let text = fetch::text(&settings.manifest).await?;
            self.manifest =
                Some(Manifest::parse(&text).map_err(|error| invalid(error.to_string()))?);
        }
        let model = self.manifest.as_ref().and_then(|manifest| manifest.model(id));
        let model = model.ok_or_else(|| invalid(format!("there is no model {id}")))?;
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
        let made = sessions(engine, &model.contract, &files, engine.provider).await;
        let (graphs, provider, degraded) = match made {
            Ok(graphs) => (graphs, engine.provider, engine.degraded.clone()),
            // What is wrong with the model is wrong on every provider.
            Err(fault) if fault.fatal || fault.failure.code != FailureCode::ModelRun => {
                return Err(fault);
            }
            Err(fault) if engine.provider == Provider::Wasm => return Err(fault),
            Err(fault) => {
                let graphs = sessions(engine, &model.contract, &files, Provider::Wasm).await?;
                let refused = Failure::new(FailureCode::WebgpuRefused, fault.failure.detail);
                (graphs, Provider::Wasm, Some(refused))
            }
        };
        Ok(Ready { contract: model.contract.clone(), provider, degraded, graphs })
    }
}

/// Makes a session of each file and holds it against the contract.
async fn sessions(
    engine: &Engine,
    contract: &Contract,
    files: &[(Role, Blob)],
    provider: Provider,
) -> Result<BTreeMap<Role, Loaded>, Fault> {
    let mut graphs = BTreeMap::new();
    for (role, file) in files {
        let graph = Loaded::create(&engine.environment, file, provider).await?;
        contract
            .check(*role, &graph.signature())
            .map_err(|error| Fault::new(FailureCode::ModelContract, error.to_string()))?;
        graphs.insert(*role, graph);
    }
    Ok(graphs)
}
