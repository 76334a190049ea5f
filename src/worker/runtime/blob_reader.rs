//! Reads a file of the browser's at any place, at once: what a worker may do and a page may not.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::Blob;

use super::faults::{Fault, words};
use crate::{onnx::ReadAt, protocol::FailureCode};

#[wasm_bindgen]
extern "C" {
    /// The browser's reader that does not let anything else happen meanwhile.
    type FileReaderSync;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<FileReaderSync, JsValue>;

    #[wasm_bindgen(method, catch, js_name = readAsArrayBuffer)]
    fn read_as_array_buffer(this: &FileReaderSync, blob: &Blob) -> Result<JsValue, JsValue>;
}

/// Random access to a file.
pub(super) struct BlobReader<'a> {
    file: &'a Blob,
    reader: FileReaderSync,
}

impl<'a> BlobReader<'a> {
    /// Reads this file.
    ///
    /// # Errors
    /// `RuntimeLoad` where there is no such reader.
    pub(super) fn new(file: &'a Blob) -> Result<Self, Fault> {
        let reader = FileReaderSync::new()
            .map_err(|error| Fault::new(FailureCode::RuntimeLoad, words(&error)))?;
        Ok(Self { file, reader })
    }
}

impl ReadAt for BlobReader<'_> {
    fn length(&self) -> u64 {
        self.file.size() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        let (from, to) = (offset as f64, (offset + buffer.len() as u64) as f64);
        let said = |error: JsValue| {
            // A file that was deleted meanwhile ends here.
            let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
            format!("{}: {}", name.unwrap_or_default(), words(&error))
        };
        let slice = self.file.slice_with_f64_and_f64(from, to).map_err(said)?;
        let bytes = self.reader.read_as_array_buffer(&slice).map_err(said)?;
        let bytes = Uint8Array::new(&bytes);
        if bytes.length() as usize != buffer.len() {
            return Err("shorter than it was".to_owned());
        }
        bytes.copy_to(buffer);
        Ok(())
    }
}
