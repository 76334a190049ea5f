//! What the walker finds in files of ONNX's own Python package is what that package says of them, and headers are
//! those that a runtime found equal to their originals.

use std::{collections::BTreeMap, fs, path::PathBuf};

use lacuna::{
    manifest::Digest,
    onnx::{
        AttributeValue, Data, Element, Graph, Header, Limits, Model, OnnxError, ReadAt, Tensor,
        header, walk, write,
    },
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Known {
    nodes: usize,
    ops: Vec<String>,
    tensors: BTreeMap<String, KnownTensor>,
}

#[derive(Deserialize)]
struct KnownTensor {
    dims: Vec<i64>,
    #[serde(rename = "type")]
    element: i32,
    bytes: u64,
    sha256: Digest,
    offset: Option<u64>,
}

const FILES: [&str; 5] = ["weights", "kinds", "branches", "old", "exported"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/onnx")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.onnx"))).expect("is committed")
}

fn known() -> BTreeMap<String, Known> {
    let text = fs::read_to_string(folder().join("known.json")).expect("is committed");
    serde_json::from_str(&text).expect("is valid")
}

fn walked(bytes: &[u8]) -> Model {
    walk(&mut &*bytes, Limits::default()).expect("is a graph")
}

/// All initialisers, and the constants that stayed nodes under the names of what they make.
fn tensors(graph: &Graph) -> BTreeMap<String, Tensor> {
    let constants = graph.nodes.iter().filter(|node| node.op == "Constant").filter_map(|node| {
        match node.attribute("value") {
            Some(AttributeValue::Tensor(tensor)) => Some((node.outputs[0].clone(), tensor.clone())),
            _ => None,
        }
    });
    let held = graph.initialisers.iter().map(|tensor| (tensor.name.clone(), tensor.clone()));
    constants.chain(held).filter(|(_, tensor)| tensor.element != Element::TEXT).collect()
}

#[test]
fn every_tensor_is_found_with_its_values() {
    for (name, known) in known() {
        let bytes = file(&name);
        let model = walked(&bytes);
        assert_eq!(model.graph.nodes.len(), known.nodes, "{name}");
        let found = tensors(&model.graph);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            known.tensors.keys().collect::<Vec<_>>(),
            "{name}"
        );
        for (title, want) in known.tensors {
            let got = &found[&title];
            assert_eq!((&got.dims, got.element.0), (&want.dims, want.element), "{name} {title}");
            let values = match &got.data {
                Data::Inline(values) => {
                    assert_eq!(want.offset, None, "{name} {title} is left where it is");
                    values.as_slice()
                }
                Data::Stored { offset, length } => {
                    assert_eq!(want.offset, Some(*offset), "{name} {title}");
                    &bytes[*offset as usize..(offset + length) as usize]
                }
            };
            assert_eq!(values.len() as u64, want.bytes, "{name} {title}");
            assert_eq!(Digest::of(values), want.sha256, "{name} {title}");
        }
    }
}

#[test]
fn nodes_keep_their_order_and_their_settings() {
    let known = known();
    for name in FILES {
        let model = walked(&file(name));
        let ops: Vec<_> = model.graph.nodes.iter().map(|node| node.op.as_str()).collect();
        let want = known[name].ops.iter().map(String::as_str);
        // A constant whose values stay in the file is an initialiser from here on.
        let want: Vec<_> = want.filter(|op| !(name == "weights" && *op == "Constant")).collect();
        assert_eq!(ops, want, "{name}");
    }
    let graph = walked(&file("weights")).graph;
    assert_eq!(graph.nodes[0].attribute("pads"), Some(&AttributeValue::Ints(vec![1; 4])));
    assert_eq!(graph.nodes[1].inputs, ["a", "", "twice"]);
    assert_eq!(graph.nodes[1].attribute("mode"), Some(&AttributeValue::Text(b"nearest".to_vec())));
    assert_eq!(graph.nodes[5].attribute("alpha"), Some(&AttributeValue::Float(0.5)));
    let graph = walked(&file("kinds")).graph;
    let last = graph.nodes.last().expect("has nodes");
    assert_eq!(last.name, "last one");
    let gelu = graph.nodes.iter().find(|node| node.op == "Gelu").expect("is there");
    assert_eq!(gelu.domain, "com.microsoft");
}

#[test]
fn what_a_branch_reads_from_outside_is_known() {
    let graph = walked(&file("branches")).graph;
    let branch = graph.nodes.iter().find(|node| node.op == "If").expect("is there");
    let mut read = Vec::new();
    for attribute in &branch.attributes {
        let AttributeValue::Other { reads, .. } = &attribute.value else {
            panic!("{} is a graph", attribute.name)
        };
        read.extend(reads.iter().map(String::as_str));
    }
    for name in ["outer", "deep outer", "flag"] {
        assert!(read.contains(&name), "{name}: {read:?}");
    }
}

#[test]
fn signatures_have_words_for_types_and_gaps_for_open_sizes() {
    let signature = |name: &str| walked(&file(name)).graph.signature().to_string();
    assert_eq!(signature("weights"), "(x: f32 [?, 9, ?, ?]) -> (y: f32 [?, 20])");
    assert_eq!(
        signature("kinds"),
        "(more: f32 [2, 3]) -> (z: f32 [30], same: bool [2], steps: i64 [2])"
    );
    assert_eq!(signature("branches"), "(x: f32 [30, 40], flag: bool []) -> (y: f32 [30, 40])");
    // Initialisers are listed among its inputs.
    assert_eq!(signature("old"), "(x: f32 [1, 64]) -> (y: f32 [1, 32])");
}

#[test]
fn headers_are_those_that_a_runtime_found_equal() {
    let text = fs::read_to_string(folder().join("headers.json")).expect("is committed");
    let proven: BTreeMap<String, Digest> = serde_json::from_str(&text).expect("is valid");
    for name in FILES {
        let bytes = file(name);
        let Header { bytes: header, refers, .. } =
            header(&mut bytes.as_slice(), &format!("{name}.onnx")).expect("is a graph");
        assert_eq!(refers, !["kinds", "exported"].contains(&name), "{name}");
        assert!(!refers || header.len() < bytes.len(), "{name}: {} bytes", header.len());
        // When this fails on purpose, tools/onnx_parity.py proves the new ones and writes this file.
        assert_eq!(Digest::of(&header), proven[name], "{name}");
    }
}

#[test]
fn a_header_is_no_file_of_weights() {
    for name in ["weights", "branches", "old"] {
        let header = header(&mut file(name).as_slice(), "there.onnx").expect("is a graph");
        let again = walk(&mut header.bytes.as_slice(), Limits::default());
        assert!(matches!(again, Err(OnnxError::Elsewhere { .. })), "{name}");
    }
}

#[test]
fn with_everything_in_memory_nothing_is_lost() {
    for name in FILES {
        let limits = Limits { inline: u64::MAX, ..Limits::default() };
        let model = walk(&mut file(name).as_slice(), limits).expect("is a graph");
        let written = write(&model, "");
        let again = walk(&mut written.as_slice(), limits).expect("is a graph");
        assert_eq!(again, model, "{name}");
        assert_eq!(write(&again, ""), written, "{name}");
    }
}

/// A file of which only the asked bytes exist, and which counts them.
struct Counted<'a> {
    bytes: &'a [u8],
    read: u64,
}

impl ReadAt for Counted<'_> {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        self.read += buffer.len() as u64;
        self.bytes.read_at(offset, buffer)
    }
}

impl ReadAt for &mut Counted<'_> {
    fn length(&self) -> u64 {
        Counted::length(self)
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        (**self).read_at(offset, buffer)
    }
}

#[test]
fn weights_are_skipped() {
    // The raw values of `first` made a hundred times as long: field 9 of the first initialiser, field 5 of the graph.
    let mut tensor = vec![0x08, 0x80, 0x80, 0x80, 0x08, 0x10, 0x02, 0x42, 0x01, b'w', 0x4a];
    tensor.extend([0x80, 0x80, 0x80, 0x08]);
    tensor.resize(tensor.len() + (16 << 20), 7);
    let length = |value: usize| {
        let value = value as u64;
        [0, 7, 14, 21]
            .map(|shift| (value >> shift) as u8 & 0x7f | if shift < 21 { 0x80 } else { 0 })
    };
    let mut bytes = vec![0x08, 0x08, 0x3a];
    bytes.extend(length(tensor.len() + 5));
    bytes.push(0x2a);
    bytes.extend(length(tensor.len()));
    bytes.extend(tensor);
    let mut file = Counted { bytes: &bytes, read: 0 };
    let model = walk(&mut &mut file, Limits::default()).expect("is a graph");
    let want = Data::Stored { offset: (bytes.len() - (16 << 20)) as u64, length: 16 << 20 };
    assert_eq!(model.graph.initialisers[0].data, want);
    assert!(file.read <= 128 << 10, "{} bytes were read", file.read);
}

proptest! {
    #[test]
    fn a_file_cut_short_is_refused(name in prop::sample::select(&FILES[..]), part in 0.0..1.0) {
        let bytes = file(name);
        let length = (bytes.len() as f64 * part) as usize;
        // The graph is the last of the file but for the operator sets: a cut there leaves a whole message.
        match walk(&mut &bytes[..length], Limits::default()) {
            Ok(model) => prop_assert!(model.graph == walked(&bytes).graph && bytes.len() - length < 400),
            Err(error) => prop_assert!(
                matches!(error, OnnxError::Truncated { .. } | OnnxError::Graphs { count: 0 }),
                "{error}"
            ),
        }
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        name in prop::sample::select(&FILES[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = file(name);
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let length = bytes.len() as u64;
        let mut read = bytes.as_slice();
        if let Ok(model) = walk(&mut read, Limits::default()) {
            for tensor in &model.graph.initialisers {
                if let Data::Stored { offset, length: stored } = tensor.data {
                    prop_assert!(offset.checked_add(stored).is_some_and(|end| end <= length));
                }
            }
            // Whatever was read can be written.
            prop_assert!(!write(&model, "x").is_empty());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = walk(&mut bytes.as_slice(), Limits::default());
        // The same as the body of a graph.
        let mut graph = vec![0x3a, bytes.len() as u8 | 0x80, (bytes.len() >> 7) as u8];
        graph.extend(bytes);
        let _ = walk(&mut graph.as_slice(), Limits::default());
    }
}

/// A file of endless repetition, far larger than any memory.
struct Endless {
    head: Vec<u8>,
    again: Vec<u8>,
    length: u64,
}

impl ReadAt for Endless {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        for (index, byte) in buffer.iter_mut().enumerate() {
            let at = offset as usize + index;
            *byte = match at.checked_sub(self.head.len()) {
                Some(at) => self.again[at % self.again.len()],
                None => self.head[at],
            };
        }
        Ok(())
    }
}

#[test]
fn a_little_that_says_it_is_much_is_refused_before_it_is_held() {
    // A graph of 2^40 bytes.
    let head = b"\x3a\x80\x80\x80\x80\x80\x20".to_vec();
    let most = Limits { kept: 1 << 20, ..Limits::default() };
    let of = |again: &[u8]| {
        let mut file = Endless { head: head.clone(), again: again.to_vec(), length: (1 << 40) + 7 };
        walk(&mut file, most)
    };
    let refused = Err(OnnxError::TooMuch { most: 1 << 20 });
    // Empty nodes, empty tensors, empty inputs, unknown fields of a kilobyte, a node whose name is a terabyte.
    assert_eq!(of(b"\x0a\x00"), refused);
    assert_eq!(of(b"\x2a\x00"), refused);
    assert_eq!(of(b"\x5a\x00"), refused);
    let mut unknown = b"\xfa\x01\x80\x08".to_vec();
    unknown.resize(unknown.len() + 1024, 1);
    assert_eq!(of(&unknown), refused);
    assert_eq!(of(b"\x0a\x80\x80\x80\x80\x10\x0a\xf8\xff\xff\xff\x0f"), refused);
    // Sizes without end.
    assert_eq!(of(b"\x2a\x80\x80\x80\x80\x10\x0a\xf8\xff\xff\xff\x0f"), refused);
}

#[test]
fn a_reader_that_fails_is_said() {
    struct Torn;
    impl ReadAt for Torn {
        fn length(&self) -> u64 {
            100
        }
        fn read_at(&mut self, _: u64, _: &mut [u8]) -> Result<(), String> {
            Err("gone".to_owned())
        }
    }
    let got = walk(&mut Torn, Limits::default());
    assert_eq!(got, Err(OnnxError::Read { at: 0, reason: "gone".to_owned() }));
}

#[test]
fn graphs_in_graphs_end_somewhere() {
    let wrap = |number: u8, inner: &[u8]| {
        let mut bytes = vec![number << 3 | 2, inner.len() as u8 | 0x80, (inner.len() >> 7) as u8];
        bytes.extend(inner);
        bytes
    };
    let nested = |depth: u32| {
        let mut graph = Vec::new();
        for _ in 0..depth {
            // A node with an attribute that is a graph.
            graph = wrap(1, &wrap(5, &wrap(6, &graph)));
        }
        walk(&mut wrap(7, &graph).as_slice(), Limits::default())
    };
    assert!(nested(8).is_ok());
    assert_eq!(nested(10), Err(OnnxError::Nested { most: 8 }));
    assert_eq!(nested(600), Err(OnnxError::Nested { most: 8 }));
}

#[test]
fn tensors_of_wrong_length_are_refused() {
    let of = |tensor: &[u8]| {
        let mut bytes = vec![0x3a, tensor.len() as u8 + 2, 0x2a, tensor.len() as u8];
        bytes.extend(tensor);
        walk(&mut bytes.as_slice(), Limits::default())
    };
    // [2] of f32 in 4 bytes; [2^62] of f64; [-1]; two graphs' worth of sizes that overflow together.
    let values = OnnxError::Values { name: "w".to_owned(), got: 4, want: 8 };
    assert_eq!(of(b"\x08\x02\x10\x01\x42\x01w\x4a\x04abcd"), Err(values));
    let shape = Err(OnnxError::Shape { name: "w".to_owned() });
    assert_eq!(of(b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40\x10\x0b\x42\x01w"), shape);
    assert_eq!(of(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x01\x42\x01w"), shape);
    let huge = b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40";
    assert_eq!(of(&[&huge[..], huge, b"\x10\x02\x42\x01w"].concat()), shape);
}
