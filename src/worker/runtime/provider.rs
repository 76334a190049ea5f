//! Registers an execution provider under the name that the web binding knows.
//!
//! `ort` asks for providers by their canonical names, such as `WebGpuExecutionProvider`; the web binding knows only
//! the short ones and drops all others without a word, so everything would run on the processor. Nothing in the safe
//! interface lets a name through, so this file speaks to the function table itself.
//!
//! WebGPU is asked for planes one after the other (NCHW) unless it is told otherwise. With channels innermost, its
//! default, ONNX Runtime Web 1.30 computes a 3x3 Conv of nine input channels wrong and says nothing, on whatever adapter:
//! the known answers found it.
#![expect(unsafe_code, reason = "the only place that calls the runtime's function table")]

use std::ffi::CStr;

use ort::{AsPointer as _, session::builder::SessionBuilder};

use crate::protocol::Provider;

/// The option of WebGPU that says how it lays pictures out.
const LAYOUT: &CStr = c"preferredLayout";

/// How pictures lie in the memory of the graphics card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Plane after plane.
    Planes,
    /// All channels of a pixel together; right only where each Conv reads whole fours of them.
    Channels,
}

impl Layout {
    const fn word(self) -> &'static CStr {
        match self {
            Self::Planes => c"NCHW",
            Self::Channels => c"NHWC",
        }
    }
}

/// The name that the web binding knows.
const fn name(provider: Provider) -> &'static CStr {
    match provider {
        Provider::Webgpu => c"WebGPU",
        Provider::Wasm => c"WASM",
    }
}

/// Makes `provider` the only one of the session that is being built: two would hide which one runs.
///
/// # Errors
/// What the binding says when it does not know the provider.
pub(super) fn register(
    builder: &mut SessionBuilder,
    provider: Provider,
    layout: Layout,
) -> ort::Result<()> {
    let options = builder.ptr_mut();
    let (keys, values) = ([LAYOUT.as_ptr()], [layout.word().as_ptr()]);
    let count = match provider {
        Provider::Webgpu => keys.len(),
        Provider::Wasm => 0,
    };
    // SAFETY: `options` is the builder's own and lives through the call; names, keys and values are literals that end
    // in NUL; both arrays hold `count` pointers or more; the status is handed to the function that takes it over.
    unsafe {
        let status = (ort::api().SessionOptionsAppendExecutionProvider)(
            options,
            name(provider).as_ptr(),
            keys.as_ptr(),
            values.as_ptr(),
            count,
        );
        ort::Error::result_from_status(status)
    }
}
