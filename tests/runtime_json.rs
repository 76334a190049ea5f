//! The words between page, studio and runtime as they travel: a frozen sample of each, read and written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;

use lacuna::{
    inpaint::Stage,
    manifest::{Manifest, ModelId, Role},
    protocol::{
        Failure, FailureCode, InstanceEvent, InstanceRequest, ModelState, Part, Provider, RunId,
        RuntimeEvent, RuntimeRequest, RuntimeSet, RuntimeSettings, SessionsMade, TensorElement,
        TensorWords,
    },
};
use serde::{Serialize, de::DeserializeOwned};

fn frozen<T: Serialize + DeserializeOwned + PartialEq + Debug>(word: T, sample: &str) {
    let sample: serde_json::Value = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_value(&word).unwrap(), sample);
    assert_eq!(serde_json::from_value::<T>(sample).unwrap(), word);
}

fn tensor(name: &str) -> TensorWords {
    let (shape, element, values) = (vec![1, 3, 16, 16], TensorElement::F32, Part(0));
    TensorWords { name: name.to_owned(), shape, element, values }
}

#[test]
fn requests() {
    let (run, model) = (RunId(3), ModelId::swift());
    let settings = RuntimeSettings {
        manifest: "https://a.example/model-manifest.json".to_owned(),
        files: "https://a.example/pkg/runtime.0/".to_owned(),
        known_answers: "https://a.example/known-answers/".to_owned(),
        set: Some(RuntimeSet::Asyncify),
        compile: true,
        capture: false,
    };
    frozen(
        InstanceRequest::Connect { port: Part(0), settings },
        r#"{"connect":{"port":0,"settings":{"manifest":"https://a.example/model-manifest.json",
            "files":"https://a.example/pkg/runtime.0/","known_answers":"https://a.example/known-answers/",
            "set":"asyncify","compile":true,"capture":false}}}"#,
    );
    frozen(InstanceRequest::Ping { ping: 7 }, r#"{"ping":{"ping":7}}"#);
    frozen(RuntimeRequest::Prepare { run, model }, r#"{"prepare":{"run":3,"model":"swift"}}"#);
    frozen(RuntimeRequest::Describe { run, model }, r#"{"describe":{"run":3,"model":"swift"}}"#);
    frozen(
        RuntimeRequest::Hold {
            run,
            model,
            roles: vec![Role::VaeEncoder, Role::Unet],
            batch: Some(2),
        },
        r#"{"hold":{"run":3,"model":"swift","roles":["vae-encoder","unet"],"batch":2}}"#,
    );
    frozen(
        RuntimeRequest::Hold { run, model, roles: Vec::new(), batch: None },
        r#"{"hold":{"run":3,"model":"swift","roles":[]}}"#,
    );
    frozen(
        RuntimeRequest::Run { run, model, role: Role::Generator, inputs: vec![tensor("image")] },
        r#"{"run":{"run":3,"model":"swift","role":"generator",
            "inputs":[{"name":"image","shape":[1,3,16,16],"element":"f32","values":0}]}}"#,
    );
}

#[test]
fn events() {
    let run = RunId(3);
    frozen(InstanceEvent::Ready { protocol: 1 }, r#"{"ready":{"protocol":1}}"#);
    frozen(InstanceEvent::Pong { ping: 7 }, r#"{"pong":{"ping":7}}"#);
    frozen(
        InstanceEvent::Holds { model: ModelId::swift(), state: ModelState::Ready },
        r#"{"holds":{"model":"swift","state":"ready"}}"#,
    );
    frozen(
        RuntimeEvent::Progress { run, stage: Stage::Download, done: 5, total: 9 },
        r#"{"progress":{"run":3,"stage":"download","done":5,"total":9}}"#,
    );
    let manifest = Manifest::parse(include_str!("../model-manifest.json")).unwrap();
    frozen(
        RuntimeEvent::Prepared {
            run,
            contract: Box::new(manifest.model(&ModelId::swift()).unwrap().contract.clone()),
            provider: Provider::Wasm,
            set: RuntimeSet::Jspi,
            threads: 2,
            stays: true,
            degraded: Some(Failure::new(FailureCode::WebgpuWrong, "why")),
        },
        r#"{"prepared":{"run":3,"provider":"wasm","set":"jspi","threads":2,"stays":true,
            "contract":{"family":"feed-forward",
                "inputs":{"layout":"separate","image":"image","mask":"mask"},
                "element":"f32","range":"unit","mask_high":"repaint","under_mask":"photo",
                "size":{"kind":"multiple","of":16,"best":256},
                "output":{"name":"result","element":"f32","range":"unit"}},
            "degraded":{"code":"webgpu-wrong","detail":"why"}}}"#,
    );
    frozen(
        RuntimeEvent::Described {
            run,
            contract: Box::new(manifest.model(&ModelId::swift()).unwrap().contract.clone()),
        },
        r#"{"described":{"run":3,
            "contract":{"family":"feed-forward",
                "inputs":{"layout":"separate","image":"image","mask":"mask"},
                "element":"f32","range":"unit","mask_high":"repaint","under_mask":"photo",
                "size":{"kind":"multiple","of":16,"best":256},
                "output":{"name":"result","element":"f32","range":"unit"}}}}"#,
    );
    frozen(
        RuntimeEvent::Held {
            run,
            provider: Provider::Webgpu,
            made: SessionsMade { count: 3, compiled: 2, captured: 1, header: 40.0, session: 812.5 },
            heap: 16_777_216,
            degraded: None,
        },
        r#"{"held":{"run":3,"provider":"webgpu","heap":16777216,
            "made":{"count":3,"compiled":2,"captured":1,"header":40.0,"session":812.5}}}"#,
    );
    frozen(
        RuntimeEvent::Ran {
            run,
            outputs: vec![tensor("result")],
            provider: Provider::Webgpu,
            milliseconds: 12.5,
        },
        r#"{"ran":{"run":3,"provider":"webgpu","milliseconds":12.5,
            "outputs":[{"name":"result","shape":[1,3,16,16],"element":"f32","values":0}]}}"#,
    );
    frozen(
        InstanceEvent::Broken { failure: Failure::new(FailureCode::DeviceLost, "why") },
        r#"{"broken":{"failure":{"code":"device-lost","detail":"why"}}}"#,
    );
    frozen(
        RuntimeEvent::Failed { run, failure: Failure::new(FailureCode::ModelRun, "why") },
        r#"{"failed":{"run":3,"failure":{"code":"model-run","detail":"why"}}}"#,
    );
}

#[test]
fn strange_words_are_refused_not_guessed() {
    for strange in [
        r#"{"prepare":{"run":3,"model":"../swift"}}"#,
        r#"{"run":{"run":3,"model":"swift","role":"magic","inputs":[]}}"#,
        r#"{"erase":{}}"#,
    ] {
        assert!(serde_json::from_str::<RuntimeRequest>(strange).is_err(), "{strange}");
    }
}
