//! The manifest as it is committed, and manifests that somebody else wrote.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use lacuna::manifest::{Digest, Family, Manifest, ManifestError, ModelId, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

fn committed() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("model-manifest.json")).unwrap()
}

/// The committed manifest with one change.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Manifest, ManifestError> {
    let mut value: Value = serde_json::from_str(&committed()).unwrap();
    change(&mut value);
    Manifest::parse(&value.to_string())
}

#[test]
fn the_committed_manifest_holds_and_its_files_are_those_of_the_site() {
    let manifest = Manifest::parse(&committed()).unwrap();
    let swift = manifest.model(&ModelId::swift()).unwrap();
    assert_eq!(swift.family(), Family::FeedForward);
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    let mut checked = 0;
    for model in manifest.models() {
        for graph in &model.graphs {
            for url in graph.artifact.urls.iter().filter(|url| url.origin().is_none()) {
                let bytes = fs::read(public.join(url.as_str())).unwrap();
                assert_eq!(bytes.len() as u64, graph.artifact.bytes, "{url}");
                assert_eq!(Digest::of(&bytes), graph.artifact.sha256, "{url}");
                checked += 1;
            }
        }
    }
    assert!(checked >= 1);
    assert!(swift.graph(Role::Generator).is_some());
    assert_eq!(swift.bytes(), swift.graph(Role::Generator).unwrap().artifact.bytes);
}

#[test]
fn what_lies_elsewhere_is_pinned() {
    let manifest = Manifest::parse(&committed()).unwrap();
    let mut pinned = 0;
    for model in manifest.models() {
        for graph in &model.graphs {
            for url in graph.artifact.urls.iter().filter(|url| url.origin().is_some()) {
                // A branch's name in the address would let the file change under its digest.
                let revision = url.as_str().split('/').any(|part| {
                    part.len() == 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
                });
                assert!(revision, "{url}");
                pinned += 1;
            }
        }
        assert_eq!(model.comes_along(), model.id == ModelId::swift());
    }
    assert_eq!(pinned, 6);
    let moebius = manifest.model(&ModelId::new("moebius").unwrap()).unwrap();
    assert_eq!((moebius.family(), moebius.bytes()), (Family::LatentDiffusion, 1_241_534_740));
}

#[test]
fn a_site_has_models_of_its_own_when_one_but_swift_lies_beside_the_list() {
    assert!(!Manifest::parse(&committed()).unwrap().has_own());
    let moved = |bytes: u64| {
        changed(|list| {
            let model = &mut list["models"][1];
            assert_eq!(model["id"], "migan");
            model["graphs"][0]["artifact"]["urls"] = json!(["models/migan.onnx"]);
            model["graphs"][0]["artifact"]["bytes"] = json!(bytes);
            model["connect_hosts"] = json!([]);
        })
    };
    assert!(moved(7_000_000).unwrap().has_own());
    // A large one is somebody's decision, wherever it lies.
    assert!(!moved(900_000_000).unwrap().has_own());
}

#[test]
fn the_signature_of_every_graph_follows_from_its_contract() {
    let manifest = Manifest::parse(&committed()).unwrap();
    let signature = |id: &str, role| {
        let model = manifest.model(&ModelId::new(id).unwrap()).unwrap();
        model.contract.signature(role).unwrap().to_string()
    };
    assert_eq!(
        signature("migan", Role::Generator),
        "(image: u8 [1, 3, ?, ?], mask: u8 [1, 1, ?, ?]) -> (result: u8 [1, 3, ?, ?])"
    );
    assert_eq!(
        signature("lama-int8", Role::Generator),
        "(input: f32 [1, 4, 512, 512]) -> (output: f32 [1, 3, 512, 512])"
    );
    assert_eq!(
        signature("moebius", Role::Unet),
        "(latent: f32 [?, 9, 64, 64], timesteps: i64 [?], input_ids: i64 [?, 10]) -> (noise: f32 [?, 4, 64, 64])"
    );
    assert_eq!(
        signature("moebius", Role::VaeEncoder),
        "(image: f32 [?, 3, 512, 512]) -> (moments: f32 [?, 8, 64, 64])"
    );
    assert_eq!(
        signature("moebius", Role::VaeDecoder),
        "(latent: f32 [?, 4, 64, 64]) -> (image: f32 [?, 3, 512, 512])"
    );
}

#[test]
fn what_is_written_is_read() {
    let manifest = Manifest::parse(&committed()).unwrap();
    let text = serde_json::to_string(&manifest).unwrap();
    assert_eq!(Manifest::parse(&text).unwrap(), manifest);
}

#[test]
fn every_kind_of_contract_is_read() {
    // The signatures of models that others publish: bytes with an inverted mask, four channels in one tensor.
    let contracts = [
        json!({
            "family": "feed-forward",
            "inputs": { "layout": "separate", "image": "image", "mask": "mask" },
            "element": "u8", "range": "bytes", "mask_high": "keep",
            "size": { "kind": "multiple", "of": 8, "best": 512 },
            "output": { "name": "result", "element": "u8", "range": "bytes" },
        }),
        json!({
            "family": "feed-forward",
            "inputs": { "layout": "concatenated", "name": "input", "mask": "last" },
            "element": "f32", "range": "unit", "mask_high": "repaint", "under_mask": "zero",
            "size": { "kind": "fixed", "side": 512 },
            "output": { "name": "output", "element": "f32", "range": "bytes" },
        }),
    ];
    for contract in contracts {
        changed(|manifest| manifest["models"][0]["contract"] = contract).unwrap();
    }
}

#[test]
fn a_file_may_lie_elsewhere_or_in_parts() {
    let digest = Digest::of(b"x").to_string();
    changed(|manifest| {
        let model = &mut manifest["models"][0];
        model["connect_hosts"] = json!(["https://huggingface.co", "https://*.hf.co"]);
        let artifact = &mut model["graphs"][0]["artifact"];
        artifact["urls"] =
            json!(["https://huggingface.co/a/resolve/0f/x.onnx", "https://cdn.hf.co/x.onnx"]);
        artifact["bytes"] = json!(3);
        artifact["parts"] = json!([
            { "urls": ["models/x.onnx.0"], "bytes": 2, "sha256": digest },
            { "urls": ["models/x.onnx.1"], "bytes": 1, "sha256": digest },
        ]);
    })
    .unwrap();
}

/// What one of the refusals below does to the manifest.
type Change = fn(&mut Value);

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let cases: Vec<(Change, &str)> = vec![
        (|m| m["version"] = json!(2), "version 2"),
        (|m| m["extra"] = json!(1), "unknown field `extra`"),
        (|m| m["models"][0]["id"] = json!("Swift!"), "no name for a model"),
        (|m| m["models"][0]["id"] = json!("../x"), "no name for a model"),
        (|m| m["models"][0]["title"] = json!("  "), "title of swift"),
        (|m| m["models"][0]["licence"] = json!("a\u{0}b"), "licence of swift"),
        (|m| m["models"][0]["provenance"] = json!("x".repeat(2_001)), "provenance of swift"),
        (|m| m["models"][0]["graphs"] = json!([]), "needs the graphs"),
        (|m| m["models"][0]["graphs"][0]["role"] = json!("unet"), "needs the graphs"),
        (|m| m["models"][0]["contract"]["family"] = json!("magic"), "unknown variant"),
        (|m| m["models"][0]["contract"]["more"] = json!(1), "unknown field `more`"),
        (|m| m["models"][0]["contract"]["size"]["of"] = json!(0), "sides that cannot be"),
        (|m| m["models"][0]["contract"]["size"]["best"] = json!(250), "sides that cannot be"),
        (
            |m| m["models"][0]["contract"]["size"]["best"] = json!(1_u64 << 31),
            "sides that cannot be",
        ),
        (|m| m["models"][0]["contract"]["element"] = json!("u8"), "range `bytes`"),
        (|m| m["models"][0]["contract"]["inputs"]["mask"] = json!("image"), "two inputs"),
        (|m| m["models"][0]["contract"]["inputs"]["mask"] = json!(""), "usable name"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["bytes"] = json!(0), "a file of 0 bytes"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["bytes"] = json!(u64::MAX), "a file of"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["bytes"] = json!(-1), "invalid value"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["sha256"] = json!("abc"), "64 lower-case"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["urls"] = json!([]), "lies nowhere"),
        (|m| m["models"][0]["graphs"][0]["artifact"]["urls"] = json!(["../x"]), "does not stay"),
        (
            |m| m["models"][0]["graphs"][0]["artifact"]["urls"] = json!(["https://example.org/x"]),
            "connect_hosts does not list",
        ),
        (|m| m["models"][0]["connect_hosts"] = json!(["*"]), "neither https"),
        (|m| m["models"][0]["summary"] = json!(""), "summary of swift"),
        (|m| m["models"][0]["needs"]["webgpu"] = json!("maybe"), "unknown variant"),
        (|m| m["models"][4]["graphs"].as_array_mut().unwrap().truncate(2), "needs the graphs"),
        (|m| m["models"][4]["contract"]["latent_side"] = json!(0), "sides that cannot be"),
        (|m| m["models"][4]["contract"]["latent_side"] = json!(100), "sides that cannot be"),
        (|m| m["models"][4]["contract"]["scaling_factor"] = json!(0), "numbers that no model has"),
        (|m| m["models"][4]["contract"]["scaling_factor"] = json!(-1), "between 0 and 1000"),
        (
            |m| m["models"][4]["contract"]["unet"]["prompt_length"] = json!(u32::MAX),
            "numbers that no model has",
        ),
        (|m| m["models"][4]["contract"]["unet"]["prompt"] = json!("latent"), "two inputs"),
        (|m| m["models"][4]["contract"]["decoder"]["image"] = json!(""), "usable name"),
    ];
    for (change, reason) in cases {
        let error = changed(change).unwrap_err().to_string();
        assert!(error.contains(reason), "{error} should speak of {reason}");
    }
    let twice = changed(|manifest| {
        let again = manifest["models"][0].clone();
        manifest["models"].as_array_mut().unwrap().push(again);
    });
    assert_eq!(twice, Err(ManifestError::Twice { id: "swift".to_owned() }));
    let short = changed(|manifest| {
        let sha256 = Digest::of(b"").to_string();
        manifest["models"][0]["graphs"][0]["artifact"]["parts"] =
            json!([{ "urls": ["x"], "bytes": 2, "sha256": sha256 }]);
    });
    assert!(matches!(short, Err(ManifestError::Parts { got: 2, .. })));
    assert!(matches!(Manifest::parse(&" ".repeat(2 << 20)), Err(ManifestError::TooLong { .. })));
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = Manifest::parse(&text);
    }

    #[test]
    fn no_damage_to_the_committed_one_panics(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut bytes = committed().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = Manifest::parse(&text);
        }
    }

    #[test]
    fn nothing_but_the_shape_is_taken(depth in 1usize..20_000, kind in 0..3) {
        let text = match kind {
            0 => "[".repeat(depth),
            1 => r#"{"version":1,"models":"#.to_owned() + &"[".repeat(depth),
            _ => r#"{"version":1,"models":[{"contract":"#.to_owned() + &r#"{"a":"#.repeat(depth),
        };
        prop_assert!(Manifest::parse(&text).is_err());
    }
}

#[test]
fn names_that_mean_something_else_are_no_models() {
    for name in ["auto", "patch", "", "Big", "a/b"] {
        assert!(ModelId::new(name).is_err(), "{name}");
    }
    assert!(ModelId::new("patch-2").is_ok());
}
