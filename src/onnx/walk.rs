//! From file to graph: reads what describes the graph and skips the weights.
//!
//! Field numbers are those of onnx.proto3, which the ONNX project publishes. Files come from anywhere, so every length
//! is checked against what holds it, whatever is kept is counted before it is allocated, and messages inside messages
//! are followed as deep as the format goes and no deeper.

use std::ops::Range;

use super::{
    element::Element,
    error::OnnxError,
    model::{
        Attribute, AttributeValue, Data, Dim, Graph, Model, Node, Opset, Tensor, TensorKind,
        ValueInfo,
    },
    source::{ReadAt, Window},
    wire::{Field, Fields, Value},
};

/// Graphs inside graphs: branches of branches of loops are fine, more is a trap.
const DEEPEST: u32 = 8;

/// What one name, node or tensor costs in memory besides its own bytes, roughly.
const EACH: u64 = 128;

/// How much of a file is taken into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tensors of up to so many bytes are held, larger ones are left where they are.
    pub inline: u64,
    /// Bytes that may be held in all.
    pub kept: u64,
}

impl Default for Limits {
    /// Tensors that fill a page of memory are left where they are: what is smaller is cheaper to hold than to look
    /// up. 64 MiB in all.
    fn default() -> Self {
        Self { inline: 4 << 10, kept: 64 << 20 }
    }
}

/// Reads the graph that a file holds.
///
/// # Errors
/// [`OnnxError`] when it is not one, is too large besides its weights, or has weights in yet another file.
pub fn walk(file: &mut dyn ReadAt, limits: Limits) -> Result<Model, OnnxError> {
    let mut walker = Walker { window: Window::new(file, limits.kept), inline: limits.inline };
    let end = walker.window.length();
    walker.model(0..end)
}

struct Walker<'a> {
    window: Window<'a>,
    inline: u64,
}

impl Walker<'_> {
    fn model(&mut self, range: Range<u64>) -> Result<Model, OnnxError> {
        let mut model = Model::default();
        let mut graphs = 0;
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => model.ir_version = field.int()?,
                7 => {
                    graphs += 1;
                    if graphs == 1 {
                        model.graph = self.graph(field.range()?)?;
                    }
                }
                8 => model.opsets.push(self.opset(field.range()?)?),
                _ => self.keep(&field, &mut model.rest)?,
            }
        }
        if graphs != 1 {
            return Err(OnnxError::Graphs { count: graphs });
        }
        Ok(model)
    }

    fn opset(&mut self, range: Range<u64>) -> Result<Opset, OnnxError> {
        self.window.charge(EACH)?;
        let mut opset = Opset { domain: String::new(), version: 0 };
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => opset.domain = field.text(&mut self.window)?,
                2 => opset.version = field.int()?,
                _ => {}
            }
        }
        // The two names of ONNX itself.
        if opset.domain == "ai.onnx" {
            opset.domain.clear();
        }
        Ok(opset)
    }

    fn graph(&mut self, range: Range<u64>) -> Result<Graph, OnnxError> {
        let mut graph = Graph::default();
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => {
                    let node = self.node(field.range()?)?;
                    match constant(node) {
                        Ok(tensor) => graph.initialisers.push(tensor),
                        Err(node) => graph.nodes.push(*node),
                    }
                }
                5 => graph.initialisers.push(self.tensor(field.range()?)?),
                11 => graph.inputs.push(self.value_info(field.range()?)?),
                12 => graph.outputs.push(self.value_info(field.range()?)?),
                13 => graph.values.push(self.value_info(field.range()?)?),
                _ => self.keep(&field, &mut graph.rest)?,
            }
        }
        Ok(graph)
    }

    fn node(&mut self, range: Range<u64>) -> Result<Node, OnnxError> {
        self.window.charge(2 * EACH)?;
        let mut node = Node::default();
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => node.inputs.push(self.name(&field)?),
                2 => node.outputs.push(self.name(&field)?),
                3 => node.name = field.text(&mut self.window)?,
                4 => node.op = field.text(&mut self.window)?,
                5 => node.attributes.push(self.attribute(field.range()?)?),
                7 => node.domain = field.text(&mut self.window)?,
                _ => self.keep(&field, &mut node.rest)?,
            }
        }
        if node.domain == "ai.onnx" {
            node.domain.clear();
        }
        // Only the value of a constant can be moved out of its node.
        if !(node.op == "Constant" && node.domain.is_empty()) {
            for attribute in &mut node.attributes {
                if let AttributeValue::Tensor(tensor) = &mut attribute.value {
                    self.fetch(tensor)?;
                }
            }
        }
        Ok(node)
    }

    fn attribute(&mut self, range: Range<u64>) -> Result<Attribute, OnnxError> {
        self.window.charge(EACH)?;
        let mut name = String::new();
        let mut value = None;
        let mut ints = Vec::new();
        let mut floats = Vec::new();
        let mut kind = None;
        let mut reads = Vec::new();
        let mut other = false;
        let mut fields = Fields::new(range.clone());
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => name = field.text(&mut self.window)?,
                2 => value = Some(AttributeValue::Float(field.float()?)),
                3 => value = Some(AttributeValue::Int(field.int()?)),
                4 => value = Some(AttributeValue::Text(field.bytes(&mut self.window)?)),
                5 => value = Some(AttributeValue::Tensor(self.tensor(field.range()?)?)),
                6 | 11 => {
                    other = true;
                    self.reads(field.range()?, 1, &mut reads)?;
                }
                7 => field.floats(&mut self.window, 4, &mut floats)?,
                8 => field.ints(&mut self.window, &mut ints)?,
                // A sentence for readers.
                13 => {}
                20 => kind = Some(field.small()?),
                _ => other = true,
            }
        }
        if !other {
            // The kind says which one is meant: a list may be empty.
            let known = match (kind, value) {
                (Some(6), _) => Some(AttributeValue::Floats(floats_of(&floats))),
                (Some(7), _) => Some(AttributeValue::Ints(ints)),
                (Some(1), None) => Some(AttributeValue::Float(0.0)),
                (Some(2), None) => Some(AttributeValue::Int(0)),
                (Some(3), None) => Some(AttributeValue::Text(Vec::new())),
                (Some(1), value @ Some(AttributeValue::Float(_)))
                | (Some(2), value @ Some(AttributeValue::Int(_)))
                | (Some(3), value @ Some(AttributeValue::Text(_)))
                | (Some(4), value @ Some(AttributeValue::Tensor(_)))
                | (None, value @ Some(_)) => value,
                _ => None,
            };
            if let Some(value) = known {
                return Ok(Attribute { name, value });
            }
        }
        let encoded = self.window.bytes(&range)?;
        Ok(Attribute { name, value: AttributeValue::Other { encoded, reads } })
    }

    /// Collects the names that the nodes of an inner graph read, and those that it gives out.
    fn reads(
        &mut self,
        range: Range<u64>,
        depth: u32,
        names: &mut Vec<String>,
    ) -> Result<(), OnnxError> {
        if depth > DEEPEST {
            return Err(OnnxError::Nested { most: DEEPEST });
        }
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => self.reads_of_node(field.range()?, depth, names)?,
                12 => names.push(self.value_info(field.range()?)?.name),
                _ => {}
            }
        }
        Ok(())
    }

    fn reads_of_node(
        &mut self,
        range: Range<u64>,
        depth: u32,
        names: &mut Vec<String>,
    ) -> Result<(), OnnxError> {
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => names.push(self.name(&field)?),
                5 => {
                    let mut inner = Fields::new(field.range()?);
                    while let Some(field) = inner.next(&mut self.window)? {
                        if matches!(field.number, 6 | 11) {
                            self.reads(field.range()?, depth + 1, names)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn tensor(&mut self, range: Range<u64>) -> Result<Tensor, OnnxError> {
        self.window.charge(EACH)?;
        let mut tensor = Tensor {
            name: String::new(),
            element: Element(0),
            dims: Vec::new(),
            data: Data::Inline(Vec::new()),
            rest: Vec::new(),
        };
        let mut elsewhere = false;
        // The element type may come after the values, which it says how to read.
        let mut typed = Vec::new();
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => field.ints(&mut self.window, &mut tensor.dims)?,
                2 => tensor.element = Element(field.small()?),
                4 | 5 | 7 | 9 | 10 | 11 => {
                    self.window.charge(EACH)?;
                    typed.push(field);
                }
                8 => tensor.name = field.text(&mut self.window)?,
                13 => elsewhere = true,
                14 => elsewhere |= field.int()? == 1,
                // A sentence for readers.
                12 => {}
                _ => self.keep(&field, &mut tensor.rest)?,
            }
        }
        if elsewhere {
            return Err(OnnxError::Elsewhere { name: tensor.name });
        }
        tensor.data = self.data(tensor.element, &typed)?;
        check(tensor)
    }

    /// The values of a tensor, from the field or the fields that hold them.
    fn data(&mut self, element: Element, fields: &[Field]) -> Result<Data, OnnxError> {
        // One run of bytes that can stay where it is: raw values, or floats that are packed.
        if let [Field { number: 4 | 9 | 10, value: Value::Bytes(range), .. }] = fields {
            let length = range.end - range.start;
            if length > self.inline {
                return Ok(Data::Stored { offset: range.start, length });
            }
        }
        let mut bytes = Vec::new();
        for field in fields {
            match field.number {
                4 => field.floats(&mut self.window, 4, &mut bytes)?,
                10 => field.floats(&mut self.window, 8, &mut bytes)?,
                9 => bytes.extend(field.bytes(&mut self.window)?),
                _ => {
                    let mut ints = Vec::new();
                    field.ints(&mut self.window, &mut ints)?;
                    // Each value in its own width; half-precision floats come as the number that their bits are.
                    let width = element.bits().unwrap_or(64).div_ceil(8).min(8) as usize;
                    self.window.charge((ints.len() * width) as u64)?;
                    bytes.extend(
                        ints.iter().flat_map(|value| value.to_le_bytes().into_iter().take(width)),
                    );
                }
            }
        }
        Ok(Data::Inline(bytes))
    }

    /// Takes values that were left in the file into memory.
    fn fetch(&mut self, tensor: &mut Tensor) -> Result<(), OnnxError> {
        if let Data::Stored { offset, length } = tensor.data {
            tensor.data = Data::Inline(self.window.bytes(&(offset..offset + length))?);
        }
        Ok(())
    }

    fn value_info(&mut self, range: Range<u64>) -> Result<ValueInfo, OnnxError> {
        self.window.charge(EACH)?;
        let mut info = ValueInfo { name: String::new(), kind: None, rest: Vec::new() };
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            match field.number {
                1 => info.name = field.text(&mut self.window)?,
                2 => {
                    info.kind = self.kind(field.range()?)?;
                    if info.kind.is_none() {
                        self.keep(&field, &mut info.rest)?;
                    }
                }
                // A sentence for readers.
                3 => {}
                _ => self.keep(&field, &mut info.rest)?,
            }
        }
        Ok(info)
    }

    /// Type and shape, when the type is a tensor's.
    fn kind(&mut self, range: Range<u64>) -> Result<Option<TensorKind>, OnnxError> {
        let mut kind = None;
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            if field.number != 1 {
                continue;
            }
            let mut tensor = TensorKind { element: Element(0), dims: None };
            let mut fields = Fields::new(field.range()?);
            while let Some(field) = fields.next(&mut self.window)? {
                match field.number {
                    1 => tensor.element = Element(field.small()?),
                    2 => tensor.dims = Some(self.shape(field.range()?)?),
                    _ => {}
                }
            }
            kind = Some(tensor);
        }
        Ok(kind)
    }

    fn shape(&mut self, range: Range<u64>) -> Result<Vec<Dim>, OnnxError> {
        let mut dims = Vec::new();
        let mut fields = Fields::new(range);
        while let Some(field) = fields.next(&mut self.window)? {
            if field.number != 1 {
                continue;
            }
            self.window.charge(EACH)?;
            let mut dim = Dim::Open;
            let mut fields = Fields::new(field.range()?);
            while let Some(field) = fields.next(&mut self.window)? {
                match field.number {
                    1 => dim = Dim::Size(field.int()?),
                    2 => dim = Dim::Named(field.text(&mut self.window)?),
                    _ => {}
                }
            }
            dims.push(dim);
        }
        Ok(dims)
    }

    fn name(&mut self, field: &Field) -> Result<String, OnnxError> {
        self.window.charge(EACH / 4)?;
        field.text(&mut self.window)
    }

    /// Keeps a field as it is encoded.
    fn keep(&mut self, field: &Field, rest: &mut Vec<u8>) -> Result<(), OnnxError> {
        rest.extend(self.window.bytes(&field.span)?);
        Ok(())
    }
}

/// Makes an initialiser of a constant whose value stays in the file; gives any other node back.
fn constant(mut node: Node) -> Result<Tensor, Box<Node>> {
    let stored = |attribute: &Attribute| {
        matches!(&attribute.value, AttributeValue::Tensor(Tensor { data: Data::Stored { .. }, .. }))
    };
    let index = node.attributes.iter().position(stored);
    let (Some(index), Some(output)) = (index, node.outputs.first()) else {
        return Err(Box::new(node));
    };
    let output = output.clone();
    match node.attributes.swap_remove(index).value {
        AttributeValue::Tensor(tensor) => Ok(Tensor { name: output, ..tensor }),
        _ => Err(Box::new(node)),
    }
}

/// Holds the number of bytes against shape and element type.
fn check(tensor: Tensor) -> Result<Tensor, OnnxError> {
    let values = tensor
        .dims
        .iter()
        .try_fold(1_u64, |product, &size| product.checked_mul(u64::try_from(size).ok()?));
    let Some(values) = values else { return Err(OnnxError::Shape { name: tensor.name }) };
    let Some(bits) = tensor.element.bits() else { return Ok(tensor) };
    let want = values.checked_mul(bits).map(|bits| bits.div_ceil(8));
    let Some(want) = want else { return Err(OnnxError::Shape { name: tensor.name }) };
    let got = tensor.data.length();
    if got == want { Ok(tensor) } else { Err(OnnxError::Values { name: tensor.name, got, want }) }
}

fn floats_of(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|chunk| f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]))
        .collect()
}
