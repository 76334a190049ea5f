//! A graph that is run by whoever started this program.
//!
//! The question is one line of JSON on standard output, `{"run": [{"name": .., "shape": [..]}, ..]}`, and after it the
//! tensors as little-endian 32-bit floats. The answer comes on standard input: a line
//! `{"name": .., "shape": [..]}` and the values. The product's code does all the rest.

use std::io::{BufRead, Read, Write};

use anyhow::{Context, anyhow, ensure};
use lacuna::inpaint::{Graph, GraphError, Named, Tensor, Values};
use serde_json::{Value, json};

/// Asks over the standard streams.
pub(crate) struct Asked;

impl Graph for Asked {
    async fn run(&mut self, inputs: Vec<Named>) -> Result<Vec<Named>, GraphError> {
        ask(&inputs).map_err(|error| GraphError::Run { reason: format!("{error:#}") })
    }
}

fn ask(inputs: &[Named]) -> anyhow::Result<Vec<Named>> {
    let heads: Vec<Value> = inputs
        .iter()
        .map(|(name, tensor)| json!({ "name": name, "shape": tensor.shape() }))
        .collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", json!({ "run": heads }))?;
    for (name, tensor) in inputs {
        let Values::F32(values) = tensor.values() else {
            return Err(anyhow!("{name} is not of 32-bit floats"));
        };
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        out.write_all(&bytes)?;
    }
    out.flush()?;

    let mut input = std::io::stdin().lock();
    let mut line = String::new();
    input.read_line(&mut line)?;
    let head: Value =
        serde_json::from_str(&line).context("no answer from whoever runs the graph")?;
    let name = head["name"].as_str().context("an answer without a name")?.to_owned();
    let shape: Vec<usize> = serde_json::from_value(head["shape"].clone())?;
    let count: usize = shape.iter().product();
    ensure!(count <= 100_000_000, "an answer of {count} values");
    let mut bytes = vec![0; 4 * count];
    input.read_exact(&mut bytes)?;
    let values = bytes
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    Ok(vec![(name, Tensor::new(shape, Values::F32(values))?)])
}
