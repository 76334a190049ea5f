//! The words between page and keeper as they travel: a frozen sample of each, read and written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;

use lacuna::{
    manifest::ModelId,
    protocol::{
        Failure, FailureCode, KeeperEvent, KeeperRequest, Keeping, ModelChoice, ModelState, Part,
        Shelf, ShelfRow, StorageRoom,
    },
};
use serde::{Serialize, de::DeserializeOwned};

fn frozen<T: Serialize + DeserializeOwned + PartialEq + Debug>(word: T, sample: &str) {
    let sample: serde_json::Value = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_value(&word).unwrap(), sample);
    assert_eq!(serde_json::from_value::<T>(sample).unwrap(), word);
}

#[test]
fn requests() {
    let model = ModelId::new("migan").unwrap();
    let manifest = "https://a.example/model-manifest.json".to_owned();
    frozen(
        KeeperRequest::Look { manifest },
        r#"{"look":{"manifest":"https://a.example/model-manifest.json"}}"#,
    );
    frozen(KeeperRequest::Get { model }, r#"{"get":{"model":"migan"}}"#);
    frozen(KeeperRequest::Pause { model }, r#"{"pause":{"model":"migan"}}"#);
    frozen(KeeperRequest::Delete { model }, r#"{"delete":{"model":"migan"}}"#);
    frozen(KeeperRequest::Verify { model }, r#"{"verify":{"model":"migan"}}"#);
    frozen(KeeperRequest::Export { model }, r#"{"export":{"model":"migan"}}"#);
    frozen(KeeperRequest::Import { file: Part(0) }, r#"{"import":{"file":0}}"#);
}

#[test]
fn events() {
    let row = ShelfRow {
        id: ModelId::new("migan").unwrap(),
        title: "MI-GAN".to_owned(),
        summary: "Small and quick.".to_owned(),
        facts: "28 MB".to_owned(),
        provenance: "From elsewhere.".to_owned(),
        size: "14 MB".to_owned(),
        state: ModelState::Failed,
        fraction: 0.5,
        line: "14 of 28 MB".to_owned(),
        failure: Some(Failure::new(FailureCode::StorageFull, "why")),
        comes_along: false,
    };
    let row_sample = r#"{"id":"migan","title":"MI-GAN","summary":"Small and quick.","facts":"28 MB",
        "provenance":"From elsewhere.","size":"14 MB","state":"failed","fraction":0.5,"line":"14 of 28 MB",
        "failure":{"code":"storage-full","detail":"why"},"comes_along":false}"#;
    frozen(KeeperEvent::Ready { protocol: 2 }, r#"{"ready":{"protocol":2}}"#);
    frozen(
        KeeperEvent::Row { row: Box::new(row.clone()) },
        &[r#"{"row":{"row":"#, row_sample, "}}"].concat(),
    );
    let room = StorageRoom { line: "free".to_owned(), fraction: 0.25, keeping: Keeping::MayClear };
    frozen(
        KeeperEvent::Shelf { shelf: Shelf { rows: vec![row], room } },
        &[
            r#"{"shelf":{"shelf":{"rows":["#,
            row_sample,
            r#"],"room":{"line":"free","fraction":0.25,"keeping":"may-clear"}}}}"#,
        ]
        .concat(),
    );
    frozen(
        KeeperEvent::Exported { files: vec![("migan-x.onnx".to_owned(), Part(0))] },
        r#"{"exported":{"files":[["migan-x.onnx",0]]}}"#,
    );
    frozen(
        KeeperEvent::Imported { outcome: Ok("MI-GAN".to_owned()) },
        r#"{"imported":{"outcome":{"Ok":"MI-GAN"}}}"#,
    );
    frozen(
        KeeperEvent::Imported { outcome: Err(Failure::new(FailureCode::NotAModel, "9 bytes")) },
        r#"{"imported":{"outcome":{"Err":{"code":"not-a-model","detail":"9 bytes"}}}}"#,
    );
    frozen(
        KeeperEvent::Failed { failure: Failure::new(FailureCode::WorkerLost, "why"), broken: true },
        r#"{"failed":{"failure":{"code":"worker-lost","detail":"why"},"broken":true}}"#,
    );
}

#[test]
fn a_choice_of_a_model_is_one_word() {
    for (choice, word) in [
        (ModelChoice::Auto, r#""auto""#),
        (ModelChoice::Patch, r#""patch""#),
        (ModelChoice::Model(ModelId::swift()), r#""swift""#),
    ] {
        frozen(choice, word);
    }
    assert!(serde_json::from_str::<ModelChoice>(r#""No Such""#).is_err());
    assert_eq!(ModelChoice::Auto.model(), Some(ModelId::swift()));
    assert_eq!(ModelChoice::Patch.model(), None);
}
