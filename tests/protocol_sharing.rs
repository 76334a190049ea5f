//! The words about links and re-editable files as they travel: a frozen sample of each, read and written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;

use lacuna::{
    inpaint::InpaintParams,
    protocol::{
        Event, ExportFormat, ExportPurpose, JobId, Link, Part, PhotoId, Qr, Request, Restored,
        RestoredWindow,
    },
    raster::{Rect, ResultId},
    share::{Step, Store},
};
use serde::{Serialize, de::DeserializeOwned};

fn frozen<T: Serialize + DeserializeOwned + PartialEq + Debug>(word: T, sample: &str) {
    let sample: serde_json::Value = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_value(&word).unwrap(), sample);
    assert_eq!(serde_json::from_value::<T>(sample).unwrap(), word);
}

fn step() -> Step {
    Step { model: "auto".to_owned(), params: InpaintParams::default(), strokes: vec![] }
}

const STEP: &str =
    r#"{"model":"auto","params":{"seed":"0","feather":4,"guide_strength":0.5},"strokes":[]}"#;

#[test]
fn purposes() {
    frozen(ExportPurpose::Keep, r#""keep""#);
    frozen(ExportPurpose::Share, r#""share""#);
    let history = ExportPurpose::History { steps: vec![step()] };
    frozen(history, &format!(r#"{{"history":{{"steps":[{STEP}]}}}}"#));
}

#[test]
fn requests() {
    let (job, photo, on) = (JobId(3), PhotoId(1), vec![ResultId(5)]);
    let address = "https://a.example/s/".to_owned();
    frozen(
        Request::Link {
            job,
            photo,
            on: on.clone(),
            characters: 8_000,
            address: address.clone(),
            codec: "/c.js".to_owned(),
            before: true,
            steps: vec![step()],
        },
        &format!(
            r#"{{"link":{{"job":3,"photo":1,"on":[5],"characters":8000,"address":"https://a.example/s/",
            "codec":"/c.js","before":true,"steps":[{STEP}]}}}}"#
        ),
    );
    let store = Store::from_json(r#"{"put":"/o/{id}","get":"/o/{id}"}"#).unwrap();
    frozen(
        Request::Seal { job, photo, on, format: ExportFormat::Png, store, address },
        r#"{"seal":{"job":3,"photo":1,"on":[5],"format":"png",
            "store":{"put":"/o/{id}","get":"/o/{id}","largest_bytes":67108864},
            "address":"https://a.example/s/"}}"#,
    );
}

#[test]
fn events() {
    let link = Link {
        fragment: "1.x".to_owned(),
        qr: Some(Qr { side: 21, path: "M0 0h1v1h-1z".to_owned() }),
    };
    frozen(
        Event::Linked { job: JobId(3), link, bytes: 9 },
        r#"{"linked":{"job":3,"link":{"fragment":"1.x","qr":{"side":21,"path":"M0 0h1v1h-1z"}},"bytes":9}}"#,
    );
    let window =
        RestoredWindow { rect: Rect { x: 1, y: 2, width: 3, height: 4 }, picture: Part(1) };
    frozen(
        Restored { result: ResultId(7), step: step(), windows: vec![window] },
        &format!(
            r#"{{"result":7,"step":{STEP},
            "windows":[{{"rect":{{"x":1,"y":2,"width":3,"height":4}},"picture":1}}]}}"#
        ),
    );
}
