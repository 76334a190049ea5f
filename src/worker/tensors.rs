//! Tensors on their way between the two instances of the worker: words, and buffers that move.

use js_sys::{ArrayBuffer, BigInt64Array, Float32Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::JsValue;

use crate::{
    inpaint::{GraphError, Named, Tensor, Values},
    protocol::{Part, TensorElement as Element, TensorWords},
    wire::{Envelope, WireError},
};

/// Why tensors could not be read from a message.
#[derive(Debug, Error)]
pub(super) enum TensorError {
    /// A buffer did not come along.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A buffer is not as long as its shape says.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A buffer ends inside an element.
    #[error("{name} is {bytes} bytes long")]
    Bytes {
        /// The tensor's name.
        name: String,
        /// Length of the buffer.
        bytes: u32,
    },
}

/// Words and buffers of tensors. The values are copied out of linear memory once; the buffers then move.
pub(super) fn to_words(tensors: Vec<Named>) -> (Vec<TensorWords>, Vec<JsValue>) {
    let mut words = Vec::with_capacity(tensors.len());
    let mut parts: Vec<JsValue> = Vec::with_capacity(tensors.len());
    for (index, (name, tensor)) in tensors.into_iter().enumerate() {
        let (shape, values) = tensor.into_parts();
        let (element, buffer) = match values {
            Values::F32(values) => (Element::F32, Float32Array::from(values.as_slice()).buffer()),
            Values::U8(values) => (Element::U8, Uint8Array::from(values.as_slice()).buffer()),
            Values::I64(values) => (Element::I64, BigInt64Array::from(values.as_slice()).buffer()),
        };
        // Sizes come from pictures in memory and graphs have a handful of tensors: neither is cut off.
        let shape = shape.into_iter().map(|size| size as u32).collect();
        words.push(TensorWords { name, shape, element, values: Part(index as u16) });
        parts.push(buffer.into());
    }
    (words, parts)
}

/// The tensors of a message.
///
/// # Errors
/// [`TensorError`] when a buffer is missing or does not fit its shape.
pub(super) fn from_words<T>(
    words: &[TensorWords],
    message: &Envelope<T>,
) -> Result<Vec<Named>, TensorError> {
    words
        .iter()
        .map(|words| {
            let buffer: ArrayBuffer = message.buffer(words.values)?;
            let bytes = buffer.byte_length();
            let values = match words.element {
                Element::F32 if !bytes.is_multiple_of(4) => return Err(cut(words, bytes)),
                Element::I64 if !bytes.is_multiple_of(8) => return Err(cut(words, bytes)),
                Element::I64 => Values::I64(BigInt64Array::new(&buffer).to_vec()),
                Element::F32 => Values::F32(Float32Array::new(&buffer).to_vec()),
                Element::U8 => Values::U8(Uint8Array::new(&buffer).to_vec()),
            };
            let shape = words.shape.iter().map(|&size| size as usize).collect();
            Ok((words.name.clone(), Tensor::new(shape, values)?))
        })
        .collect()
}

fn cut(words: &TensorWords, bytes: u32) -> TensorError {
    TensorError::Bytes { name: words.name.clone(), bytes }
}
