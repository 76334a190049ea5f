//! Files that carry what must not be carried on: the object that is to be erased, in every hiding place.

use lacuna::raster::codec::{EncodeParams, JpegQuality, Quality, Subsampling, encode};
use lacuna::raster::{Channels, Picture, Size};

use super::directories::{
    ASCII, BYTE, Builder, LONG, RATIONAL, SHORT, SRATIONAL, UNDEFINED, Value,
};
use super::{jpeg_segment, profile_of, riff_chunk, webp, with_png_chunk};

/// Bytes that stand nowhere else, different for each name.
pub(crate) fn secret(name: &str, length: usize) -> Vec<u8> {
    let mut state = name.bytes().fold(0x9e37_79b9_u32, |state, byte| {
        (state ^ u32::from(byte)).wrapping_mul(0x0100_0193).rotate_left(7)
    });
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 11) as u8
        })
        .collect()
}

/// Values that are kept, of every kind and length: (directory, value).
pub(crate) fn kept() -> Vec<(u8, Value)> {
    vec![
        (0, Value::text(0x010f, "Maker of Cameras")),
        (0, Value::text(0x0110, "M1")),
        (0, Value::text(0x0132, "2026:06:21 18:42:07")),
        (0, Value::text(0x013b, "Élodie Žnidaršič")),
        // The photographer's and the editor's, as EXIF has it.
        (0, Value::bytes(0x8298, ASCII, b"A. Photographer\0An Editor\0")),
        (1, Value::new(0x829a, RATIONAL, &[1, 250])),
        (1, Value::new(0x829d, RATIONAL, &[28, 10])),
        (1, Value::new(0x8822, SHORT, &[3])),
        (1, Value::new(0x8827, SHORT, &[400, 401])),
        (1, Value::text(0x9003, "2026:06:21 18:42:06")),
        (1, Value::text(0x9004, "2026:06:21 18:42:08")),
        (1, Value::text(0x9010, "+02:00")),
        (1, Value::text(0x9011, "-03:30")),
        (1, Value::text(0x9012, "+00:00")),
        (1, Value::new(0x9204, SRATIONAL, &[-2_i32 as u32, 3])),
        (1, Value::new(0x9207, SHORT, &[5])),
        (1, Value::new(0x9209, SHORT, &[16])),
        (1, Value::new(0x920a, RATIONAL, &[50, 1])),
        (1, Value::text(0x9291, "37")),
        (1, Value::new(0xa403, BYTE, &[1])),
        (1, Value::new(0xa405, LONG, &[75])),
        (1, Value::new(0xa432, RATIONAL, &[24, 1, 70, 1, 28, 10, 0, 0])),
        (1, Value::text(0xa433, "Maker of Lenses")),
        (1, Value::text(0xa434, "24-70mm F2.8")),
    ]
}

/// The place.
pub(crate) fn place() -> Vec<(u8, Value)> {
    vec![
        (2, Value::new(0, BYTE, &[2, 3, 0, 0])),
        (2, Value::text(1, "N")),
        (2, Value::new(2, RATIONAL, &[48, 1, 51, 1, 2954, 100])),
        (2, Value::text(3, "E")),
        (2, Value::new(4, RATIONAL, &[2, 1, 17, 1, 4032, 100])),
        (2, Value::bytes(0x1b, UNDEFINED, b"ASCII\0\0\0GPS")),
        (2, Value::new(0x1e, SHORT, &[1])),
    ]
}

/// Values that are not kept.
fn dropped() -> Vec<(u8, Value)> {
    vec![
        (0, Value::bytes(0x010e, ASCII, &secret("description", 40))),
        (0, Value::new(0x0112, SHORT, &[1])),
        (0, Value::new(0x011a, RATIONAL, &[300, 1])),
        (0, Value::bytes(0x02bc, BYTE, &secret("xmp in tiff", 90))),
        (0, Value::bytes(0x83bb, UNDEFINED, &secret("iptc in tiff", 90))),
        (0, Value::bytes(0x8649, UNDEFINED, &secret("photoshop in tiff", 90))),
        (0, Value::bytes(0x9c9b, BYTE, &secret("xp title", 60))),
        (0, Value::bytes(0x0131, ASCII, &secret("software", 60))),
        // Its tag is on the list, but it is not the number that the tag promises.
        (1, Value::bytes(0x8822, UNDEFINED, &secret("not a number", 60))),
        (1, Value::bytes(0x927c, UNDEFINED, &secret("maker note", 700))),
        (1, Value::bytes(0x9286, UNDEFINED, &secret("comment", 80))),
        (1, Value::new(0xa002, LONG, &[6000])),
        (1, Value::bytes(0xa431, ASCII, &secret("serial", 30))),
        (2, Value::bytes(0x7777, UNDEFINED, &secret("beside the place", 60))),
    ]
}

/// A small JPEG of the scene with the object, noisy enough that no two places of its data are alike.
pub(crate) fn thumbnail() -> Vec<u8> {
    let size = Size::new(64, 48);
    let data = secret("the object", size.pixels() * 3);
    let picture = Picture::new(size, Channels::Rgb, data).expect("three bytes a pixel");
    let params = EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::new(60)),
        subsampling: Subsampling::Both,
    };
    encode(&picture, None, &params).expect("fits")
}

/// The part of a JPEG that holds its pixels.
fn pixels_of(jpeg: &[u8]) -> Vec<u8> {
    let scan = jpeg.windows(2).position(|pair| pair == [0xff, 0xda]).expect("a scan");
    jpeg[scan + 14..jpeg.len() - 2].to_vec()
}

/// EXIF data with everything in it. In a TIFF it takes `more` values of the picture itself.
pub(crate) fn exif_with_secrets(big_endian: bool, more: &[Value], pixels: &[u8]) -> Vec<u8> {
    let mut out = Builder::new(big_endian);
    let pixels_at = out.raw(pixels);
    let small = thumbnail();
    let small_at = out.raw(&small);
    let values = |group: u8| -> Vec<Value> {
        let all = [kept(), place(), dropped()].concat();
        all.into_iter().filter(|(g, _)| *g == group).map(|(_, value)| value).collect()
    };
    let second = out.directory(
        &[
            Value::new(0x00fe, LONG, &[1]),
            Value::new(0x0103, SHORT, &[6]),
            Value::new(0x0201, LONG, &[small_at]),
            Value::new(0x0202, LONG, &[small.len() as u32]),
            Value::bytes(0x010f, ASCII, &secret("name in the second", 30)),
        ],
        0,
    );
    let photo = out.directory(&values(1), 0);
    let place = out.directory(&values(2), 0);
    let mut first = values(0);
    first.push(Value::new(0x8769, LONG, &[photo]));
    first.push(Value::new(0x8825, LONG, &[place]));
    for value in more {
        let mut value = value.clone();
        if value.tag == 0x0111 {
            value.words = vec![pixels_at];
        }
        first.push(value);
    }
    let first = out.directory(&first, second);
    out.finish(first)
}

/// Everything that must not come out again, cut into parts that can be looked for.
pub(crate) fn secrets() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = dropped()
        .into_iter()
        .map(|(_, value)| value.words.iter().map(|&word| word as u8).collect::<Vec<u8>>())
        .filter(|bytes| bytes.len() >= 30)
        .collect();
    all.push(pixels_of(&thumbnail()));
    for (name, length) in PLACES {
        all.push(secret(name, length));
    }
    all.push(secret("name in the second", 30));
    all
}

/// Hiding places outside the EXIF data.
const PLACES: [(&str, usize); 15] = [
    ("xmp", 900),
    ("more xmp", 900),
    ("iptc", 300),
    ("mpf", 200),
    ("jfxx", 200),
    ("remark", 100),
    ("unknown segment", 300),
    ("after the end", 500),
    ("text", 100),
    ("long text", 100),
    ("unknown chunk", 300),
    ("behind the chunks", 300),
    ("private tag of a profile", 300),
    ("between the tags of a profile", 100),
    ("behind a profile", 300),
];

fn hidden(name: &str) -> Vec<u8> {
    let (_, length) = PLACES.iter().find(|(n, _)| *n == name).expect("a place on the list");
    secret(name, *length)
}

/// A colour profile with secrets where no reader of colours looks.
pub(crate) fn profile_with_secrets() -> Vec<u8> {
    let name = b"desc\0\0\0\0a name";
    let (private, between) =
        (hidden("private tag of a profile"), hidden("between the tags of a profile"));
    let mut icc =
        profile_of(Channels::Rgb, &[(b"prvt", &private), (b"desc", &between), (b"cprt", name)]);
    // The second tag ends before its secret begins.
    icc[132 + 12 + 8..][..4].fill(0);
    icc.extend(hidden("behind a profile"));
    icc
}

/// The JPEG with secrets in all segments that have carried some, and a second picture behind it.
pub(crate) fn jpeg_with_secrets(file: &[u8], exif: &[u8]) -> Vec<u8> {
    let segments = [
        jpeg_segment(0xe0, &[b"JFXX\0\x10", &hidden("jfxx")[..]].concat()),
        jpeg_segment(0xe1, &[b"Exif\0\0", exif].concat()),
        jpeg_segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &hidden("xmp")[..]].concat()),
        jpeg_segment(
            0xe1,
            &[b"http://ns.adobe.com/xmp/extension/\0", &hidden("more xmp")[..]].concat(),
        ),
        jpeg_segment(0xe2, &[b"MPF\0", &hidden("mpf")[..]].concat()),
        jpeg_segment(0xeb, &hidden("unknown segment")),
        jpeg_segment(0xed, &[b"Photoshop 3.0\x008BIM\x04\x04", &hidden("iptc")[..]].concat()),
        jpeg_segment(0xfe, &hidden("remark")),
    ];
    [&file[..2], &segments.concat(), &file[2..], &thumbnail(), &hidden("after the end")].concat()
}

/// The PNG with secrets.
pub(crate) fn png_with_secrets(file: &[u8], exif: &[u8]) -> Vec<u8> {
    let mut out = with_png_chunk(file, b"eXIf", exif, false);
    out = with_png_chunk(&out, b"tEXt", &[b"Comment\0", &hidden("text")[..]].concat(), false);
    out = with_png_chunk(
        &out,
        b"iTXt",
        &[b"XML:com.adobe.xmp\0\0\0\0\0", &hidden("long text")[..]].concat(),
        true,
    );
    out = with_png_chunk(&out, b"prVt", &hidden("unknown chunk"), true);
    [out, thumbnail(), hidden("behind the chunks")].concat()
}

/// The simple WebP as an extended one with secrets.
pub(crate) fn webp_with_secrets(file: &[u8], size: Size, exif: &[u8]) -> Vec<u8> {
    let mut flags = vec![0b0000_1100, 0, 0, 0];
    flags.extend(&(size.width - 1).to_le_bytes()[..3]);
    flags.extend(&(size.height - 1).to_le_bytes()[..3]);
    let chunks = [
        riff_chunk(b"VP8X", &flags),
        file[12..].to_vec(),
        riff_chunk(b"EXIF", exif),
        riff_chunk(b"XMP ", &hidden("xmp")),
        riff_chunk(b"ABCD", &hidden("unknown chunk")),
    ];
    [webp(&chunks.concat()), thumbnail(), hidden("behind the chunks")].concat()
}

/// An uncompressed TIFF of the picture with secrets.
pub(crate) fn tiff_with_secrets(picture: &Picture, big_endian: bool) -> Vec<u8> {
    let more = super::tiff_values(picture);
    exif_with_secrets(big_endian, &more, picture.data())
}
