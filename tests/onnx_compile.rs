//! Compiled graphs are those that a runtime found equal to their originals; what is damaged is compiled or refused.

use std::{collections::BTreeMap, fs, path::PathBuf};

use lacuna::{
    manifest::Digest,
    onnx::{Header, Limits, OnnxError, Options, Shapes, compile, compile_model, walk, write},
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Proven {
    sha256: Digest,
    most: f64,
    /// Before and after.
    #[serde(default)]
    nodes: [usize; 2],
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/onnx")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.onnx"))).expect("is committed")
}

fn shapes(name: &str) -> Shapes {
    let of = |list: &[(&str, &[u64])]| -> Shapes {
        list.iter().map(|(name, shape)| ((*name).to_owned(), shape.to_vec())).collect()
    };
    match name {
        "weights" => of(&[("x", &[2, 9, 12, 20])]),
        "kinds" => of(&[("more", &[2, 3])]),
        "branches" => of(&[("x", &[30, 40])]),
        "old" => of(&[("x", &[1, 64])]),
        _ => of(&[("x", &[2, 9, 4, 6]), ("words", &[2, 5, 4])]),
    }
}

#[test]
fn compiled_headers_are_those_that_a_runtime_found_equal() {
    let text = fs::read_to_string(folder().join("compiled.json")).expect("is committed");
    let proven: BTreeMap<String, Proven> = serde_json::from_str(&text).expect("is valid");
    assert_eq!(proven.len(), 10);
    for (title, proven) in proven {
        let name = title.split(' ').next().expect("has a name");
        let options = Options { whole_channels: title.contains("--whole-channels") };
        let Header { bytes, .. } =
            compile(&mut file(name).as_slice(), &format!("{name}.onnx"), &shapes(name), options)
                .expect("is a graph");
        // When this fails on purpose, tools/onnx_parity.py proves the new ones and writes the file.
        assert_eq!(Digest::of(&bytes), proven.sha256, "{title}");
        assert!(proven.most <= 2e-6, "{title}");
    }
}

#[test]
fn models_compile_to_what_a_runtime_found_equal() {
    let text = fs::read_to_string(folder().join("models.json")).expect("is committed");
    let proven: BTreeMap<String, Proven> = serde_json::from_str(&text).expect("is valid");
    assert_eq!(proven.len(), 8);
    for (title, proven) in proven {
        let (path, shapes) = title.split_once(' ').expect("has shapes");
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
        let bytes = fs::read(&path).expect("is committed");
        let name = path.file_name().expect("has one").to_string_lossy().into_owned();
        let shapes = shapes.split(' ').map(|shape| {
            let (input, sizes) = shape.split_once('=').expect("is INPUT=SIZES");
            let sizes = sizes.split(',').map(|size| size.parse().expect("is a number"));
            (input.to_owned(), sizes.collect())
        });
        let shapes: Shapes = shapes.collect();
        let mut model = walk(&mut bytes.as_slice(), Limits::default()).expect("is a graph");
        let before = model.graph.nodes.len();
        // As the site does it.
        let options = Options { whole_channels: true };
        let compiled = compile_model(&mut model, &mut bytes.as_slice(), &shapes, options);
        assert_eq!(compiled, Ok(true), "{title}");
        assert_eq!([before, model.graph.nodes.len()], proven.nodes, "{title}");
        assert_eq!(Digest::of(&Header::of(&model, &name).bytes), proven.sha256, "{title}");
        assert!(proven.most <= 2e-6, "{title}");
        let of_shapes = ["Shape", "Constant", "Gather", "Unsqueeze", "Range", "ConstantOfShape"];
        let left = model.graph.nodes.iter().filter(|node| of_shapes.contains(&node.op.as_str()));
        let left: Vec<&str> = left.map(|node| node.op.as_str()).collect();
        assert!(path.ends_with("latent-unet.onnx") || left.is_empty(), "{title}: {left:?}");
    }
}

#[test]
fn nothing_but_the_work_is_left() {
    let bytes = file("exported");
    let mut model = walk(&mut bytes.as_slice(), Limits::default()).expect("is a graph");
    let before = model.graph.nodes.len();
    compile_model(&mut model, &mut bytes.as_slice(), &shapes("exported"), Options::default())
        .expect("has these inputs");
    let left = |op: &str| model.graph.nodes.iter().filter(|node| node.op == op).count();
    for gone in
        ["Shape", "Gather", "Unsqueeze", "Squeeze", "Constant", "Einsum", "Cast", "Identity", "Div"]
    {
        assert_eq!(left(gone), 0, "{gone}");
    }
    assert_eq!((left("Conv"), left("Softmax"), left("MatMul")), (1, 1, 6));
    assert!(model.graph.nodes.len() * 2 < before, "{} of {before}", model.graph.nodes.len());
    let signature = model.graph.signature().to_string();
    assert_eq!(
        signature,
        "(x: f32 [2, 9, 4, 6], words: f32 [2, 5, 4]) -> (y: f32 [2, 8, 4, 6], places: i64 [])"
    );
}

#[test]
fn shapes_must_be_those_of_inputs() {
    let of = |list: &[(&str, &[u64])]| {
        let shapes =
            list.iter().map(|(name, shape)| ((*name).to_owned(), shape.to_vec())).collect();
        compile(&mut file("exported").as_slice(), "w", &shapes, Options::default()).map(|_| ())
    };
    let wrong = |name: &str| Err(OnnxError::Input { name: name.to_owned() });
    assert_eq!(of(&[("image", &[2, 9, 4, 6])]), wrong("image"));
    assert_eq!(of(&[("x", &[2, 9, 4])]), wrong("x"));
    assert_eq!(of(&[("x", &[2, 8, 4, 6])]), wrong("x"));
    assert_eq!(of(&[("x", &[u64::MAX, 9, 4, 6])]), wrong("x"));
    // One name, two sizes.
    assert_eq!(of(&[("words", &[2, 5, 4]), ("x", &[3, 9, 4, 6])]), wrong("x"));
    assert_eq!(of(&[("x", &[3, 9, 4, 6])]), Ok(()));
}

#[test]
fn compiling_again_changes_nothing() {
    for name in ["weights", "kinds", "branches", "old", "exported"] {
        let bytes = file(name);
        let limits = Limits { inline: u64::MAX, ..Limits::default() };
        let mut model = walk(&mut bytes.as_slice(), limits).expect("is a graph");
        let none = &mut [].as_slice();
        compile_model(&mut model, none, &shapes(name), Options::default()).expect("has inputs");
        let nodes = model.graph.nodes.len();
        let mut again = walk(&mut write(&model, "").as_slice(), limits).expect("is a graph");
        compile_model(&mut again, none, &shapes(name), Options::default()).expect("has inputs");
        assert_eq!(again.graph.nodes.len(), nodes, "{name}");
    }
}

proptest! {
    #[test]
    fn damaged_files_are_compiled_or_refused(
        name in prop::sample::select(vec!["weights", "kinds", "branches", "old", "exported"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        whole_channels: bool,
    ) {
        let mut bytes = file(name);
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let made = compile(&mut bytes.as_slice(), "w", &shapes(name), Options { whole_channels });
        if let Ok(header) = made {
            prop_assert!(!header.bytes.is_empty());
        }
    }
}
