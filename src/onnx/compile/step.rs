//! One pass over the nodes, in their order: each is computed, replaced, left out or taken over.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Options, beginnings,
    einsum::{self, Product, Turn},
    fold::fold,
    knowledge::{Fact, Knowledge, input, int},
    prune::{inner_reads, prune},
    shapes::{infer, permutation},
    small::{Small, count},
};
use crate::onnx::{
    element::Element,
    model::{Attribute, AttributeValue, Data, Dim, Graph, Node, Tensor, TensorKind, ValueInfo},
    source::ReadAt,
};

/// Values that may be computed in all; what would go beyond stays for the runtime.
const MOST_COMPUTED: usize = 1 << 20;

/// A tensor that changes is this large at most.
const MOST_CHANGED: u64 = 4 << 20;

/// A graph that is being compiled.
pub(super) struct Compiler<'a> {
    file: &'a mut dyn ReadAt,
    options: Options,
    inputs: Vec<ValueInfo>,
    known: Knowledge,
    nodes: Vec<Node>,
    /// Values that were computed; those that are read in the end become initialisers.
    computed: BTreeMap<String, Small>,
    /// Tensors that were changed.
    changed: Vec<Tensor>,
    /// Values that are another one under a second name.
    alias: BTreeMap<String, String>,
    /// Values that are another one in a second shape.
    shaped: BTreeMap<String, String>,
    /// Values that are another one with its dimensions in another order.
    turned: BTreeMap<String, (String, Vec<usize>)>,
    /// Names that must stay: they are read from inside other graphs or come out.
    pinned: BTreeSet<String>,
    /// Names of shapes.
    shapes: BTreeMap<Vec<i64>, String>,
    prefix: String,
    fresh: usize,
    left: usize,
}

impl<'a> Compiler<'a> {
    /// Gets ready for a graph whose inputs are known.
    pub(super) fn new(
        graph: &Graph,
        file: &'a mut dyn ReadAt,
        options: Options,
        inputs: Vec<ValueInfo>,
    ) -> Self {
        let mut pinned: BTreeSet<String> =
            graph.outputs.iter().map(|info| info.name.clone()).collect();
        pinned.extend(graph.nodes.iter().flat_map(inner_reads).map(str::to_owned));
        let made = graph.nodes.iter().flat_map(|node| &node.outputs);
        let held = graph.initialisers.iter().map(|tensor| &tensor.name);
        let names: Vec<&String> =
            made.chain(held).chain(inputs.iter().map(|info| &info.name)).collect();
        let mut prefix = "compiled".to_owned();
        while names.iter().any(|name| name.starts_with(&prefix)) {
            prefix.push('_');
        }
        Self {
            known: beginnings(graph, &inputs),
            file,
            options,
            inputs,
            nodes: Vec::with_capacity(graph.nodes.len()),
            computed: BTreeMap::new(),
            changed: Vec::new(),
            alias: BTreeMap::new(),
            shaped: BTreeMap::new(),
            turned: BTreeMap::new(),
            pinned,
            shapes: BTreeMap::new(),
            prefix,
            fresh: 0,
            left: MOST_COMPUTED,
        }
    }

    /// Compiles the graph.
    pub(super) fn run(mut self, mut graph: Graph) -> Graph {
        for node in std::mem::take(&mut graph.nodes) {
            self.step(node, &graph.initialisers);
        }
        graph.nodes = self.nodes;
        graph.initialisers.append(&mut self.changed);
        graph.inputs = self.inputs;
        // Said of values that may be gone, or of sizes that were open.
        graph.values.clear();
        for info in &mut graph.outputs {
            if let (Some(fact), Some(TensorKind { dims, .. })) =
                (self.known.fact(&info.name), &mut info.kind)
            {
                *dims = Some(fact.dims.iter().map(|&size| Dim::Size(size)).collect());
            }
        }
        let read = prune(&mut graph);
        for (name, small) in self.computed {
            if read.contains(&name) {
                graph.initialisers.extend(small.tensor(name));
            }
        }
        graph
    }

    fn step(&mut self, mut node: Node, initialisers: &[Tensor]) {
        for name in &mut node.inputs {
            if let Some(other) = self.alias.get(name) {
                name.clone_from(other);
            }
        }
        let facts = infer(&self.known, &node);
        if let Some(small) =
            fold(&self.known, &node, facts.as_ref().and_then(|facts| facts.first()))
            && self.compute(&node, small)
        {
            return;
        }
        for (name, fact) in node.outputs.iter().zip(facts.into_iter().flatten()) {
            self.known.learn(name, fact);
        }
        if node.domain.is_empty() && node.outputs.len() == 1 {
            let done = match node.op.as_str() {
                "Identity" | "Cast" | "Mul" | "Div" => self.leave_out(&node),
                "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten" => self.reshape(&node),
                "Transpose" => self.transpose(&node),
                "Einsum" => self.einsum(&node, initialisers),
                "Conv" if self.options.whole_channels => {
                    self.fill_channels(&mut node, initialisers);
                    false
                }
                _ => false,
            };
            if done {
                return;
            }
        }
        self.nodes.push(node);
    }

    /// Takes the value of a node that was computed.
    fn compute(&mut self, node: &Node, small: Small) -> bool {
        let [name] = node.outputs.as_slice() else { return false };
        // What comes out stays a node: not every runtime gives initialisers out.
        if self.pinned.contains(name) || small.tensor(String::new()).is_none() {
            return false;
        }
        let Some(left) = self.left.checked_sub(small.len()) else { return false };
        self.left = left;
        self.known.learn_small(name, small.clone());
        self.computed.insert(name.clone(), small);
        true
    }

    /// Makes a value a second name of another one.
    fn same(&mut self, node: &Node, other: &str) -> bool {
        let [name] = node.outputs.as_slice() else { return false };
        if self.pinned.contains(name) {
            return false;
        }
        self.alias.insert(name.clone(), other.to_owned());
        true
    }

    /// Leaves nodes out that give what they are given.
    fn leave_out(&mut self, node: &Node) -> bool {
        let [output] = node.outputs.as_slice() else { return false };
        let Some(first) = input(node, 0) else { return false };
        let first = first.to_owned();
        match node.op.as_str() {
            "Identity" => return self.same(node, &first),
            "Cast" => {
                let to = int(node, "to").and_then(|to| i32::try_from(to).ok()).map(Element);
                let from = self.known.fact(&first).map(|fact| fact.element);
                return from.is_some() && from == to && self.same(node, &first);
            }
            _ => {}
        }
        let Some(second) = input(node, 1).map(str::to_owned) else { return false };
        let unit = |known: &Knowledge, name: &str| {
            known.small(name).is_some_and(|small| match (small.as_ints(), small.as_floats()) {
                (Some(values), _) => values.iter().all(|&value| value == 1),
                (_, Some(values)) => values.iter().all(|&value| value == 1.0),
                _ => false,
            })
        };
        let keeps = |known: &Knowledge, name: &str| {
            known.dims(name).is_some() && known.dims(name) == known.dims(output)
        };
        if unit(&self.known, &second) && keeps(&self.known, &first) {
            return self.same(node, &first);
        }
        node.op == "Mul"
            && unit(&self.known, &first)
            && keeps(&self.known, &second)
            && self.same(node, &second)
    }

    /// Makes one Reshape of several in a row, or none when they lead back.
    fn reshape(&mut self, node: &Node) -> bool {
        let (Some(from), [output]) = (input(node, 0), node.outputs.as_slice()) else {
            return false;
        };
        let root = self.shaped.get(from).cloned().unwrap_or_else(|| from.to_owned());
        let (Some(before), Some(after)) = (self.known.dims(&root), self.known.dims(output)) else {
            return false;
        };
        // A zero has a meaning of its own in a shape.
        if after.contains(&0) || count(before) != count(after) {
            return false;
        }
        let (unchanged, after) = (before == after, after.to_vec());
        if unchanged && self.same(node, &root) {
            return true;
        }
        let shape = self.shape(after);
        self.shaped.insert(output.clone(), root.clone());
        self.nodes.push(Node {
            op: "Reshape".to_owned(),
            name: node.name.clone(),
            inputs: vec![root, shape],
            outputs: node.outputs.clone(),
            ..Node::default()
        });
        true
    }

    /// Makes one Transpose of several in a row; one that moves nothing but dimensions of size one is a Reshape.
    fn transpose(&mut self, node: &Node) -> bool {
        let (Some(from), [output]) = (input(node, 0), node.outputs.as_slice()) else {
            return false;
        };
        let Some(dims) = self.known.dims(from) else { return false };
        let Some(order) = permutation(node, dims.len()) else { return false };
        let (root, order) = match self.turned.get(from) {
            Some((root, before)) => {
                (root.clone(), order.iter().map(|&axis| before[axis]).collect())
            }
            None => (from.to_owned(), order),
        };
        let Some(dims) = self.known.dims(&root) else { return false };
        let thick: Vec<usize> = order.iter().copied().filter(|&axis| dims[axis] != 1).collect();
        if thick.is_sorted() {
            return self.reshape(&Node { inputs: vec![root], ..node.clone() });
        }
        self.turned.insert(output.clone(), (root.clone(), order.clone()));
        let order = order.iter().filter_map(|&axis| i64::try_from(axis).ok()).collect();
        self.nodes.push(Node {
            inputs: vec![root],
            attributes: vec![setting("perm", order)],
            ..node.clone()
        });
        true
    }

    /// Replaces an Einsum by a product of matrices.
    fn einsum(&mut self, node: &Node, initialisers: &[Tensor]) -> bool {
        let Some(product) = einsum::plan(&self.known, node) else { return false };
        let (Some(first), Some(second)) = (input(node, 0), input(node, 1)) else { return false };
        let Some(element) = self.known.fact(first).map(|fact| fact.element) else { return false };
        let Product { swapped, left, right, dims, open, order } = product;
        let (first, second) = if swapped { (second, first) } else { (first, second) };
        // The output's shape, as the equation says it.
        let Some(whole) = einsum_dims(&self.known, node) else { return false };
        let output = node.outputs[0].clone();
        let inputs =
            vec![self.turn(first, &left, initialisers), self.turn(second, &right, initialisers)];
        let made = self.name();
        self.known.learn(&made, Fact { element, dims });
        self.known.learn(&output, Fact { element, dims: whole.clone() });
        self.nodes.push(Node {
            op: "MatMul".to_owned(),
            name: node.name.clone(),
            inputs,
            outputs: vec![made.clone()],
            ..Node::default()
        });
        let made = match order {
            Some(order) => {
                let turn = Turn { order: None, dims: open };
                let made = self.turn(&made, &turn, initialisers);
                let turned = self.name();
                self.step(transposed(&made, &turned, order), initialisers);
                turned
            }
            None => made,
        };
        let shape = self.shape(whole);
        self.step(reshaped(&made, shape, &output), initialisers);
        true
    }

    /// Turns an operand; gives its new name.
    fn turn(&mut self, from: &str, turn: &Turn, initialisers: &[Tensor]) -> String {
        let mut from = from.to_owned();
        if let Some(order) = &turn.order {
            let name = self.name();
            self.step(transposed(&from, &name, order.clone()), initialisers);
            from = self.alias.get(&name).cloned().unwrap_or(name);
        }
        let name = self.name();
        let shape = self.shape(turn.dims.clone());
        self.step(reshaped(&from, shape, &name), initialisers);
        self.alias.get(&name).cloned().unwrap_or(name)
    }

    /// Gives a Conv four times as many input channels as a whole number, the new ones zero.
    fn fill_channels(&mut self, node: &mut Node, initialisers: &[Tensor]) -> Option<()> {
        let (from, weights) = (input(node, 0)?.to_owned(), input(node, 1)?.to_owned());
        let fact = self.known.fact(&from)?.clone();
        let tensor = initialisers.iter().find(|tensor| tensor.name == weights)?;
        let [after, before, high, wide] = <[i64; 4]>::try_from(tensor.dims.as_slice()).ok()?;
        let more = (4 - before % 4) % 4;
        let plain = int(node, "group").unwrap_or(1) == 1
            && tensor.element == Element::F32
            && fact.element == Element::F32
            && fact.dims.get(1) == Some(&before)
            && fact.dims.len() == 4;
        if !plain || more == 0 || before < 4 || tensor.data.length() > MOST_CHANGED {
            return None;
        }
        let old = match &tensor.data {
            Data::Inline(bytes) => bytes.clone(),
            Data::Stored { offset, length } => {
                let mut bytes = vec![0; usize::try_from(*length).ok()?];
                self.file.read_at(*offset, &mut bytes).ok()?;
                bytes
            }
        };
        let row = count(&[before, high, wide, 4])?;
        let blank = count(&[more, high, wide, 4])?;
        let mut bytes = Vec::with_capacity(old.len() + blank * count(&[after])?);
        for kernel in old.chunks_exact(row.max(1)) {
            bytes.extend(kernel);
            bytes.resize(bytes.len() + blank, 0);
        }
        let dims = vec![after, before + more, high, wide];
        let name = self.name();
        self.known.learn(&name, Fact { element: Element::F32, dims: dims.clone() });
        let data = Data::Inline(bytes);
        let filled =
            Tensor { name: name.clone(), element: Element::F32, dims, data, rest: Vec::new() };
        self.changed.push(filled);
        let padded = self.name();
        let mut dims = fact.dims;
        dims[1] += more;
        self.known.learn(&padded, Fact { element: Element::F32, dims });
        let pads = self.shape(vec![0, 0, 0, 0, 0, more, 0, 0]);
        self.nodes.push(Node {
            op: "Pad".to_owned(),
            name: padded.clone(),
            inputs: vec![from, pads],
            outputs: vec![padded.clone()],
            ..Node::default()
        });
        node.inputs[0] = padded;
        node.inputs[1] = name;
        Some(())
    }

    /// The name of a value that is a list of sizes.
    fn shape(&mut self, dims: Vec<i64>) -> String {
        if let Some(name) = self.shapes.get(&dims) {
            return name.clone();
        }
        let name = self.name();
        let length = i64::try_from(dims.len()).unwrap_or(0);
        let small = Small::ints(vec![length], dims.clone());
        self.known.learn_small(&name, small.clone());
        self.computed.insert(name.clone(), small);
        self.shapes.insert(dims, name.clone());
        name
    }

    /// A name that nothing has.
    fn name(&mut self) -> String {
        self.fresh += 1;
        format!("{}/{}", self.prefix, self.fresh)
    }
}

fn einsum_dims(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let equation = super::knowledge::text(node, "equation")?.replace(' ', "");
    let (operands, output) = equation.split_once("->")?;
    let size = |letter: char| {
        operands.split(',').enumerate().find_map(|(index, letters)| {
            let at = letters.chars().position(|other| other == letter)?;
            known.dims(input(node, index)?)?.get(at).copied()
        })
    };
    output.chars().map(size).collect()
}

fn setting(name: &str, values: Vec<i64>) -> Attribute {
    Attribute { name: name.to_owned(), value: AttributeValue::Ints(values) }
}

fn transposed(from: &str, to: &str, order: Vec<i64>) -> Node {
    Node {
        op: "Transpose".to_owned(),
        name: to.to_owned(),
        inputs: vec![from.to_owned()],
        outputs: vec![to.to_owned()],
        attributes: vec![setting("perm", order)],
        ..Node::default()
    }
}

fn reshaped(from: &str, shape: String, to: &str) -> Node {
    Node {
        op: "Reshape".to_owned(),
        name: to.to_owned(),
        inputs: vec![from.to_owned(), shape],
        outputs: vec![to.to_owned()],
        ..Node::default()
    }
}
