//! A graph loaded on a provider.

use ort::{
    environment::Environment,
    session::{NoSelectedOutputs, RunOptions, Session, SessionInputValue},
    value::{Outlet, TensorElementType, ValueType},
};
use web_sys::Blob;

use super::{
    faults::Fault,
    fetch::ObjectUrl,
    header::WEIGHTS,
    loader,
    provider::{self, Layout},
};
use crate::{
    inpaint::{Graph, GraphError, Named, Tensor, Values},
    manifest::{Port, Signature},
    protocol::{FailureCode, Provider},
    worker::store::KeptHeader,
};

/// How a session is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) provider: Provider,
    pub(super) layout: Layout,
    /// Whether it records its commands on the graphics card and plays them again: all its nodes have to run there,
    /// and its inputs keep their shapes.
    pub(super) captured: bool,
}

impl Manner {
    /// The one that every graph can take.
    pub(super) const fn plain(provider: Provider) -> Self {
        Self { provider, layout: Layout::Planes, captured: false }
    }
}

/// A session with what every run of it needs.
pub(super) struct Loaded {
    session: Session,
    options: RunOptions<NoSelectedOutputs>,
    manner: Manner,
}

impl Loaded {
    /// Makes a session of a file: of its header, and of the file itself, from which the runtime takes the weights. They never come through our memory, and with WebGPU not through the runtime's either.
    ///
    /// # Errors
    /// `ModelRun`, or what the runtime's words point at, when it cannot be made; also when another provider or
    /// manner than the one asked for reached the runtime.
    pub(super) async fn create(
        environment: &Environment,
        header: &KeptHeader,
        file: &Blob,
        manner: Manner,
    ) -> Result<Self, Fault> {
        let Manner { provider, layout, captured } = manner;
        let failed =
            |error: ort::Error| Fault::of_runtime(error.to_string(), FailureCode::ModelRun);
        let url = ObjectUrl::new(&header.bytes)?;
        if header.refers {
            loader::mount(WEIGHTS, file);
        }
        let mut builder = Session::builder(environment).map_err(failed)?;
        provider::register(&mut builder, provider, layout).map_err(failed)?;
        if captured {
            loader::record();
        }
        let session = builder.commit_from_url(url.as_str()).await.map_err(failed)?;
        let recorded = if captured { ",recorded" } else { "" };
        let (reached, asked) = (loader::reached_options(), [word(provider), recorded].concat());
        if reached != asked {
            let detail = format!("asked for {asked}, the runtime was asked for {reached:?}");
            return Err(Fault::new(FailureCode::Internal, detail));
        }
        Ok(Self { session, options: RunOptions::new().map_err(failed)?, manner })
    }

    /// How it runs.
    pub(super) const fn manner(&self) -> Manner {
        self.manner
    }

    /// Its real inputs and outputs.
    pub(super) fn signature(&self) -> Signature {
        let list = |outlets: &[Outlet]| outlets.iter().map(port).collect();
        Signature { inputs: list(self.session.inputs()), outputs: list(self.session.outputs()) }
    }
}

impl Graph for Loaded {
    async fn run(&mut self, inputs: Vec<Named>) -> Result<Vec<Named>, GraphError> {
        let failed = |error: ort::Error| GraphError::Run { reason: error.to_string() };
        let mut values: Vec<(String, SessionInputValue<'static>)> =
            Vec::with_capacity(inputs.len());
        for (name, tensor) in inputs {
            values.push((name, value(tensor).map_err(failed)?));
        }
        let mut outputs = self.session.run_async(values, &self.options).await.map_err(failed)?;
        ort_web::sync_outputs(&mut outputs)
            .await
            .map_err(|error| GraphError::Run { reason: error.to_string() })?;
        let mut named = Vec::with_capacity(outputs.len());
        for (name, output) in outputs.iter() {
            let tensor = match output.dtype() {
                ValueType::Tensor { ty: TensorElementType::Float32, .. } => {
                    let (shape, values) = output.try_extract_tensor::<f32>().map_err(failed)?;
                    Tensor::new(sizes(shape), Values::F32(values.to_vec()))?
                }
                ValueType::Tensor { ty: TensorElementType::Uint8, .. } => {
                    let (shape, values) = output.try_extract_tensor::<u8>().map_err(failed)?;
                    Tensor::new(sizes(shape), Values::U8(values.to_vec()))?
                }
                ValueType::Tensor { ty: TensorElementType::Int64, .. } => {
                    let (shape, values) = output.try_extract_tensor::<i64>().map_err(failed)?;
                    Tensor::new(sizes(shape), Values::I64(values.to_vec()))?
                }
                other => {
                    let (name, got) = (name.to_owned(), format!("{other:?}"));
                    return Err(GraphError::Output {
                        name,
                        want: "f32, u8 or i64".to_owned(),
                        got,
                    });
                }
            };
            named.push((name.to_owned(), tensor));
        }
        Ok(named)
    }
}

/// The name by which the runtime's scripts know a provider.
const fn word(provider: Provider) -> &'static str {
    match provider {
        Provider::Webgpu => "webgpu",
        Provider::Wasm => "wasm",
    }
}

/// The values are handed over: a view of them would dangle when the memory grows during a run.
fn value(tensor: Tensor) -> ort::Result<SessionInputValue<'static>> {
    let (shape, values) = tensor.into_parts();
    let shape: Vec<i64> = shape.into_iter().map(|size| size as i64).collect();
    Ok(match values {
        Values::F32(values) => ort::value::Tensor::from_array((shape, values))?.into(),
        Values::U8(values) => ort::value::Tensor::from_array((shape, values))?.into(),
        Values::I64(values) => ort::value::Tensor::from_array((shape, values))?.into(),
    })
}

fn sizes(shape: &[i64]) -> Vec<usize> {
    shape.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect()
}

fn port(outlet: &Outlet) -> Port {
    let name = outlet.name().to_owned();
    match outlet.dtype() {
        ValueType::Tensor { ty, shape, .. } => Port {
            name,
            element: match ty {
                TensorElementType::Float32 => "f32".to_owned(),
                TensorElementType::Uint8 => "u8".to_owned(),
                TensorElementType::Int64 => "i64".to_owned(),
                other => format!("{other:?}").to_lowercase(),
            },
            // A size that is not known is negative.
            shape: shape.iter().map(|&size| u64::try_from(size).ok()).collect(),
        },
        other => Port { name, element: format!("{other:?}").to_lowercase(), shape: Vec::new() },
    }
}
