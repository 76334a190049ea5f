//! ONNX Runtime Web, loaded: which build, on what, with how many threads.

use std::cell::OnceCell;

use ort::environment::Environment;

use super::{
    faults::{Fault, words},
    fetch, header, loader,
    provider::Layout,
    session::{Loaded, Manner},
};
use crate::{
    inpaint::{Graph as _, KnownAnswers},
    onnx::Shapes,
    protocol::{Failure, FailureCode, Provider, RuntimeSet, RuntimeSettings},
    worker::{device::Device, post, turn::next_turn},
};

/// More threads than this gain nothing on graphs of this size and take the page's own.
const MOST_THREADS: u8 = 4;

/// The runtime with what was found out about this browser.
pub(super) struct Engine {
    pub(super) environment: Environment,
    pub(super) set: RuntimeSet,
    pub(super) threads: u8,
    /// The best provider that can be trusted here.
    pub(super) provider: Provider,
    /// Why that is not WebGPU although there is an adapter.
    pub(super) degraded: Option<Failure>,
    /// Whether the graphics card computes with numbers of half precision.
    pub(super) halves: bool,
    /// The folder of the known answers.
    known_answers: String,
    /// Whether compiled graphs are computed right with all channels of a pixel together, once that was asked.
    channels: OnceCell<bool>,
    /// The graphs of the known answers: the runtime gives the graphics device back with the last session on it, and
    /// all its shaders with it.
    kept: Vec<Loaded>,
}

impl Engine {
    /// Loads the set that serves this browser, or the one that is asked for, and finds out what it can run on.
    ///
    /// # Errors
    /// `RuntimeLoad` when its files do not come or do not start.
    pub(super) async fn load(settings: &RuntimeSettings) -> Result<Self, Fault> {
        let Device { adapter, halves, .. } = Device::ask().await;
        let (suspends, webkit) = loader::traits();
        let best = RuntimeSet::for_browser(adapter, suspends, webkit);
        let set = settings.set.unwrap_or(best);
        let capabilities = post::capabilities();
        // Threads share memory, which browsers give out to isolated pages alone.
        let threads =
            if capabilities.isolated { capabilities.threads.min(MOST_THREADS) } else { 1 };
        let unloaded = |detail: String| Fault {
            failure: Failure::new(FailureCode::RuntimeLoad, detail),
            // A script that did not come once is not asked for again by this instance.
            fatal: true,
        };
        loader::load_runtime(&settings.files, set.as_str(), threads.into())
            .await
            .map_err(|thrown| unloaded(words(&thrown)))?;
        loader::with_window(true);
        let api = ort_web::api(ort_web::FEATURE_NONE).await;
        loader::with_window(false);
        ort::set_api(api.map_err(|error| unloaded(error.to_string()))?);
        let environment = ort::init()
            .with_telemetry(false)
            .build()
            .map_err(|error| unloaded(error.to_string()))?;
        let mut engine = Self {
            environment,
            set,
            threads,
            provider: Provider::Wasm,
            degraded: None,
            halves,
            known_answers: settings.known_answers.clone(),
            channels: OnceCell::new(),
            kept: Vec::new(),
        };
        if adapter && set.has_webgpu() {
            match engine.ask_known_questions(Layout::Planes).await {
                Ok(kept) => {
                    engine.provider = Provider::Webgpu;
                    engine.kept = kept;
                }
                Err(fault) if fault.fatal => return Err(fault),
                Err(fault) => engine.degraded = Some(fault.failure),
            }
        }
        Ok(engine)
    }

    /// The layout in which compiled graphs run on WebGPU: all channels of a pixel together where that is computed
    /// right, which is found out once.
    pub(super) async fn layout(&self) -> Layout {
        let right = match self.channels.get() {
            Some(right) => *right,
            None => {
                let answered = self.ask_known_questions(Layout::Channels).await.is_ok();
                // Sessions are released in tasks of their own, which must not meet the next one's making.
                next_turn().await;
                *self.channels.get_or_init(|| answered)
            }
        };
        if right { Layout::Channels } else { Layout::Planes }
    }

    /// Runs the tiny graphs on WebGPU in a layout and compares; compiled ones where that is what will run in it.
    async fn ask_known_questions(&self, layout: Layout) -> Result<Vec<Loaded>, Fault> {
        let folder = &self.known_answers;
        let manner = Manner { layout, ..Manner::plain(Provider::Webgpu) };
        let wrong = |detail: String| Fault::new(FailureCode::WebgpuWrong, detail);
        let text = fetch::text(&format!("{folder}answers.json")).await?;
        let known: KnownAnswers =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let mut kept = Vec::with_capacity(known.cases.len());
        for case in &known.cases {
            let file = fetch::blob(&format!("{folder}{}", case.graph)).await?;
            let shape = case.shape.iter().map(|&size| size as u64).collect();
            let shapes =
                (layout == Layout::Channels).then(|| Shapes::from([("x".to_owned(), shape)]));
            let header = header::write(&file, shapes.as_ref())?;
            let mut graph = Loaded::create(&self.environment, &header, &file, manner).await?;
            let judged = async {
                let outputs = graph.run(case.question()?).await?;
                case.compare(outputs, known.tolerance)
            };
            let judged = judged.await;
            kept.push(graph);
            if let Err(error) = judged {
                drop(kept);
                // Sessions are released in tasks of their own, which must not meet the next one's making.
                next_turn().await;
                return Err(wrong(format!("{}: {error}", case.graph)));
            }
        }
        Ok(kept)
    }
}
