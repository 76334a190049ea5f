//! Headers of graphs' files: compiled where the sizes of the inputs are known, and kept beside stored files.

use std::fmt::Write as _;

use web_sys::Blob;

use super::{blob_reader::BlobReader, faults::Fault, fetch};
use crate::{
    manifest::Digest,
    onnx::{
        COMPILER_VERSION, HEADER_VERSION, Header, Limits, OnnxError, Options, Shapes,
        compile_model, walk,
    },
    protocol::FailureCode,
    worker::store::KeptHeader,
};

/// The name by which a header refers to the file that it was made of.
pub(super) const WEIGHTS: &str = "weights";

/// So that WebGPU can be asked for all channels of a pixel together; elsewhere it costs next to nothing.
const OPTIONS: Options = Options { whole_channels: true };

/// Writes the header of a file, of its graph compiled for inputs of these shapes where there are any.
///
/// # Errors
/// `ModelAbsent` when the file went away, `ModelRun` when it is not a graph.
pub(super) fn write(file: &Blob, shapes: Option<&Shapes>) -> Result<KeptHeader, Fault> {
    let unread = |error: OnnxError| {
        let code = match error {
            OnnxError::Read { .. } => FailureCode::ModelAbsent,
            _ => FailureCode::ModelRun,
        };
        Fault::new(code, error.to_string())
    };
    let mut reader = BlobReader::new(file)?;
    let mut model = walk(&mut reader, Limits::default()).map_err(unread)?;
    // A graph whose inputs have other names or shapes stays as it is: the contract is what it has to answer to.
    let compiled = shapes.is_some_and(|shapes| {
        compile_model(&mut model, &mut reader, shapes, OPTIONS).unwrap_or(false)
    });
    let Header { bytes, refers, .. } = Header::of(&model, WEIGHTS);
    Ok(KeptHeader { bytes: fetch::blob_of(&bytes)?, refers, compiled })
}

/// As [`write()`], of a file of the store: a header that is kept is not written again.
///
/// # Errors
/// As with [`write()`].
pub(super) async fn of_stored(
    digest: Digest,
    file: &Blob,
    shapes: Option<&Shapes>,
) -> Result<KeptHeader, Fault> {
    let version = format!("{HEADER_VERSION}.{COMPILER_VERSION} ");
    let mut name = version.clone();
    for (input, sizes) in shapes.into_iter().flatten() {
        // Writing into a string does not fail.
        let _ = write!(name, "{input}={sizes:?} ");
    }
    if let Some(kept) = KeptHeader::find(digest, &name).await {
        return Ok(kept);
    }
    let header = write(file, shapes)?;
    header.keep(digest, &version, &name).await;
    Ok(header)
}
