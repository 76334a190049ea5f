//! Any bytes may be dropped on the page: decoding ends with a picture or with an error, never otherwise.

use lacuna::raster::codec::{
    EncodeParams, JpegQuality, Limits, PngEffort, Quality, Subsampling, decode, encode,
};
use lacuna::raster::{Channels, Size};
use proptest::prelude::*;
use std::sync::LazyLock;

mod codec_files;
use codec_files::directories::{SHORT, Value as Tag};
use codec_files::{
    adobe_rgb_jpeg, animated_gif, animated_png, animated_webp, cmyk_jpeg, exif, profile, scene,
    tiff, tiff_values, with_jpeg_exif, written_by_image,
};

/// Valid files of every kind, to be damaged.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let size = Size::new(40, 30);
    let jpeg = |quality, subsampling| EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::new(quality)),
        subsampling,
    };
    let mut files = vec![
        animated_png().0,
        animated_webp().0,
        cmyk_jpeg(),
        adobe_rgb_jpeg(),
        progressive_jpeg(size),
    ];
    for channels in [Channels::Grey, Channels::Rgba, Channels::Rgb] {
        let picture = scene(size, channels);
        let icc = profile(channels, 300);
        for params in [
            EncodeParams::Png(PngEffort::Preview),
            EncodeParams::Png(PngEffort::Keep),
            EncodeParams::WebpLossless,
            jpeg(50, Subsampling::None),
            jpeg(90, Subsampling::Both),
        ] {
            files.push(encode(&picture, Some(&icc), &params).expect("fits"));
        }
    }
    let turned = files.last().map(|file| with_jpeg_exif(file, &exif(6, true)));
    files.extend(turned);
    files.push(codec_files::png_raw(
        8,
        8,
        png::ColorType::Rgba,
        png::BitDepth::Sixteen,
        None,
        None,
        &[7; 512],
    ));
    files.push(animated_gif(2));
    for channels in [Channels::Rgb, Channels::Rgba] {
        for format in [image::ImageFormat::Bmp, image::ImageFormat::Qoi] {
            files.push(written_by_image(&scene(size, channels), format));
        }
    }
    files.extend(TIFFS.iter().cloned());
    files
});

/// TIFFs of all kinds that are read.
static TIFFS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let size = Size::new(40, 30);
    let mut files = Vec::new();
    for (channels, big_endian) in
        [(Channels::Grey, true), (Channels::Rgb, false), (Channels::Rgba, true)]
    {
        let picture = scene(size, channels);
        let values = tiff_values(&picture);
        files.push(tiff(big_endian, &values, &[], picture.data()));
        let words = vec![16; channels.count()];
        let deep = [Tag::new(0x0102, SHORT, &words), Tag::new(0x013d, SHORT, &[2])];
        files.push(tiff(big_endian, &values, &deep, &picture.data().repeat(2)));
        // Runs of two and more bytes, which any bytes can be taken for.
        let packed = [Tag::new(0x0103, SHORT, &[32_773]), Tag::new(0x0116, SHORT, &[30])];
        let strip: Vec<u8> = picture
            .data()
            .chunks(100)
            .flat_map(|part| [&[part.len() as u8 - 1], part].concat())
            .collect();
        files.push(tiff(big_endian, &values, &packed, &strip));
        files.push(written_by_image(&picture, image::ImageFormat::Tiff));
    }
    files
});

fn progressive_jpeg(size: Size) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 80);
    encoder.set_progressive(true);
    let picture = scene(size, Channels::Rgb);
    encoder
        .encode(picture.data(), size.width as u16, size.height as u16, jpeg_encoder::ColorType::Rgb)
        .expect("fits");
    out
}

/// Small enough that no damaged header takes long.
const LIMITS: Limits = Limits { pixels: 1_000_000, bytes: 16_000_000 };

/// Decodes and checks what must hold of any picture that comes out.
fn survives(bytes: &[u8]) {
    if let Ok(decoded) = decode(bytes, &LIMITS) {
        let size = decoded.picture.size();
        assert!(!size.is_empty() && size.area() <= LIMITS.pixels);
        if let Some(traits) = decoded.jpeg {
            assert!((1..=100).contains(&traits.quality));
            assert!(encode(&decoded.picture, None, &EncodeParams::like(&traits)).is_ok());
        }
    }
}

#[test]
fn the_files_are_whole() {
    for (i, file) in FILES.iter().enumerate() {
        assert_eq!(decode(file, &LIMITS).map(|_| ()), Ok(()), "{i}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn flipped_bits(file in any::<prop::sample::Index>(), flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..12)) {
        let mut bytes = file.get(&FILES).clone();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        survives(&bytes);
    }

    #[test]
    fn damaged_headers(file in any::<prop::sample::Index>(), changes in prop::collection::vec((0usize..120, any::<u8>()), 1..4)) {
        let mut bytes = file.get(&FILES).clone();
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        survives(&bytes);
    }

    #[test]
    fn cut_and_joined(
        first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>(),
        head in any::<prop::sample::Index>(), tail in any::<prop::sample::Index>(),
    ) {
        let (first, second) = (first.get(&FILES), second.get(&FILES));
        survives(&[&first[..head.index(first.len())], &second[tail.index(second.len())..]].concat());
    }

    #[test]
    fn arbitrary_bytes(kind in 0usize..10, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let starts: [&[u8]; 10] =
            [b"GIF89a\x04\0\x03\0\x80", b"II*\0\x08\0\0\0\x09\0", b"MM\0*\0\0\0\x08\0\x09", b"qoif\0\0\0\x05\0\0\0\x04\x04\0", b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", b"", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x04", b"\xff\xd8\xff", b"RIFF\x40\0\0\0WEBPVP8 ", b"RIFF\x40\0\0\0WEBPVP8X"];
        survives(&[starts[kind], &bytes].concat());
    }

    #[test]
    fn tiffs_that_lie(
        file in any::<prop::sample::Index>(),
        lies in prop::collection::vec((0usize..14, 0usize..3, lie()), 1..4),
    ) {
        let mut bytes = file.get(&TIFFS).clone();
        let big_endian = bytes[0] == b'M';
        let four = [bytes[4], bytes[5], bytes[6], bytes[7]];
        let first = if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        for (entry, what, lie) in lies {
            // The kind of an entry, how much it has, or its value, which is often of two bytes.
            let at = first as usize + 2 + 12 * entry + [2, 4, 8][what];
            let lie = match (big_endian, what) {
                (false, _) => lie.to_le_bytes(),
                (true, 1) => lie.to_be_bytes(),
                (true, _) => lie.rotate_left(16).to_be_bytes(),
            };
            let length = if what == 0 { 2 } else { 4 };
            if let Some(place) = bytes.get_mut(at..at + length) {
                place.copy_from_slice(&lie[..length]);
            }
        }
        survives(&bytes);
    }
}

/// Numbers that decoders trip over.
fn lie() -> impl Strategy<Value = u32> {
    let known = prop::sample::select(vec![0, 1, 2, 3, 4, 5, 8, 16, 255, 65_535, u32::MAX]);
    prop_oneof![4 => known, 1 => any::<u32>()]
}
