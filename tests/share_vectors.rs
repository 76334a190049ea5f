//! Links of version 1 open for ever: these were written by another program from the description of the format
//! (`tools/link_vectors.py`), and neither they nor what they mean may ever change.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacuna::{
    inpaint::{InpaintParams, Seed},
    raster::{
        Point, Rect, Size, StrokeMode,
        codec::{Limits, decode},
    },
    share::{Fragment, ID_BYTES, KEY_BYTES, Payload, SealedHeader, SealedLink, additional_data},
};

const PLAIN: &str = include_str!("data/link-1-plain.txt");
const FULL: &str = include_str!("data/link-1-full.txt");
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
    assert_eq!(step.params.guide_strength, InpaintParams::default().guide_strength);
    let [stroke] = &step.strokes[..] else { panic!("one stroke") };
    assert_eq!((stroke.mode, stroke.radius), (StrokeMode::Paint, 40.0));
    let place = |x: f32, y: f32| Point { x: x * 5.75, y: y * 5.75 };
    assert_eq!(stroke.points, [place(100.0, 50.0), place(110.0, 52.0), place(120.0, 55.0)]);
}

#[test]
fn what_is_written_today_is_the_same() {
    for text in [PLAIN, FULL] {
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
