//! Links of version 1 open for ever: these were written by another program from the description of the format
//! (`tools/link_vectors.py`), and neither they nor what they mean may ever change.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacuna::{
    diffusion::{DiffusionParams, GuidanceScale, Interval, Scheduler, Start, Steps, Strength},
    inpaint::Seed,
    raster::{
        Point, Rect, Size, StrokeMode,
        codec::{Limits, decode},
    },
    share::{
        FileHistory, Fragment, ID_BYTES, KEY_BYTES, Payload, SealedHeader, SealedLink,
        additional_data,
    },
};

const PLAIN: &str = include_str!("data/link-1-plain.txt");
const FULL: &str = include_str!("data/link-1-full.txt");
const STEPS: &str = include_str!("data/link-1-steps.txt");
const HISTORY: &[u8] = include_bytes!("data/history-1.bin");
const RESULT: &[u8] = include_bytes!("data/link-1-result.webp");
const BEFORE: &[u8] = include_bytes!("data/link-1-before.webp");

fn inline(text: &str) -> Payload {
    match Fragment::parse(text).unwrap() {
        Fragment::Inline(payload) => *payload,
        Fragment::Sealed(_) => panic!("the picture is in this link"),
    }
}

#[test]
fn a_plain_link() {
    let payload = inline(PLAIN);
    assert_eq!(payload.picture.to_webp(), RESULT);
    assert_eq!(payload.picture.size(), Size::new(96, 64));
    assert!(payload.before.is_empty());
    assert_eq!(payload.recipe, None);
    let picture = decode(&payload.picture.to_webp(), &Limits::default()).unwrap().picture;
    assert_eq!(picture.size(), Size::new(96, 64));
}

#[test]
fn a_link_with_everything() {
    let payload = inline(FULL);
    assert_eq!(payload.picture.to_webp(), RESULT);
    assert_eq!(payload.before.len(), 1);
    assert_eq!(payload.before[0].rect(), Rect { x: 40, y: 20, width: 24, height: 16 });
    assert_eq!(payload.before[0].picture.to_webp(), BEFORE);
    let recipe = payload.recipe.unwrap();
    assert_eq!((recipe.photo, recipe.unit), (Size::new(6_000, 4_000), 46));
    let [step] = &recipe.steps[..] else { panic!("one step") };
    assert_eq!(step.model, "auto");
    assert_eq!(step.params.seed, Seed(300));
    // What is not written down is part of the version, too.
    assert_eq!(step.params.feather.pixels(), 4);
    assert_eq!(step.params.guide_strength.get(), 0.5);
    assert_eq!(step.params.diffusion, plain_diffusion());
    let [stroke] = &step.strokes[..] else { panic!("one stroke") };
    assert_eq!((stroke.mode, stroke.radius), (StrokeMode::Paint, 40.0));
    let place = |x: f32, y: f32| Point { x: x * 5.75, y: y * 5.75 };
    assert_eq!(stroke.points, [place(100.0, 50.0), place(110.0, 52.0), place(120.0, 55.0)]);
}

/// What a recipe of version 1 means where it says nothing of a denoising run.
fn plain_diffusion() -> DiffusionParams {
    DiffusionParams {
        steps: Steps::new(20).unwrap(),
        guidance_scale: GuidanceScale::new(2.0).unwrap(),
        guidance_interval: Interval::new(0.0, 1.0).unwrap(),
        strength: Strength::new(0.99).unwrap(),
        scheduler: Scheduler::Ddim,
        start: Start::Filled,
        one_by_one: false,
        keep_graphs: false,
    }
}

#[test]
fn a_link_that_tells_all_settings() {
    let payload = inline(STEPS);
    assert!(payload.before.is_empty());
    let recipe = payload.recipe.unwrap();
    let [first, second] = &recipe.steps[..] else { panic!("two steps") };
    assert_eq!((&*first.model, first.params.seed), ("moebius", Seed(u64::MAX)));
    assert_eq!(first.params.feather.pixels(), 9);
    assert_eq!(first.params.guide_strength.get(), 0.25);
    let written = DiffusionParams {
        steps: Steps::new(12).unwrap(),
        guidance_scale: GuidanceScale::new(1.5).unwrap(),
        guidance_interval: Interval::new(0.25, 0.5).unwrap(),
        strength: Strength::new(0.75).unwrap(),
        scheduler: Scheduler::DpmSolver,
        start: Start::Photo,
        ..plain_diffusion()
    };
    assert_eq!(first.params.diffusion, written);
    assert_eq!((&*second.model, second.params.seed), ("moebius", Seed(7)));
    assert_eq!((second.params.feather.pixels(), second.params.guide_strength.get()), (4, 0.5));
    let written = DiffusionParams {
        steps: Steps::new(100).unwrap(),
        guidance_scale: GuidanceScale::new(0.0).unwrap(),
        strength: Strength::new(1.0).unwrap(),
        start: Start::Noise,
        ..plain_diffusion()
    };
    assert_eq!(second.params.diffusion, written);
    assert_eq!(first.strokes, second.strokes);
    assert_eq!(first.strokes[0].points.len(), 3);
}

#[test]
fn a_history() {
    let history = FileHistory::decode(HISTORY, 0x0102_0304).unwrap();
    assert_eq!(history.photo, Size::new(96, 64));
    let [result] = &history.results[..] else { panic!("one result") };
    assert_eq!((&*result.step.model, result.step.params.seed), ("auto", Seed(300)));
    assert_eq!(result.step.params.diffusion, plain_diffusion());
    let [stroke] = &result.step.strokes[..] else { panic!("one stroke") };
    assert_eq!(stroke.points[0], Point { x: 12.5, y: 6.25 });
    let [patch] = &result.before[..] else { panic!("one patch") };
    assert_eq!(patch.rect, Rect { x: 40, y: 20, width: 24, height: 16 });
    assert_eq!(patch.picture, b"a picture");
    assert_eq!(history.encode(0x0102_0304), HISTORY);
}

#[test]
fn what_is_written_today_is_the_same() {
    for text in [PLAIN, FULL, STEPS] {
        assert_eq!(Fragment::parse(text).unwrap().to_text(), text.trim_end());
    }
}

#[test]
fn a_sealed_link() {
    const TEXT: &str = "s1.AAECAwQFBgcICQoLDA0ODw.AAEEECRAZKQ0ARSE_KXVwYAhyo5ZZMwpQTo-r_vIwIE";
    let key: Vec<u8> = lacuna::share::decode_base64url(TEXT.rsplit('.').next().unwrap());
    let link = match Fragment::parse(TEXT).unwrap() {
        Fragment::Sealed(link) => link,
        Fragment::Inline(_) => panic!("the picture is in a store"),
    };
    let id: [u8; ID_BYTES] = std::array::from_fn(|index| index as u8);
    let key: [u8; KEY_BYTES] = key.try_into().unwrap();
    assert_eq!(link, SealedLink { id, key });
    assert_eq!(link.name(), "AAECAwQFBgcICQoLDA0ODw");

    let object = [b"LACUNA\x01\0".as_slice(), b"twelve bytes", &[1; 17]].concat();
    let (header, sealed) = SealedHeader::split(&object).unwrap();
    assert_eq!((&header.iv, sealed), (b"twelve bytes", &[1; 17][..]));
    assert_eq!(additional_data(header, &id), [&object[..20], &id].concat());
}
