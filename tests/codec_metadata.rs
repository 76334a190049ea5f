//! What is said of a photo is carried on; what could show the erased object is not.

use std::collections::{BTreeMap, HashSet};

use lacuna::raster::codec::{
    EncodeParams, Limits, Metadata, PngEffort, Subsampling, decode, encode, encode_with,
};
use lacuna::raster::codec::{JpegQuality, Quality};
use lacuna::raster::{Channels, Picture, Size};
use proptest::prelude::*;

mod codec_files;
use codec_files::directories::{Builder, LONG, UNDEFINED, Value, dump};
use codec_files::secrets::{
    exif_with_secrets, jpeg_with_secrets, kept, place, png_with_secrets, profile_with_secrets,
    secrets, tiff_with_secrets, webp_with_secrets,
};
use codec_files::{exif, scene, with_jpeg_exif, with_png_chunk, with_webp_exif};

const SIZE: Size = Size { width: 90, height: 60 };

fn jpeg(quality: u8) -> EncodeParams {
    EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::new(quality)),
        subsampling: Subsampling::Both,
    }
}

fn all_params() -> [EncodeParams; 3] {
    [jpeg(90), EncodeParams::Png(PngEffort::Keep), EncodeParams::WebpLossless]
}

/// A photo in every format that holds EXIF data, each with secrets in all its places.
fn sources(big_endian: bool) -> Vec<(&'static str, Vec<u8>)> {
    let picture = scene(SIZE, Channels::Rgb);
    let icc = profile_with_secrets();
    let exif = exif_with_secrets(big_endian, &[], &[]);
    let plain = |params: &EncodeParams, icc| encode(&picture, icc, params).expect("fits");
    vec![
        ("jpeg", jpeg_with_secrets(&plain(&jpeg(90), Some(&icc[..])), &exif)),
        (
            "png",
            png_with_secrets(&plain(&EncodeParams::Png(PngEffort::Preview), Some(&icc)), &exif),
        ),
        ("webp", webp_with_secrets(&plain(&EncodeParams::WebpLossless, None), SIZE, &exif)),
        ("tiff", tiff_with_secrets(&picture, big_endian)),
    ]
}

/// The parts of a file that we wrote, by name, to its very last byte.
fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parts = Vec::new();
    if file.starts_with(&[0xff, 0xd8]) {
        let mut at = 2;
        loop {
            assert_eq!(file[at], 0xff);
            let marker = file[at + 1];
            let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
            parts.push((format!("{marker:02x}"), file[at + 4..at + 2 + length].to_vec()));
            at += 2 + length;
            if marker == 0xda {
                let end = file[at..]
                    .windows(2)
                    .position(|pair| {
                        pair[0] == 0xff && pair[1] != 0 && !(0xd0..0xd8).contains(&pair[1])
                    })
                    .expect("an end");
                assert_eq!(file[at + end..], [0xff, 0xd9], "one scan, then nothing");
                return parts;
            }
        }
    }
    let png = file.starts_with(b"\x89PNG");
    let mut at = if png { 8 } else { 12 };
    while at < file.len() {
        let four = |at: usize| [file[at], file[at + 1], file[at + 2], file[at + 3]];
        let (name, length) = if png {
            (four(at + 4), u32::from_be_bytes(four(at)) as usize)
        } else {
            (four(at), u32::from_le_bytes(four(at + 4)) as usize)
        };
        parts.push((
            String::from_utf8_lossy(&name).into_owned(),
            file[at + 8..at + 8 + length].to_vec(),
        ));
        at += 8 + if png { length + 4 } else { length.next_multiple_of(2) };
    }
    assert_eq!(at, file.len(), "nothing after the last part");
    parts
}

/// The EXIF data in a file that we wrote.
fn written_exif(file: &[u8]) -> Option<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = parts(file)
        .into_iter()
        .filter(|(name, _)| ["e1", "eXIf", "EXIF"].contains(&name.as_str()))
        .map(|(_, content)| {
            content.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec).unwrap_or(content)
        })
        .collect();
    assert!(found.len() < 2);
    found.pop()
}

fn expected(with_place: bool) -> BTreeMap<(u8, u16), Value> {
    let mut values = kept();
    if with_place {
        values.extend(place());
    }
    let mut out: BTreeMap<(u8, u16), Value> =
        values.into_iter().map(|(group, value)| ((group, value.tag), value)).collect();
    // One of the texts is in UTF-8, which came with the third version.
    out.insert((1, 0x9000), Value::bytes(0x9000, UNDEFINED, b"0300"));
    out
}

#[test]
fn listed_values_survive_exactly_and_the_place_only_when_asked_for() {
    for big_endian in [false, true] {
        for (name, file) in sources(big_endian) {
            let decoded = decode(&file, &Limits::default()).expect("a file of our own");
            let exif = decoded.exif.as_ref().expect("values");
            assert!(exif.has_place() && !exif.is_empty_without_place());
            for params in all_params() {
                for keep_gps in [false, true] {
                    let metadata =
                        Metadata { icc: decoded.icc.as_deref(), exif: Some(exif), keep_gps };
                    let out = encode_with(&decoded.picture, &metadata, &params).expect("fits");
                    let block = written_exif(&out).expect("EXIF data");
                    assert_eq!(
                        dump(&block),
                        expected(keep_gps),
                        "{name} big endian {big_endian} {params:?} place {keep_gps}"
                    );
                    let back = decode(&out, &Limits::default()).expect("our own");
                    let again = back.exif.expect("values");
                    assert_eq!(again.has_place(), keep_gps);
                    if keep_gps {
                        assert_eq!(again, *exif);
                    }
                    assert_eq!(back.icc, decoded.icc);
                }
            }
        }
    }
}

#[test]
fn nothing_of_the_object_comes_out() {
    const WINDOW: usize = 10;
    let secrets = secrets();
    assert!(secrets.len() > 20);
    for (name, file) in sources(true) {
        let there: HashSet<&[u8]> = file.windows(WINDOW).collect();
        let inside = secrets.iter().filter(|secret| there.contains(&secret[..WINDOW])).count();
        assert!(inside >= 10, "{name} carries only {inside} secrets");
        let decoded = decode(&file, &Limits::default()).expect("a file of our own");
        for params in all_params() {
            for keep_gps in [false, true] {
                let metadata =
                    Metadata { icc: decoded.icc.as_deref(), exif: decoded.exif.as_ref(), keep_gps };
                let out = encode_with(&decoded.picture, &metadata, &params).expect("fits");
                let there: HashSet<&[u8]> = out.windows(WINDOW).collect();
                for secret in &secrets {
                    for window in secret.windows(WINDOW) {
                        assert!(!there.contains(window), "{name} {params:?}: {window:?}");
                    }
                }
                for (part, _) in parts(&out) {
                    let known = [
                        "e0", "e1", "e2", "db", "c0", "c4", "da", "IHDR", "iCCP", "eXIf", "IDAT",
                        "IEND", "VP8X", "ICCP", "VP8L", "EXIF",
                    ];
                    assert!(known.contains(&part.as_str()), "{name} {params:?}: {part}");
                }
            }
        }
    }
}

#[test]
fn nothing_is_written_where_nothing_is_said() {
    let picture = scene(SIZE, Channels::Rgb);
    let only_turned = exif(6, true);
    for params in all_params() {
        let plain = encode(&picture, None, &params).expect("fits");
        assert_eq!(written_exif(&plain), None);
        let source = match params {
            EncodeParams::Jpeg { .. } => with_jpeg_exif(&plain, &only_turned),
            EncodeParams::Png(_) => with_png_chunk(&plain, b"eXIf", &only_turned, true),
            _ => with_webp_exif(&plain, SIZE, &only_turned),
        };
        let decoded = decode(&source, &Limits::default()).expect("our own");
        assert_eq!((decoded.exif, decoded.picture.size()), (None, Size::new(60, 90)));
    }
    // A file that says nothing but the place says nothing at all unless it is asked for.
    let mut builder = Builder::new(false);
    let values: Vec<Value> = place().into_iter().map(|(_, value)| value).collect();
    let at = builder.directory(&values, 0);
    let first = builder.directory(&[Value::new(0x8825, LONG, &[at])], 0);
    let png = encode(&picture, None, &EncodeParams::Png(PngEffort::Preview)).expect("fits");
    let source = with_png_chunk(&png, b"eXIf", &builder.finish(first), false);
    let exif = decode(&source, &Limits::default()).expect("our own").exif.expect("a place");
    assert!(exif.is_empty_without_place() && exif.has_place());
    for keep_gps in [false, true] {
        let metadata = Metadata { icc: None, exif: Some(&exif), keep_gps };
        let out = encode_with(&picture, &metadata, &EncodeParams::WebpLossless).expect("fits");
        assert_eq!(written_exif(&out).is_some(), keep_gps);
    }
}

#[test]
fn a_directory_of_the_place_without_latitude_and_longitude_is_no_place() {
    let picture = scene(SIZE, Channels::Rgb);
    let png = encode(&picture, None, &EncodeParams::Png(PngEffort::Preview)).expect("fits");
    for (missing, says) in [(2, false), (4, false), (0x1e, true)] {
        let mut builder = Builder::new(true);
        let values: Vec<Value> =
            place().into_iter().map(|(_, value)| value).filter(|it| it.tag != missing).collect();
        let at = builder.directory(&values, 0);
        let first = builder.directory(&[Value::new(0x8825, LONG, &[at])], 0);
        let source = with_png_chunk(&png, b"eXIf", &builder.finish(first), false);
        let exif = decode(&source, &Limits::default()).expect("our own").exif.expect("values");
        assert_eq!(exif.has_place(), says, "without {missing}");
    }
}

#[test]
fn the_orientation_is_not_said_again() {
    let upright = scene(SIZE, Channels::Rgb);
    let stored = codec_files::stored(&upright, 8);
    let mut builder = Builder::new(true);
    let first = builder.directory(
        &[Value::text(0x010f, "Maker"), Value::new(0x0112, codec_files::directories::SHORT, &[8])],
        0,
    );
    let png = encode(&stored, None, &EncodeParams::Png(PngEffort::Preview)).expect("fits");
    let source = with_png_chunk(&png, b"eXIf", &builder.finish(first), false);
    let decoded = decode(&source, &Limits::default()).expect("our own");
    assert_eq!(decoded.picture, upright);
    let metadata = Metadata { icc: None, exif: decoded.exif.as_ref(), keep_gps: true };
    let out = encode_with(&upright, &metadata, &EncodeParams::Png(PngEffort::Keep)).expect("fits");
    let says = dump(&written_exif(&out).expect("a maker"));
    assert_eq!(says.keys().copied().collect::<Vec<_>>(), [(0, 0x010f), (1, 0x9000)]);
    assert_eq!(decode(&out, &Limits::default()).expect("our own").picture, upright);
}

/// Decodes a picture with such EXIF data and writes what was kept, which is read back the same.
fn survives(exif: &[u8]) {
    let picture = Picture::zeros(Size::new(3, 2), Channels::Grey);
    let png = encode(&picture, None, &EncodeParams::Png(PngEffort::Preview)).expect("fits");
    let file = with_png_chunk(&png, b"eXIf", exif, false);
    let Ok(decoded) = decode(&file, &Limits::default()) else { return };
    let metadata = Metadata { icc: None, exif: decoded.exif.as_ref(), keep_gps: true };
    for params in all_params() {
        let out = encode_with(&picture, &metadata, &params).expect("fits");
        let block = written_exif(&out);
        assert_eq!(block.is_some(), decoded.exif.is_some());
        if let Some(block) = block {
            // Entries, links and the version, at most, are added to bytes that were there.
            assert!(block.len() <= 2 * exif.len() + 12 * 70, "{} of {}", block.len(), exif.len());
            let back = decode(&out, &Limits::default()).expect("our own");
            assert_eq!(back.exif, decoded.exif);
        }
    }
}

#[test]
fn circles_and_overlaps_come_to_an_end() {
    for big_endian in [false, true] {
        // The first directory is the one of EXIF's tags, of the place and the next, all at once.
        let mut builder = Builder::new(big_endian);
        let values = [Value::new(0x8769, LONG, &[8]), Value::new(0x8825, LONG, &[8])];
        let first = builder.directory(&values, 8);
        assert_eq!(first, 8);
        survives(&builder.finish(first));
    }
    // Every text is the whole file.
    let mut bytes = b"II*\0\x08\0\0\0\x05\0".to_vec();
    for tag in [0x010f_u16, 0x0110, 0x013b, 0x8298, 0x8769] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([2, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]);
    }
    bytes.resize(0x90, 7);
    survives(&bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_exif(
        big_endian: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        cut in any::<prop::sample::Index>(),
        whole: bool,
    ) {
        let mut bytes = exif_with_secrets(big_endian, &[], &[]);
        let directories = bytes.len() - 2600;
        for (at, value) in changes {
            // The directories are at the end.
            let at = directories + at.index(bytes.len() - directories);
            bytes[at] = value;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        survives(&bytes);
    }

    #[test]
    fn arbitrary_exif(big_endian: bool, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let start: &[u8] = if big_endian { b"MM\0*\0\0\0\x08" } else { b"II*\0\x08\0\0\0" };
        survives(&[start, &bytes].concat());
    }
}
