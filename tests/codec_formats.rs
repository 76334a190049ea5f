//! Formats that are read and saved as another.

use image::ImageFormat;
use lacuna::raster::codec::{
    CodecError, Damage, Decoded, EncodeParams, Limits, Note, PhotoFormat, PngEffort, Unreadable,
    decode, decode_common, encode, probe,
};
use lacuna::raster::{Channels, Picture, Size, convert};

mod codec_files;
use codec_files::directories::{BYTE, Builder, LONG, SHORT, UNDEFINED, Value};
use codec_files::{
    animated_gif, profile, scene, tiff, tiff_page, tiff_values, with_png_chunk, written_by_image,
};

fn open(bytes: &[u8]) -> lacuna::raster::codec::Decoded {
    decode(bytes, &Limits::default()).expect("a file of our own")
}

#[test]
fn lossless_formats_come_back_to_the_bit() {
    let cases = [
        (ImageFormat::Bmp, PhotoFormat::Bmp, Channels::Rgb),
        (ImageFormat::Bmp, PhotoFormat::Bmp, Channels::Rgba),
        (ImageFormat::Qoi, PhotoFormat::Qoi, Channels::Rgb),
        (ImageFormat::Qoi, PhotoFormat::Qoi, Channels::Rgba),
        (ImageFormat::Tiff, PhotoFormat::Tiff, Channels::Grey),
        (ImageFormat::Tiff, PhotoFormat::Tiff, Channels::Rgb),
        (ImageFormat::Tiff, PhotoFormat::Tiff, Channels::Rgba),
    ];
    for (written, format, channels) in cases {
        let picture = scene(Size::new(61, 43), channels);
        let file = written_by_image(&picture, written);
        assert_eq!(probe(&file).map(|h| (h.format, h.size)), Ok((format, picture.size())));
        let back = open(&file);
        assert_eq!(back.picture, picture, "{format:?} {channels:?}");
        assert_eq!((back.format, back.notes, back.exif), (format, vec![], None));
        assert_eq!(format.saved_as(), PhotoFormat::Png);
        for cut in (0..file.len()).step_by(97) {
            assert!(decode(&file[..cut], &Limits::default()).is_err(), "{format:?} at {cut}");
        }
    }
}

#[test]
fn the_common_decoder_reads_jpeg_and_png_as_the_full_one_does_and_nothing_else() {
    let limits = Limits::default();
    let picture = scene(Size::new(61, 43), Channels::Rgb);
    for written in [ImageFormat::Jpeg, ImageFormat::Png] {
        let file = written_by_image(&picture, written);
        assert!(probe(&file).is_ok_and(|header| header.format.is_common()));
        let (full, common) =
            (open(&file), decode_common(&file, &limits).expect("a file of our own"));
        assert_eq!((common.picture, common.format), (full.picture, full.format), "{written:?}");
    }
    let others = [ImageFormat::Bmp, ImageFormat::Qoi, ImageFormat::Tiff, ImageFormat::WebP];
    for written in others {
        let file = written_by_image(&picture, written);
        assert!(probe(&file).is_ok_and(|header| !header.format.is_common()));
        assert!(matches!(decode_common(&file, &limits), Err(CodecError::Unknown)), "{written:?}");
    }
}

#[test]
fn a_gif_gives_its_first_picture() {
    for (frames, notes) in [(1, vec![]), (3, vec![Note::FirstFrameOnly])] {
        let file = animated_gif(frames);
        let back = open(&file);
        assert_eq!(back.picture.size(), Size::new(20, 10));
        assert_eq!(back.picture.channels(), Channels::Rgb, "all of it is opaque");
        assert_eq!(back.picture.data()[..3], [200, 30, 10]);
        assert_eq!(back.picture.data()[15 * 3..][..3], [0, 90, 180]);
        assert_eq!((back.format, back.notes), (PhotoFormat::Gif, notes));
    }
    let still = animated_gif(1);
    for cut in 0..still.len() - 3 {
        assert!(decode(&still[..cut], &Limits::default()).is_err(), "at {cut}");
    }
}

#[test]
fn a_gif_with_a_small_picture_on_its_screen_is_clear_around_it() {
    // A screen of 4 x 3 with one pixel of the second colour at (2, 1).
    let file = [
        b"GIF89a\x04\0\x03\0\x80\0\0\x0a\x14\x1e\xff\x80\x40" as &[u8],
        b"\x2c\x02\0\x01\0\x01\0\x01\0\0\x02\x02\x4c\x01\0\x3b",
    ]
    .concat();
    let back = open(&file);
    let mut want = [0; 4 * 3 * 4];
    want[(4 + 2) * 4..][..4].copy_from_slice(&[0xff, 0x80, 0x40, 255]);
    assert_eq!((back.picture.channels(), back.picture.data()), (Channels::Rgba, &want[..]));
    // The picture may say that it is far larger than the screen; that counts as memory.
    let mut huge = file;
    huge[24..28].copy_from_slice(&[0xff; 4]);
    assert!(matches!(decode(&huge, &Limits::default()), Err(CodecError::Memory { .. })));
}

/// Zlib data that stores what it is given (RFC 1950, RFC 1951 3.2.4).
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(60_000).collect();
    for (i, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(i + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for &byte in data {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

/// LZW data of single bytes alone, cleared before codes become longer (TIFF 6.0, section 13).
fn plain_lzw(data: &[u8]) -> Vec<u8> {
    let mut codes = Vec::new();
    for part in data.chunks(200) {
        codes.push(256u32);
        codes.extend(part.iter().map(|&byte| u32::from(byte)));
    }
    codes.push(257);
    let bits: Vec<bool> =
        codes.iter().flat_map(|code| (0..9).rev().map(move |bit| code >> bit & 1 == 1)).collect();
    bits.chunks(8)
        .map(|byte| {
            byte.iter().enumerate().fold(0, |all, (i, &bit)| all | u8::from(bit) << (7 - i))
        })
        .collect()
}

/// PackBits data without runs (TIFF 6.0, section 9).
fn plain_packbits(data: &[u8]) -> Vec<u8> {
    data.chunks(128).flat_map(|part| [&[part.len() as u8 - 1], part].concat()).collect()
}

#[test]
fn tiffs_in_both_byte_orders_and_every_lossless_compression() {
    let picture = scene(Size::new(33, 21), Channels::Rgb);
    let values = tiff_values(&picture);
    // Each value less the one to its left.
    let mut differences = picture.data().to_vec();
    for row in differences.chunks_exact_mut(33 * 3) {
        for i in (3..row.len()).rev() {
            row[i] = row[i].wrapping_sub(row[i - 3]);
        }
    }
    let predicted = Value::new(0x013d, SHORT, &[2]);
    let compression = |number| Value::new(0x0103, SHORT, &[number]);
    for big_endian in [false, true] {
        let data = picture.data();
        let cases = [
            (vec![], data.to_vec()),
            (vec![compression(5)], plain_lzw(data)),
            (vec![compression(5), predicted.clone()], plain_lzw(&differences)),
            (vec![compression(8)], stored_zlib(data)),
            (vec![compression(32_946), predicted.clone()], stored_zlib(&differences)),
            (vec![compression(32_773)], plain_packbits(data)),
        ];
        for (changes, strip) in cases {
            let file = tiff(big_endian, &values, &changes, &strip);
            assert_eq!(open(&file).picture, picture, "{big_endian} {changes:?}");
            let cut = tiff(big_endian, &values, &changes, &strip[..strip.len() / 2]);
            assert!(
                matches!(decode(&cut, &Limits::default()), Err(CodecError::Damaged { .. })),
                "{changes:?} cut short"
            );
        }
    }
}

#[test]
fn sixteen_bits_in_a_tiff_become_eight() {
    let picture = scene(Size::new(2, 1), Channels::Rgb);
    let values = tiff_values(&picture);
    let deep: [u16; 6] = [0x1212, 0xffff, 0, 0x8000, 0x7fff, 0x0081];
    for big_endian in [false, true] {
        let strip: Vec<u8> = deep
            .iter()
            .flat_map(|v| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() })
            .collect();
        let file = tiff(big_endian, &values, &[Value::new(0x0102, SHORT, &[16; 3])], &strip);
        let back = open(&file);
        assert_eq!(back.picture.data(), [0x12, 255, 0, 128, 127, 1]);
        assert_eq!(back.notes, [Note::SixteenBitReduced]);
    }
}

#[test]
fn inks_in_a_tiff_become_colours_and_their_profile_is_dropped() {
    let picture = scene(Size::new(2, 1), Channels::Rgba);
    let mut inks = profile(Channels::Rgb, 300);
    inks[16..20].copy_from_slice(b"CMYK");
    let changes = [Value::new(0x0106, SHORT, &[5]), Value::bytes(0x8773, UNDEFINED, &inks)];
    let values: Vec<Value> =
        tiff_values(&picture).into_iter().filter(|value| value.tag != 0x0152).collect();
    // Magenta and yellow; half black.
    let back = open(&tiff(false, &values, &changes, &[0, 255, 255, 0, 0, 0, 0, 128]));
    assert_eq!(back.picture.data()[..3], [255, 0, 0]);
    assert!(back.picture.data()[3..].iter().all(|v| (126..=128).contains(v)));
    assert_eq!(back.notes, [Note::CmykConverted, Note::ProfileDropped]);
}

#[test]
fn a_tiff_keeps_its_profile_its_orientation_and_its_alpha() {
    let upright = scene(Size::new(12, 8), Channels::Rgb);
    let icc = profile(Channels::Rgb, 500);
    for orientation in 1..=8u8 {
        let stored = codec_files::stored(&upright, orientation);
        let changes = [
            Value::new(0x0112, SHORT, &[u32::from(orientation)]),
            Value::bytes(0x8773, UNDEFINED, &icc),
        ];
        let back = open(&tiff(true, &tiff_values(&stored), &changes, stored.data()));
        assert_eq!((&back.picture, back.icc.as_ref()), (&upright, Some(&icc)), "{orientation}");
    }
    // Half clear, stored as already multiplied.
    let clear = Picture::new(Size::new(2, 1), Channels::Rgba, vec![64, 0, 128, 128, 9, 9, 9, 255])
        .expect("two pixels");
    let values = tiff_values(&clear);
    let back = open(&tiff(false, &values, &[], clear.data()));
    assert_eq!(back.picture, clear);
    let multiplied = [Value::new(0x0152, SHORT, &[1])];
    let back = open(&tiff(false, &values, &multiplied, clear.data()));
    assert_eq!(back.picture.data(), [128, 0, 255, 128, 9, 9, 9, 255]);
}

#[test]
fn of_many_pages_the_first_is_opened_and_it_is_said() {
    let picture = scene(Size::new(9, 5), Channels::Grey);
    let values = tiff_values(&picture);
    for (kind, notes) in [(0, vec![Note::FirstFrameOnly]), (1, vec![])] {
        let mut out = Builder::new(true);
        // A second page, or a smaller copy of the first.
        let kind = [Value::new(0x00fe, LONG, &[kind])];
        let second = tiff_page(&mut out, &values, &kind, picture.data(), 0);
        let first = tiff_page(&mut out, &values, &[], picture.data(), second);
        let back = open(&out.finish(first));
        assert_eq!((back.picture, back.notes), (picture.clone(), notes));
    }
}

#[test]
fn two_colours_are_read_whichever_of_them_is_black() {
    let picture = scene(Size::new(3, 1), Channels::Grey);
    for (white_is, want) in [(1, [255, 0, 255]), (0, [0, 255, 0])] {
        let changes = [Value::new(0x0102, SHORT, &[1]), Value::new(0x0106, SHORT, &[white_is])];
        match decode(
            &tiff(false, &tiff_values(&picture), &changes, &[0b1010_0000]),
            &Limits::default(),
        ) {
            Ok(back) => assert_eq!(back.picture.data(), want),
            Err(error) => panic!("{white_is}: {error}"),
        }
    }
}

#[test]
fn what_is_not_read_is_named() {
    let picture = scene(Size::new(4, 4), Channels::Rgb);
    let values = tiff_values(&picture);
    let with = |changes: &[Value]| {
        decode(&tiff(false, &values, changes, picture.data()), &Limits::default())
    };
    let tiffs = [
        vec![Value::new(0x0103, SHORT, &[7])],
        vec![Value::new(0x0103, SHORT, &[50_000])],
        vec![Value::new(0x0106, SHORT, &[6])],
        vec![
            Value::new(0x0106, SHORT, &[3]),
            Value::new(0x0115, SHORT, &[1]),
            Value::new(0x0102, SHORT, &[8]),
        ],
        vec![Value::new(0x0102, SHORT, &[32; 3]), Value::new(0x0153, SHORT, &[3; 3])],
        vec![Value::new(0x0142, LONG, &[0x7fff_fff0]), Value::new(0x0143, LONG, &[16])],
        vec![Value::new(0x0115, SHORT, &[60_000])],
    ];
    for changes in tiffs {
        assert_eq!(
            with(&changes),
            Err(CodecError::Unsupported { what: Unreadable::Tiff }),
            "{changes:?}"
        );
    }
    for raw in [vec![Value::new(0x00fe, LONG, &[1])], vec![Value::new(0xc612, BYTE, &[1, 4, 0, 0])]]
    {
        assert_eq!(with(&raw), Err(CodecError::Unsupported { what: Unreadable::CameraRaw }));
    }
    let mut bitmap = written_by_image(&picture, ImageFormat::Bmp);
    bitmap[30] = 4;
    assert_eq!(
        decode(&bitmap, &Limits::default()),
        Err(CodecError::Unsupported { what: Unreadable::Bmp })
    );
}

#[test]
fn sizes_are_refused_before_memory_is_taken() {
    let picture = scene(Size::new(100, 80), Channels::Rgb);
    let size = picture.size();
    let mut files: Vec<Vec<u8>> = [ImageFormat::Bmp, ImageFormat::Qoi, ImageFormat::Tiff]
        .into_iter()
        .map(|format| written_by_image(&picture, format))
        .collect();
    files.push(written_by_image(&convert(&picture, Channels::Rgba), ImageFormat::Gif));
    for file in files {
        let few = Limits { pixels: 7999, ..Limits::default() };
        assert_eq!(decode(&file, &few), Err(CodecError::TooLarge { size, limit: 7999 }));
        let small = Limits { bytes: 30_000, ..Limits::default() };
        assert!(matches!(decode(&file, &small), Err(CodecError::Memory { limit: 30_000, .. })));
        assert!(decode(&file, &Limits { pixels: 8000, bytes: 96_000 }).is_ok());
    }
    // A few bytes that promise four milliards of pixels.
    let mut qoi = written_by_image(&picture, ImageFormat::Qoi);
    qoi[4..12].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert!(matches!(decode(&qoi, &Limits::default()), Err(CodecError::TooLarge { .. })));
}

#[test]
fn a_bitmap_of_the_fifth_version_keeps_its_profile() {
    let picture = scene(Size::new(3, 2), Channels::Rgb);
    let icc = profile(Channels::Rgb, 200);
    let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
    file.extend(138u32.to_le_bytes());
    for word in [124u32, 3, 2, 24 << 16 | 1, 0, 24, 0, 0, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.resize(14 + 124, 0);
    for row in picture.data().chunks_exact(9).rev() {
        file.extend(row.chunks_exact(3).flat_map(|p| [p[2], p[1], p[0]]));
        file.extend([0; 3]);
    }
    let at = (file.len() - 14) as u32;
    file[14 + 56..][..4].copy_from_slice(b"DEBM");
    file[14 + 112..][..4].copy_from_slice(&at.to_le_bytes());
    file[14 + 116..][..4].copy_from_slice(&200u32.to_le_bytes());
    file.extend(&icc);
    let back = open(&file);
    assert_eq!((back.picture, back.icc), (picture, Some(icc)));
}

#[test]
fn pixels_of_a_browser_are_taken() {
    let picture = scene(Size::new(7, 5), Channels::Rgba);
    let taken = Decoded::from_rgba(
        PhotoFormat::Avif,
        picture.size(),
        picture.data().to_vec(),
        &Limits::default(),
    );
    let taken = taken.expect("four bytes a pixel");
    assert_eq!((&taken.picture, taken.format), (&picture, PhotoFormat::Avif));
    assert_eq!((taken.icc, taken.exif, taken.notes), (None, None, vec![]));
    let opaque = scene(Size::new(7, 5), Channels::Rgb);
    let rgba = convert(&opaque, Channels::Rgba).into_data();
    let taken =
        Decoded::from_rgba(PhotoFormat::Heif, opaque.size(), rgba.clone(), &Limits::default());
    assert_eq!(taken.map(|taken| taken.picture), Ok(opaque));
    let damaged = CodecError::Damaged { format: PhotoFormat::JpegXl, damage: Damage::Pixels };
    assert_eq!(
        Decoded::from_rgba(PhotoFormat::JpegXl, Size::new(7, 6), rgba.clone(), &Limits::default()),
        Err(damaged)
    );
    let few = Limits { pixels: 34, ..Limits::default() };
    let size = Size::new(7, 5);
    assert_eq!(
        Decoded::from_rgba(PhotoFormat::Avif, size, rgba, &few),
        Err(CodecError::TooLarge { size, limit: 34 })
    );
    assert_eq!(Unreadable::Avif.read_by_browsers(), Some(PhotoFormat::Avif));
    assert_eq!(Unreadable::Pdf.read_by_browsers(), None);
    for format in [PhotoFormat::Avif, PhotoFormat::Heif, PhotoFormat::JpegXl] {
        assert_eq!(format.saved_as(), PhotoFormat::Png);
    }
}

#[test]
fn progressive_and_grey_jpegs_are_written_as_they_came() {
    for (channels, colour) in [
        (Channels::Rgb, jpeg_encoder::ColorType::Rgb),
        (Channels::Grey, jpeg_encoder::ColorType::Luma),
    ] {
        for progressive in [false, true] {
            let picture = scene(Size::new(80, 60), channels);
            let mut file = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut file, 83);
            encoder.set_progressive(progressive);
            encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
            encoder.encode(picture.data(), 80, 60, colour).expect("fits");
            let source = open(&file);
            assert_eq!(source.picture.channels(), channels);
            let traits = source.jpeg.expect("tables");
            assert_eq!(traits.quality, 83);
            let again = encode(&source.picture, None, &EncodeParams::like(&traits)).expect("fits");
            let back = open(&again);
            assert_eq!(back.picture.channels(), channels);
            assert_eq!(back.jpeg, Some(traits));
            let apart: u32 = back
                .picture
                .data()
                .iter()
                .zip(source.picture.data())
                .map(|(a, b)| u32::from(a.abs_diff(*b)))
                .sum();
            assert!(f64::from(apart) / (source.picture.data().len() as f64) < 1.5);
            // A frame of one component.
            let frame = again.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
            assert_eq!(again[frame + 9], channels.count() as u8);
        }
    }
    let saved =
        encode(&scene(Size::new(8, 8), Channels::Grey), None, &EncodeParams::Png(PngEffort::Keep));
    assert_eq!(open(&saved.expect("fits")).picture.channels(), Channels::Grey);
}

#[test]
fn a_png_whose_numbers_are_other_colours_without_a_profile_says_so() {
    let picture = scene(Size::new(8, 6), Channels::Rgb);
    let plain = encode(&picture, None, &EncodeParams::Png(PngEffort::Keep)).expect("fits");
    let icc = profile(Channels::Rgb, 200);
    let coloured = encode(&picture, Some(&icc), &EncodeParams::Png(PngEffort::Keep)).expect("fits");
    let chunk = |file: &[u8], name: &[u8; 4], words: &[u32]| {
        let content: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        with_png_chunk(file, name, &content, false)
    };
    let srgb = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    let adobe = [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000];
    let wide = |file: &[u8]| chunk(&chunk(file, b"gAMA", &[45_455]), b"cHRM", &adobe);
    let with = |name: &[u8; 4], content: &[u8]| with_png_chunk(&plain, name, content, false);
    for (file, says) in [
        (plain.clone(), false),
        (chunk(&chunk(&plain, b"gAMA", &[45_455]), b"cHRM", &srgb), false),
        (chunk(&plain, b"gAMA", &[55_556]), true),
        (wide(&plain), true),
        // sRGB and a profile count before those.
        (with_png_chunk(&wide(&plain), b"sRGB", &[0], false), false),
        (wide(&coloured), false),
        // Code points count before all: sRGB, Display P3, and the brightness of HDR.
        (with(b"cICP", &[1, 13, 0, 1]), false),
        (with(b"cICP", &[12, 13, 0, 1]), true),
        (with(b"cICP", &[9, 16, 0, 1]), true),
        (with_png_chunk(&coloured, b"cICP", &[9, 16, 0, 1], false), true),
    ] {
        let back = open(&file);
        assert_eq!(back.notes == [Note::ProfileDropped], says, "{:?}", back.notes);
        assert_eq!(back.picture, picture);
    }
}
