//! What a graph needs, and whether it can be followed from its beginning to its end.

use std::collections::BTreeSet;

use crate::onnx::model::{AttributeValue, Graph, Node};

/// Names that graphs inside a node read from outside it.
pub(super) fn inner_reads(node: &Node) -> impl Iterator<Item = &str> {
    node.attributes
        .iter()
        .filter_map(|attribute| match &attribute.value {
            AttributeValue::Other { reads, .. } => Some(reads),
            _ => None,
        })
        .flatten()
        .map(String::as_str)
}

/// Whether every value has one origin, which comes before all who read it.
pub(super) fn is_sound(graph: &Graph) -> bool {
    let mut there = BTreeSet::new();
    let inputs = graph.inputs.iter().map(|info| info.name.as_str());
    there.extend(inputs);
    let mut held = BTreeSet::new();
    for tensor in &graph.initialisers {
        // Old files list their initialisers among the inputs.
        if !held.insert(tensor.name.as_str()) {
            return false;
        }
    }
    there.extend(held);
    for node in &graph.nodes {
        let reads = node.inputs.iter().filter(|name| !name.is_empty());
        let read = reads.into_iter().all(|name| there.contains(name.as_str()));
        let made = node.outputs.iter().filter(|name| !name.is_empty());
        if !read || !made.into_iter().all(|name| there.insert(name)) {
            return false;
        }
    }
    graph.outputs.iter().all(|info| there.contains(info.name.as_str()))
}

/// Drops nodes and initialisers whose values nothing reads; gives all names that are read.
pub(super) fn prune(graph: &mut Graph) -> BTreeSet<String> {
    let mut read: BTreeSet<String> = graph.outputs.iter().map(|info| info.name.clone()).collect();
    let mut kept = Vec::with_capacity(graph.nodes.len());
    for node in std::mem::take(&mut graph.nodes).into_iter().rev() {
        if node.outputs.iter().any(|name| read.contains(name)) {
            read.extend(node.inputs.iter().filter(|name| !name.is_empty()).cloned());
            read.extend(inner_reads(&node).map(str::to_owned));
            kept.push(node);
        }
    }
    kept.reverse();
    graph.nodes = kept;
    graph.initialisers.retain(|tensor| read.contains(&tensor.name));
    read
}
