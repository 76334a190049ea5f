//! The words of the protocol as they travel: a frozen sample of each, read and written.
//!
//! A sample that no longer matches means that an older page would misread a newer worker: raise `PROTOCOL`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;

use lacuna::{
    inpaint::{InpaintParams, Seed, Stage},
    protocol::{
        Capabilities, Event, ExportFormat, ExportPurpose, Failure, FailureCode, JobId, ModelChoice,
        PROTOCOL, Part, PhotoId, PhotoNote, Provider, Request,
    },
    raster::{Point, Rect, ResultId, Size, Stroke, StrokeMode},
};
use serde::{Serialize, de::DeserializeOwned};

fn frozen<T: Serialize + DeserializeOwned + PartialEq + Debug>(word: T, sample: &str) {
    let sample: serde_json::Value = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_value(&word).unwrap(), sample);
    assert_eq!(serde_json::from_value::<T>(sample).unwrap(), word);
}

#[test]
fn the_version_belongs_to_these_samples() {
    assert_eq!(PROTOCOL, 10);
}

#[test]
fn requests() {
    let (job, photo) = (JobId(3), PhotoId(1));
    frozen(
        Request::Open { job, photo, file: Part(0), first: ResultId(2) },
        r#"{"open":{"job":3,"photo":1,"file":0,"first":2}}"#,
    );
    frozen(
        Request::Supply {
            job,
            photo,
            on: vec![ResultId(4)],
            result: ResultId(5),
            windows: vec![(Rect { x: 1, y: 2, width: 3, height: 4 }, Part(0))],
        },
        r#"{"supply":{"job":3,"photo":1,"on":[4],"result":5,
            "windows":[[{"x":1,"y":2,"width":3,"height":4},0]]}}"#,
    );
    frozen(
        Request::Inpaint {
            job,
            photo,
            on: vec![],
            result: ResultId(5),
            strokes: vec![Stroke {
                mode: StrokeMode::Unpaint,
                radius: 2.5,
                points: vec![Point { x: 1.0, y: 0.25 }],
            }],
            model: ModelChoice::Patch,
            params: InpaintParams { seed: Seed(u64::MAX), ..InpaintParams::default() },
        },
        r#"{"inpaint":{"job":3,"photo":1,"on":[],"result":5,
            "strokes":[{"mode":"unpaint","radius":2.5,"points":[{"x":1.0,"y":0.25}]}],
            "model":"patch",
            "params":{"seed":"18446744073709551615","feather":4,"guide_strength":0.5}}}"#,
    );
    frozen(
        Request::Export {
            job,
            photo,
            on: vec![ResultId(5)],
            format: ExportFormat::JpegFine,
            purpose: ExportPurpose::Keep,
            keep_gps: true,
        },
        r#"{"export":{"job":3,"photo":1,"on":[5],"format":"jpeg-fine","purpose":"keep","keep_gps":true}}"#,
    );
    frozen(Request::Cancel { job }, r#"{"cancel":{"job":3}}"#);
    frozen(Request::StopHere { job }, r#"{"stop-here":{"job":3}}"#);
    frozen(Request::Connect { runtime: Part(0) }, r#"{"connect":{"runtime":0}}"#);
    frozen(
        Request::Disconnect { failure: Failure::new(FailureCode::RuntimeLost, "why") },
        r#"{"disconnect":{"failure":{"code":"runtime-lost","detail":"why"}}}"#,
    );
    frozen(
        Request::Forget { photo, keep: vec![ResultId(5)] },
        r#"{"forget":{"photo":1,"keep":[5]}}"#,
    );
    frozen(Request::Close { photo }, r#"{"close":{"photo":1}}"#);
}

#[test]
fn events() {
    let job = JobId(3);
    let rect = Rect { x: 1, y: 2, width: 3, height: 4 };
    frozen(
        Event::Ready {
            protocol: 1,
            capabilities: Capabilities { webgpu: true, threads: 8, isolated: true },
        },
        r#"{"ready":{"protocol":1,"capabilities":{"webgpu":true,"threads":8,"isolated":true}}}"#,
    );
    frozen(
        Event::Progress { job, stage: Stage::Synthesise, region: 1, regions: 2, fraction: 0.5 },
        r#"{"progress":{"job":3,"stage":"synthesise","region":1,"regions":2,"fraction":0.5}}"#,
    );
    frozen(
        Event::Opened {
            job,
            size: Size::new(6000, 4000),
            extension: "jpg".to_owned(),
            notes: vec![PhotoNote::CmykConverted],
            history: vec![],
            has_place: true,
            view: Some(Part(0)),
        },
        r#"{"opened":{"job":3,"size":{"width":6000,"height":4000},"extension":"jpg",
            "notes":["cmyk-converted"],"history":[],"has_place":true,"view":0}}"#,
    );
    frozen(Event::Supplied { job }, r#"{"supplied":{"job":3}}"#);
    frozen(
        Event::Painted { job, rect, picture: Part(0), last: true },
        r#"{"painted":{"job":3,"rect":{"x":1,"y":2,"width":3,"height":4},"picture":0,"last":true}}"#,
    );
    frozen(
        Event::Notice { job, failure: Failure::new(FailureCode::ModelFetch, "why") },
        r#"{"notice":{"job":3,"failure":{"code":"model-fetch","detail":"why"}}}"#,
    );
    frozen(
        Event::Erased {
            job,
            provider: Some(Provider::Wasm),
            seed: Seed(7),
            milliseconds: 812,
            timings: "{}".to_owned(),
        },
        r#"{"erased":{"job":3,"provider":"wasm","seed":"7","milliseconds":812,"timings":"{}"}}"#,
    );
    frozen(
        Event::Stepped {
            job,
            step: 7,
            steps: 19,
            rect: Rect { x: 1, y: 2, width: 3, height: 4 },
            picture: Part(0),
        },
        r#"{"stepped":{"job":3,"step":7,"steps":19,
            "rect":{"x":1,"y":2,"width":3,"height":4},"picture":0}}"#,
    );
    frozen(
        Event::Exported {
            job,
            file: Part(0),
            media_type: "image/png".to_owned(),
            extension: "png".to_owned(),
        },
        r#"{"exported":{"job":3,"file":0,"media_type":"image/png","extension":"png"}}"#,
    );
    frozen(
        Event::Failed {
            job: None,
            failure: Failure {
                code: FailureCode::PhotoTooLarge,
                detail: "why".to_owned(),
                megapixels: Some(180),
                what: None,
            },
        },
        r#"{"failed":{"job":null,"failure":{"code":"photo-too-large","detail":"why","megapixels":180}}}"#,
    );
    frozen(
        Event::Failed {
            job: Some(JobId(3)),
            failure: Failure {
                what: Some("a camera's raw file".to_owned()),
                ..Failure::new(FailureCode::PhotoUnsupported, "why")
            },
        },
        r#"{"failed":{"job":3,"failure":{"code":"photo-unsupported","detail":"why","what":"a camera's raw file"}}}"#,
    );
}

#[test]
fn strange_words_are_refused_not_guessed() {
    for strange in [r#"{"opne":{"job":1}}"#, r#"{"cancel":{}}"#, r#"{"cancel":{"job":-1}}"#, "[]"] {
        assert!(serde_json::from_str::<Request>(strange).is_err(), "{strange}");
    }
}
