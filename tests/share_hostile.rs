//! Whatever arrives behind a `#`, from a store or inside a file may have been written by anybody: it gives a value or
//! an error, never a panic, and never takes more memory than it has bytes to show for it.
//!
//! `LACUNA_FUZZ_INPUTS` sets the number of inputs for each reader; `cargo xtask fuzz` sets it to a million and more.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacuna::{
    inpaint::{InpaintParams, Seed},
    raster::{Point, Rect, Size, Stroke, StrokeMode},
    share::{
        FileHistory, FilePatch, FileResult, Fragment, Frame, ID_BYTES, KEY_BYTES, Patch, Payload,
        Recipe, SealedFile, SealedHeader, SealedLink, ShareError, Step, embed, encode_base64url,
    },
};

/// Inputs for each reader, unless the environment says more.
const INPUTS: u64 = 100_000;

fn inputs() -> u64 {
    std::env::var("LACUNA_FUZZ_INPUTS").ok().and_then(|count| count.parse().ok()).unwrap_or(INPUTS)
}

/// Numbers that look random and are the same in every run (SplitMix64, after Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, most: usize) -> usize {
        (self.roll() % most.max(1) as u64) as usize
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most);
        (0..length).map(|_| self.roll() as u8).collect()
    }

    /// Good bytes with a few faults: the inputs that get furthest into a reader.
    fn damage(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.roll() as u8),
                2 => {
                    let more = self.bytes(16);
                    bytes.splice(at..at, more);
                }
                3 if at < bytes.len() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                4 if at < bytes.len() => {
                    bytes.remove(at);
                }
                _ if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                _ => {}
            }
        }
        bytes
    }
}

/// Runs a reader on bytes that are random, and on good ones that were damaged.
fn hammer(seed: u64, good: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let mut dice = Dice(seed);
    for round in 0..inputs() {
        let input = if round % 4 == 0 {
            dice.bytes(600)
        } else {
            let pick = dice.below(good.len());
            dice.damage(&good[pick])
        };
        read(&input);
    }
}

fn frame(width: u16, height: u16, body: usize) -> Frame {
    let mut bytes = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a];
    bytes.extend_from_slice(&width.to_le_bytes());
    bytes.extend_from_slice(&height.to_le_bytes());
    bytes.extend((0..body).map(|i| (i * 31) as u8));
    Frame::new(&bytes).unwrap()
}

fn step() -> Step {
    let points = (0..40).map(|i| Point { x: i as f32 * 3.5, y: 20.0 + (i % 7) as f32 }).collect();
    Step {
        model: "auto".to_owned(),
        params: InpaintParams { seed: Seed(9), ..InpaintParams::default() },
        strokes: vec![Stroke { mode: StrokeMode::Paint, radius: 12.0, points }],
    }
}

fn payload() -> Payload {
    let patch = |x, y| Patch { x, y, picture: frame(20, 10, 40) };
    Payload {
        picture: frame(384, 256, 200),
        before: vec![patch(0, 0), patch(300, 200)],
        recipe: Some(Recipe::for_link(Size::new(6_000, 4_000), vec![step()])),
    }
}

fn history() -> FileHistory {
    let patch = |x| FilePatch { rect: Rect { x, y: 5, width: 9, height: 9 }, picture: vec![1, 2] };
    let result = FileResult { step: step(), before: vec![patch(1), patch(30)] };
    FileHistory { photo: Size::new(64, 48), results: vec![result.clone(), result] }
}

/// A PNG, a JPEG and a WebP as small as they get; their pixels are never looked at here.
fn files() -> [Vec<u8>; 3] {
    let picture = lacuna::raster::Picture::zeros(Size::new(4, 3), lacuna::raster::Channels::Rgb);
    use lacuna::raster::codec::{
        EncodeParams, JpegQuality, PngEffort, Quality, Subsampling, encode,
    };
    let jpeg = EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::default()),
        subsampling: Subsampling::default(),
    };
    [EncodeParams::Png(PngEffort::Keep), jpeg, EncodeParams::WebpLossless]
        .map(|params| encode(&picture, None, &params).unwrap())
}

#[test]
fn fragments() {
    let inline = Fragment::Inline(Box::new(payload())).to_text();
    let link = SealedLink { id: [7; ID_BYTES], key: [8; KEY_BYTES] };
    let good = [inline.into_bytes(), Fragment::Sealed(link).to_text().into_bytes()];
    let mut opened = 0;
    hammer(1, &good, |input| {
        if let Ok(fragment) = Fragment::parse(&String::from_utf8_lossy(input)) {
            opened += 1;
            // What is read can be written and read again.
            assert!(Fragment::parse(&fragment.to_text()).is_ok());
        }
    });
    assert!(opened > 0, "the faults were never harmless: nothing but refusal was tried");
}

/// Behind a good checksum: what someone who knows the format can send.
#[test]
fn payloads_with_a_checksum_that_holds() {
    let good = payload().encode();
    let body = &good[2..good.len() - 4];
    let mut opened = 0;
    hammer(2, &[body.to_vec()], |input| {
        let read = Payload::decode(&sealed_by_checksum(input));
        if let Ok(payload) = &read {
            opened += 1;
            let again = Payload::decode(&payload.encode()).unwrap();
            assert_eq!((&again.picture, &again.before), (&payload.picture, &payload.before));
            let size = payload.picture.size();
            for patch in &payload.before {
                assert_eq!(patch.rect().intersection(size.rect()), patch.rect());
            }
        }
        assert_ne!(read, Err(ShareError::Cut), "a good checksum stands at the end");
    });
    assert!(opened > 0);
}

fn sealed_by_checksum(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut length = body.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(body);
    out.extend_from_slice(&crc32(&[b"1.", body]).to_le_bytes());
    out
}

/// CRC-32, a second time: the one inside is not to be asked.
fn crc32(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in parts.iter().copied().flatten() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !crc
}

#[test]
fn recipes() {
    let good = Recipe { photo: Size::new(600, 400), steps: vec![step(), step()], unit: 1 }.encode();
    hammer(3, &[good], |input| {
        if let Ok(recipe) = Recipe::decode(input) {
            for stroke in recipe.steps.iter().flat_map(|step| &step.strokes) {
                assert!(stroke.radius.is_finite());
                assert!(
                    stroke.points.iter().all(|point| point.x.is_finite() && point.y.is_finite())
                );
            }
        }
    });
}

#[test]
fn sealed_frames() {
    let header = SealedHeader { iv: *b"twelve bytes" };
    let object = [&header.to_bytes()[..], &[5; 60]].concat();
    let plain = [&[1][..], b"\x89PNG\r\n\x1a\n", &[0; 20]].concat();
    hammer(4, &[object, plain], |input| {
        if let Ok((header, rest)) = SealedHeader::split(input) {
            assert_eq!([&header.to_bytes()[..], rest].concat(), input);
        }
        if let Ok(file) = SealedFile::read(input) {
            assert_eq!(SealedFile::kind(file.format), Some(input[0]));
        }
    });
}

#[test]
fn embedded_chunks() {
    let mut good = Vec::new();
    for file in files() {
        let chunk = history().encode(embed::rest(&file).unwrap());
        good.push(embed::put(&file, &chunk).unwrap());
        good.push(file);
    }
    let mut found = 0;
    hammer(5, &good, |input| {
        if let Some(embedded) = embed::take(input) {
            found += 1;
            assert!(embedded.chunk.len() <= input.len());
            let _ = FileHistory::decode(&embedded.chunk, embedded.rest);
        }
        if let Some(file) = embed::put(input, b"chunk") {
            let embedded = embed::take(&file).unwrap();
            assert_eq!(embedded.chunk, b"chunk");
        }
    });
    assert!(found > 0);
}

#[test]
fn file_histories() {
    let good = history().encode(3);
    let body = good[..good.len() - 4].to_vec();
    let mut opened = 0;
    hammer(6, &[body], |input| {
        let chunk = [input, &crc32(&[input]).to_le_bytes()].concat();
        if let Ok(history) = FileHistory::decode(&chunk, 3) {
            opened += 1;
            let again = FileHistory::decode(&history.encode(3), 3).unwrap();
            assert_eq!(again.results.len(), history.results.len());
        }
    });
    assert!(opened > 0);
}

#[test]
fn what_is_put_into_a_file_comes_out_and_the_picture_stays() {
    use lacuna::raster::codec::{Limits, decode};
    for file in files() {
        for length in [1, 2, 65_521, 65_522, 65_523, 200_001] {
            let chunk: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
            let rest = embed::rest(&file).unwrap();
            let carrier = embed::put(&file, &chunk).unwrap();
            let embedded = embed::take(&carrier).unwrap();
            assert_eq!((embedded.chunk, embedded.rest), (chunk, rest));
            let before = decode(&file, &Limits::default()).unwrap();
            assert_eq!(decode(&carrier, &Limits::default()).unwrap().picture, before.picture);
            assert_eq!(embed::put(&carrier, b"again"), None, "one is enough");
        }
        assert_eq!(embed::take(&file), None);
    }
    assert_eq!(embed::rest(b"GIF89a"), None);
}

#[test]
fn a_changed_file_is_known_by_its_rest() {
    for file in files() {
        let carrier = embed::put(&file, b"chunk").unwrap();
        let rest = embed::take(&carrier).unwrap().rest;
        // The last byte of the compressed picture of the plain file.
        let picture = file.len() - 16;
        let at = carrier.windows(8).position(|bytes| bytes == &file[picture - 8..picture]).unwrap();
        let mut changed = carrier.clone();
        changed[at + 3] ^= 0x10;
        if let Some(embedded) = embed::take(&changed) {
            assert_ne!(embedded.rest, rest);
        }
    }
}

#[test]
fn base64_of_anything_is_safe_in_an_address() {
    let mut dice = Dice(7);
    for _ in 0..1_000 {
        let bytes = dice.bytes(300);
        let text = encode_base64url(&bytes);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(lacuna::share::decode_base64url(&text), bytes);
    }
}
