//! Files: what goes out comes back, and what comes in is understood.

use lacuna::raster::codec::{
    CodecError, Damage, EncodeParams, JpegQuality, Limits, Note, PhotoFormat, PngEffort, Quality,
    Subsampling, decode, encode, probe,
};
use lacuna::raster::{Channels, Picture, Size};

mod codec_files;
use codec_files::{exif, profile, scene, with_jpeg_exif, with_png_chunk, with_webp_exif};

const ALL: [Channels; 4] = [Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba];

fn open(bytes: &[u8]) -> lacuna::raster::codec::Decoded {
    decode(bytes, &Limits::default()).expect("a file of our own")
}

fn level(quality: u8, subsampling: Subsampling) -> EncodeParams {
    EncodeParams::Jpeg { quality: JpegQuality::Level(Quality::new(quality)), subsampling }
}

/// Root of the mean square difference of all bytes.
fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.size(), a.channels()), (b.size(), b.channels()));
    let sum: f64 =
        a.data().iter().zip(b.data()).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    (sum / a.data().len() as f64).sqrt()
}

#[test]
fn png_keeps_every_bit_and_the_profile() {
    for channels in ALL {
        for effort in [PngEffort::Preview, PngEffort::Keep] {
            let picture = scene(Size::new(61, 43), channels);
            let icc = profile(channels, 3000);
            let file = encode(&picture, Some(&icc), &EncodeParams::Png(effort)).expect("fits");
            assert_eq!(
                probe(&file).map(|h| (h.format, h.size)),
                Ok((PhotoFormat::Png, Size::new(61, 43)))
            );
            let back = open(&file);
            assert_eq!(back.picture, picture);
            assert_eq!(back.icc, Some(icc));
            assert_eq!((back.format, back.notes), (PhotoFormat::Png, vec![]));
        }
    }
}

#[test]
fn webp_keeps_every_bit_and_the_profile() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let picture = scene(Size::new(61, 43), channels);
        let icc = profile(channels, 3001);
        let file = encode(&picture, Some(&icc), &EncodeParams::WebpLossless).expect("fits");
        assert_eq!(
            probe(&file).map(|h| (h.format, h.size)),
            Ok((PhotoFormat::WebP, Size::new(61, 43)))
        );
        let back = open(&file);
        assert_eq!(back.picture, picture);
        assert_eq!(back.icc, Some(icc));
    }
    let grey = scene(Size::new(9, 7), Channels::Grey);
    let file = encode(&grey, Some(&profile(Channels::Grey, 200)), &EncodeParams::WebpLossless)
        .expect("fits");
    let back = open(&file);
    assert_eq!(back.picture, lacuna::raster::convert(&grey, Channels::Rgb));
    assert_eq!(back.icc, None, "a grey profile does not fit colours");
}

#[test]
fn jpeg_keeps_the_profile_and_comes_near() {
    for (channels, subsampling) in [
        (Channels::Grey, Subsampling::None),
        (Channels::Rgb, Subsampling::None),
        (Channels::Rgb, Subsampling::Horizontal),
        (Channels::Rgb, Subsampling::Vertical),
        (Channels::Rgb, Subsampling::Both),
        (Channels::Rgb, Subsampling::Quarter),
    ] {
        let picture = scene(Size::new(83, 59), channels);
        // Longer than one segment can hold.
        let icc = profile(channels, 140_000);
        let file = encode(&picture, Some(&icc), &level(95, subsampling)).expect("fits");
        let back = open(&file);
        assert_eq!(back.icc.as_ref(), Some(&icc));
        let change = difference(&back.picture, &picture);
        // The picture has hard red edges, which smaller colour planes cannot hold.
        let most = if subsampling == Subsampling::None { 2.0 } else { 6.0 };
        assert!(change < most, "{channels:?} {subsampling:?}: {change}");
        let traits = back.jpeg.expect("tables");
        assert_eq!((traits.quality, traits.subsampling), (95, subsampling));
        assert_eq!(back.notes, []);
    }
}

#[test]
fn jpeg_written_with_its_own_tables_hardly_changes() {
    for quality in [60, 85, 96] {
        for subsampling in [Subsampling::None, Subsampling::Both] {
            let first = encode(
                &scene(Size::new(160, 128), Channels::Rgb),
                None,
                &level(quality, subsampling),
            );
            let first = open(&first.expect("fits"));
            let traits = first.jpeg.as_ref().expect("tables");
            let second =
                open(&encode(&first.picture, None, &EncodeParams::like(traits)).expect("fits"));
            assert_eq!(second.jpeg, first.jpeg);
            let change = difference(&first.picture, &second.picture);
            // Colour planes are enlarged smoothly and reduced again, which is not quite the way back.
            let most = if subsampling == Subsampling::None { 0.5 } else { 2.0 };
            assert!(change < most, "quality {quality} {subsampling:?}: {change}");
        }
    }
}

#[test]
fn jpeg_lays_alpha_over_white() {
    let clear =
        Picture::new(Size::new(8, 8), Channels::Rgba, [10, 20, 30, 0].repeat(64)).expect("fits");
    let back = open(&encode(&clear, None, &level(100, Subsampling::None)).expect("fits"));
    assert!(back.picture.data().iter().all(|&v| v >= 254));
}

#[test]
fn the_orientation_is_applied_once_in_every_format() {
    let upright = scene(Size::new(48, 32), Channels::Rgb);
    for value in 1..=8u8 {
        let stored = codec_files::stored(&upright, value);
        for big_endian in [false, true] {
            let exif = exif(value, big_endian);
            let png = encode(&stored, None, &EncodeParams::Png(PngEffort::Preview)).expect("fits");
            for after_pixels in [false, true] {
                assert_eq!(
                    open(&with_png_chunk(&png, b"eXIf", &exif, after_pixels)).picture,
                    upright,
                    "png {value}"
                );
            }
            let webp = encode(&stored, None, &EncodeParams::WebpLossless).expect("fits");
            assert_eq!(
                open(&with_webp_exif(&webp, stored.size(), &exif)).picture,
                upright,
                "webp {value}"
            );
            let jpeg = encode(&stored, None, &level(98, Subsampling::Horizontal)).expect("fits");
            let opened = open(&with_jpeg_exif(&jpeg, &exif));
            assert!(difference(&opened.picture, &upright) < 7.0, "jpeg {value}");
            let turned = if value < 5 { Subsampling::Horizontal } else { Subsampling::Vertical };
            assert_eq!(opened.jpeg.map(|traits| traits.subsampling), Some(turned));
            // What is written next says nothing of an orientation.
            let again = open(
                &encode(&opened.picture, None, &EncodeParams::Png(PngEffort::Preview))
                    .expect("fits"),
            );
            assert_eq!(again.picture, opened.picture);
        }
    }
}

#[test]
fn sixteen_bits_become_eight_and_it_is_said() {
    let file = codec_files::png_raw(
        2,
        1,
        png::ColorType::Rgb,
        png::BitDepth::Sixteen,
        None,
        None,
        &[0x12, 0x12, 0xff, 0xff, 0, 0, 0x80, 0x00, 0x7f, 0xff, 0x00, 0x81],
    );
    let back = open(&file);
    assert_eq!(back.picture.data(), [0x12, 255, 0, 128, 127, 1]);
    assert_eq!(back.notes, [Note::SixteenBitReduced]);
}

#[test]
fn palettes_become_colours() {
    let palette = [255, 0, 0, 0, 255, 0, 0, 0, 255];
    let plain = codec_files::png_raw(
        3,
        1,
        png::ColorType::Indexed,
        png::BitDepth::Eight,
        Some(&palette),
        None,
        &[2, 0, 1],
    );
    let back = open(&plain);
    assert_eq!(
        (back.picture.channels(), back.picture.data()),
        (Channels::Rgb, &[0, 0, 255, 255, 0, 0, 0, 255, 0][..])
    );
    let clear = codec_files::png_raw(
        2,
        1,
        png::ColorType::Indexed,
        png::BitDepth::Eight,
        Some(&palette),
        Some(&[7]),
        &[0, 1],
    );
    let back = open(&clear);
    assert_eq!(
        (back.picture.channels(), back.picture.data()),
        (Channels::Rgba, &[255, 0, 0, 7, 0, 255, 0, 255][..])
    );
    let bits = codec_files::png_raw(
        3,
        1,
        png::ColorType::Grayscale,
        png::BitDepth::One,
        None,
        None,
        &[0b1010_0000],
    );
    let back = open(&bits);
    assert_eq!(
        (back.picture.channels(), back.picture.data()),
        (Channels::Grey, &[255, 0, 255][..])
    );
}

#[test]
fn animations_give_their_first_frame() {
    let (file, first) = codec_files::animated_png();
    let back = open(&file);
    assert_eq!(back.picture, first);
    assert_eq!(back.notes, [Note::FirstFrameOnly]);
    let (file, first) = codec_files::animated_webp();
    let back = open(&file);
    assert_eq!(lacuna::raster::convert(&back.picture, Channels::Rgb), first);
    assert_eq!(back.notes, [Note::FirstFrameOnly]);
}

#[test]
fn inks_become_colours() {
    let back = open(&codec_files::cmyk_jpeg());
    assert_eq!(back.notes, [Note::CmykConverted, Note::ProfileDropped]);
    assert_eq!(back.icc, None);
    let centre = &back.picture.data()[(8 * 16 + 8) * 3..][..3];
    assert!(centre[0] > 240 && centre[1] < 20 && centre[2] < 20, "{centre:?} is not red");
}

#[test]
fn colours_that_only_an_adobe_segment_declares_are_seen() {
    let back = open(&codec_files::adobe_rgb_jpeg());
    let centre = &back.picture.data()[(8 * 16 + 8) * 3..][..3];
    for (got, want) in centre.iter().zip([250u8, 120, 10]) {
        assert!(got.abs_diff(want) <= 3, "{centre:?}");
    }
    assert_eq!(back.notes, []);
}

#[test]
fn a_profile_for_other_colours_is_dropped_and_it_is_said() {
    let grey = encode(&scene(Size::new(8, 8), Channels::Grey), None, &level(90, Subsampling::None))
        .expect("fits");
    let wrong = codec_files::with_jpeg_icc(&grey, &profile(Channels::Rgb, 500));
    let back = open(&wrong);
    assert_eq!((back.icc, back.notes), (None, vec![Note::ProfileDropped]));
}

#[test]
fn limits_hold_before_memory_is_taken() {
    let picture = scene(Size::new(100, 80), Channels::Rgb);
    for params in [
        EncodeParams::Png(PngEffort::Keep),
        level(90, Subsampling::Both),
        EncodeParams::WebpLossless,
    ] {
        let file = encode(&picture, None, &params).expect("fits");
        let few = Limits { pixels: 7999, ..Limits::default() };
        let size = Size::new(100, 80);
        assert_eq!(decode(&file, &few), Err(CodecError::TooLarge { size, limit: 7999 }));
        let small = Limits { bytes: 30_000, ..Limits::default() };
        assert!(matches!(decode(&file, &small), Err(CodecError::Memory { limit: 30_000, .. })));
        assert!(decode(&file, &Limits { pixels: 8000, bytes: 64_000 }).is_ok());
    }
}

#[test]
fn unwritable_sizes_are_refused() {
    let wide = Picture::zeros(Size::new(20_000, 1), Channels::Grey);
    let size = wide.size();
    assert_eq!(
        encode(&wide, None, &EncodeParams::WebpLossless),
        Err(CodecError::Unwritable { format: PhotoFormat::WebP, size })
    );
    assert!(encode(&wide, None, &level(80, Subsampling::None)).is_ok());
    let wider = Picture::zeros(Size::new(70_000, 1), Channels::Grey);
    assert!(matches!(
        encode(&wider, None, &level(80, Subsampling::None)),
        Err(CodecError::Unwritable { .. })
    ));
    let empty = Picture::zeros(Size::new(0, 5), Channels::Rgb);
    assert!(matches!(
        encode(&empty, None, &EncodeParams::Png(PngEffort::Keep)),
        Err(CodecError::Unwritable { .. })
    ));
}

#[test]
fn files_that_are_cut_short_are_refused_everywhere() {
    let picture = scene(Size::new(64, 48), Channels::Rgb);
    for params in [
        EncodeParams::Png(PngEffort::Keep),
        level(90, Subsampling::Both),
        EncodeParams::WebpLossless,
    ] {
        let file = encode(&picture, Some(&profile(Channels::Rgb, 400)), &params).expect("fits");
        // The last chunk of a PNG holds nothing; without it all pixels are there.
        let end = if params.format() == PhotoFormat::Png { file.len() - 16 } else { file.len() };
        for cut in (0..end).step_by(7) {
            let error = decode(&file[..cut], &Limits::default()).expect_err("cut short");
            if cut > 40 {
                let damaged = matches!(error, CodecError::Damaged { format, damage: Damage::CutShort | Damage::Pixels }
                    if format == params.format());
                assert!(damaged, "{params:?} at {cut}: {error:?}");
            }
        }
    }
}
