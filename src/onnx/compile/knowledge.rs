//! What is known of the values of a graph while it is compiled.

use std::collections::BTreeMap;

use super::small::{Small, count};
use crate::onnx::{
    element::Element,
    model::{AttributeValue, Node},
};

/// Dimensions of a tensor at most.
const MOST_DIMS: usize = 16;

/// Type and shape of a value: every size is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// Element type.
    pub(super) element: Element,
    /// Size of each dimension.
    pub(super) dims: Vec<i64>,
}

/// Facts and small values, by name.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    facts: BTreeMap<String, Fact>,
    smalls: BTreeMap<String, Small>,
}

impl Knowledge {
    /// Type and shape of a value.
    pub(super) fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name)
    }

    /// Shape of a value.
    pub(super) fn dims(&self, name: &str) -> Option<&[i64]> {
        self.facts.get(name).map(|fact| fact.dims.as_slice())
    }

    /// A value that is known and small.
    pub(super) fn small(&self, name: &str) -> Option<&Small> {
        self.smalls.get(name)
    }

    /// Takes note of a shape, unless it is one that no tensor can have.
    pub(super) fn learn(&mut self, name: &str, fact: Fact) {
        if !name.is_empty() && fact.dims.len() <= MOST_DIMS && count(&fact.dims).is_some() {
            self.facts.insert(name.to_owned(), fact);
        }
    }

    /// Takes note of a value.
    pub(super) fn learn_small(&mut self, name: &str, small: Small) {
        self.learn(name, Fact { element: small.element, dims: small.dims.clone() });
        self.smalls.insert(name.to_owned(), small);
    }
}

/// An input that is not left out.
pub(super) fn input(node: &Node, index: usize) -> Option<&str> {
    node.inputs.get(index).map(String::as_str).filter(|name| !name.is_empty())
}

/// A setting that is a whole number.
pub(super) fn int(node: &Node, name: &str) -> Option<i64> {
    match node.attribute(name) {
        Some(AttributeValue::Int(value)) => Some(*value),
        _ => None,
    }
}

/// A setting that is a list of whole numbers.
pub(super) fn ints<'a>(node: &'a Node, name: &str) -> Option<&'a [i64]> {
    match node.attribute(name) {
        Some(AttributeValue::Ints(values)) => Some(values),
        _ => None,
    }
}

/// A setting that is a text.
pub(super) fn text<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    match node.attribute(name) {
        Some(AttributeValue::Text(bytes)) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// An axis counted from the front; negative ones count from the back.
pub(super) fn axis(axis: i64, rank: usize) -> Option<usize> {
    let rank_signed = i64::try_from(rank).ok()?;
    let axis = if axis < 0 { axis.checked_add(rank_signed)? } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis < rank)
}

/// Numbers of an operation that are a setting in older operator sets and an input in newer ones.
pub(super) fn listed<'a>(
    known: &'a Knowledge,
    node: &'a Node,
    name: &str,
    index: usize,
) -> Option<&'a [i64]> {
    match ints(node, name) {
        Some(values) => Some(values),
        None => known.small(input(node, index)?)?.as_ints(),
    }
}
