//! Pictures and files made for the codec tests, byte by byte where no encoder writes them.

#![allow(dead_code, reason = "each test program that includes this file uses a part of it")]

use lacuna::raster::{Channels, Picture, Size};

pub(crate) mod directories;
pub(crate) mod secrets;

use directories::{Builder, LONG, SHORT, Value};

/// A picture with smooth parts, edges and, where there is alpha, a clear corner.
pub(crate) fn scene(size: Size, channels: Channels) -> Picture {
    let mut data = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let disc = (x as i32 - 20).pow(2) + (y as i32 - 15).pow(2) < 100;
            let rgb = if disc {
                [200, 60, 40]
            } else {
                [(x * 255 / size.width) as u8, (y * 255 / size.height) as u8, ((x + y) % 256) as u8]
            };
            let alpha = if x + y < 10 { 0 } else { 255 - (x % 3) as u8 };
            match channels {
                Channels::Grey => data.push(rgb[0]),
                Channels::GreyAlpha => data.extend([rgb[0], alpha]),
                Channels::Rgb => data.extend(rgb),
                Channels::Rgba => data.extend([rgb[0], rgb[1], rgb[2], alpha]),
            }
        }
    }
    Picture::new(size, channels, data).expect("one pixel after the other")
}

/// A colour profile for such channels, well formed and full: all of it is the text of one tag (ICC.1:2022, 7).
pub(crate) fn profile(channels: Channels, length: usize) -> Vec<u8> {
    let text: Vec<u8> = (144..length).map(|i| ((i * i) >> 5) as u8).collect();
    profile_of(channels, &[(b"desc", &text)])
}

/// A colour profile with these tags, one behind the other.
pub(crate) fn profile_of(channels: Channels, tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut icc = vec![0; 128];
    icc[16..20].copy_from_slice(if channels.count() < 3 { b"GRAY" } else { b"RGB " });
    icc[36..40].copy_from_slice(b"acsp");
    icc.extend((tags.len() as u32).to_be_bytes());
    let mut at = 132 + 12 * tags.len();
    for (name, content) in tags {
        icc.extend_from_slice(&name[..]);
        icc.extend((at as u32).to_be_bytes());
        icc.extend((content.len() as u32).to_be_bytes());
        at += content.len();
    }
    icc.extend(tags.iter().flat_map(|(_, content)| content.iter()));
    let length = icc.len() as u32;
    icc[..4].copy_from_slice(&length.to_be_bytes());
    icc
}

/// EXIF data that holds an orientation and, before it, another tag.
pub(crate) fn exif(orientation: u8, big_endian: bool) -> Vec<u8> {
    let short = |v: u16| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
    let long = |v: u32| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
    let mut out = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    out.extend(short(42));
    out.extend(long(8));
    out.extend(short(2));
    for (tag, value) in [(0x0103, 6), (0x0112, u16::from(orientation))] {
        out.extend(short(tag));
        out.extend(short(3));
        out.extend(long(1));
        out.extend(short(value));
        out.extend(short(0));
    }
    out.extend(long(0));
    out
}

/// What a camera stores so that orientation `value` makes `upright` of it: EXIF 2.3, tag 274 names the sides of
/// the scene on which the first stored row and the first stored column lie.
pub(crate) fn stored(upright: &Picture, value: u8) -> Picture {
    let (width, height) = (upright.size().width, upright.size().height);
    let size = if value < 5 { Size::new(width, height) } else { Size::new(height, width) };
    let bytes = upright.channels().count();
    let mut data = Vec::new();
    for row in 0..size.height {
        for column in 0..size.width {
            let (x, y) = match value {
                1 => (column, row),
                2 => (width - 1 - column, row),
                3 => (width - 1 - column, height - 1 - row),
                4 => (column, height - 1 - row),
                5 => (row, column),
                6 => (width - 1 - row, column),
                7 => (width - 1 - row, height - 1 - column),
                _ => (row, height - 1 - column),
            };
            let at = (y * width + x) as usize * bytes;
            data.extend_from_slice(&upright.data()[at..at + bytes]);
        }
    }
    Picture::new(size, upright.channels(), data).expect("all pixels once")
}

fn jpeg_segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, marker];
    out.extend((content.len() as u16 + 2).to_be_bytes());
    out.extend(content);
    out
}

/// The JPEG with an APP1 segment after its first marker.
pub(crate) fn with_jpeg_exif(file: &[u8], exif: &[u8]) -> Vec<u8> {
    let segment = jpeg_segment(0xe1, &[b"Exif\0\0", exif].concat());
    [&file[..2], &segment, &file[2..]].concat()
}

/// The JPEG with an APP2 segment that holds a profile.
pub(crate) fn with_jpeg_icc(file: &[u8], icc: &[u8]) -> Vec<u8> {
    let segment = jpeg_segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", icc].concat());
    [&file[..2], &segment, &file[2..]].concat()
}

/// The check sum of PNG chunks (ISO 15948, annex D).
fn crc(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in parts.iter().copied().flatten() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// The PNG with one more chunk, after the header or before the end.
pub(crate) fn with_png_chunk(
    file: &[u8],
    name: &[u8; 4],
    content: &[u8],
    after_pixels: bool,
) -> Vec<u8> {
    let chunk = [
        &(content.len() as u32).to_be_bytes()[..],
        name,
        content,
        &crc(&[name, content]).to_be_bytes(),
    ]
    .concat();
    let at = if after_pixels { file.len() - 12 } else { 33 };
    [&file[..at], &chunk, &file[at..]].concat()
}

/// The simple WebP as an extended one with EXIF after the pixels.
pub(crate) fn with_webp_exif(file: &[u8], size: Size, exif: &[u8]) -> Vec<u8> {
    let mut flags = vec![0b0000_1000, 0, 0, 0];
    flags.extend(&(size.width - 1).to_le_bytes()[..3]);
    flags.extend(&(size.height - 1).to_le_bytes()[..3]);
    webp(&[riff_chunk(b"VP8X", &flags), file[12..].to_vec(), riff_chunk(b"EXIF", exif)].concat())
}

fn riff_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = [name, &(content.len() as u32).to_le_bytes()[..], content].concat();
    out.resize(out.len().next_multiple_of(2), 0);
    out
}

fn webp(chunks: &[u8]) -> Vec<u8> {
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
}

/// A PNG of packed samples as they stand in the file.
pub(crate) fn png_raw(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
    palette: Option<&[u8]>,
    alpha: Option<&[u8]>,
    data: &[u8],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    if let Some(alpha) = alpha {
        encoder.set_trns(alpha);
    }
    let mut writer = encoder.write_header().expect("valid header");
    writer.write_image_data(data).expect("as many samples as pixels");
    writer.finish().expect("in memory");
    out
}

/// A PNG of two frames, and the first of them.
pub(crate) fn animated_png() -> (Vec<u8>, Picture) {
    let first = scene(Size::new(12, 9), Channels::Rgb);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 12, 9);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).expect("two frames");
    let mut writer = encoder.write_header().expect("valid header");
    writer.write_image_data(first.data()).expect("first frame");
    writer.write_image_data(&vec![9; first.data().len()]).expect("second frame");
    writer.finish().expect("in memory");
    (out, first)
}

/// A WebP of two frames, and the first of them.
pub(crate) fn animated_webp() -> (Vec<u8>, Picture) {
    use lacuna::raster::codec::{EncodeParams, encode};
    let size = Size::new(12, 8);
    let first = scene(size, Channels::Rgb);
    let frame = |picture: &Picture| {
        let still = encode(picture, None, &EncodeParams::WebpLossless).expect("fits");
        let mut content = vec![0; 6];
        content.extend(&(size.width - 1).to_le_bytes()[..3]);
        content.extend(&(size.height - 1).to_le_bytes()[..3]);
        // A tenth of a second; replaces what was there instead of blending with it.
        content.extend([100, 0, 0, 0b10]);
        content.extend(&still[12..]);
        riff_chunk(b"ANMF", &content)
    };
    let mut flags = vec![0b0000_0010, 0, 0, 0];
    flags.extend(&(size.width - 1).to_le_bytes()[..3]);
    flags.extend(&(size.height - 1).to_le_bytes()[..3]);
    let second = Picture::zeros(size, Channels::Rgb);
    let chunks = [
        riff_chunk(b"VP8X", &flags),
        riff_chunk(b"ANIM", &[0, 0, 0, 0, 0, 0]),
        frame(&first),
        frame(&second),
    ];
    (webp(&chunks.concat()), first)
}

/// A red JPEG of 16 x 16 in inks as a layout program writes them (inverted), with a profile for inks.
pub(crate) fn cmyk_jpeg() -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 95);
    // No cyan, all magenta, all yellow, no black; the encoder inverts them.
    encoder
        .encode(&[0, 255, 255, 0].repeat(256), 16, 16, jpeg_encoder::ColorType::Cmyk)
        .expect("fits");
    let mut icc = profile(Channels::Rgb, 600);
    icc[16..20].copy_from_slice(b"CMYK");
    with_jpeg_icc(&out, &icc)
}

/// A JPEG whose components are red, green and blue themselves, which nothing but an Adobe segment says.
pub(crate) fn adobe_rgb_jpeg() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 95);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    encoder.add_app_segment(14, b"Adobe\0\x64\0\0\0\0\0".to_vec()).expect("short");
    // The encoder is told that the planes are already what the file is to hold.
    encoder
        .encode(&[250, 120, 10].repeat(256), 16, 16, jpeg_encoder::ColorType::Ycbcr)
        .expect("fits");
    out
}

/// What a TIFF says of an uncompressed picture in one strip; [`tiff`] fills in where the strip is.
pub(crate) fn tiff_values(picture: &Picture) -> Vec<Value> {
    let channels = picture.channels().count() as u32;
    let (width, height) = (picture.size().width, picture.size().height);
    let mut values = vec![
        Value::new(0x0100, LONG, &[width]),
        Value::new(0x0101, LONG, &[height]),
        Value::new(0x0102, SHORT, &vec![8; channels as usize]),
        Value::new(0x0103, SHORT, &[1]),
        Value::new(0x0106, SHORT, &[if channels < 3 { 1 } else { 2 }]),
        Value::new(0x0111, LONG, &[0]),
        Value::new(0x0115, SHORT, &[channels]),
        Value::new(0x0116, LONG, &[height]),
        Value::new(0x0117, LONG, &[picture.data().len() as u32]),
    ];
    if picture.channels().has_alpha() {
        values.push(Value::new(0x0152, SHORT, &[2]));
    }
    values
}

/// A TIFF of one page from values and the bytes of its only strip; `changes` replace values of the same tag.
pub(crate) fn tiff(big_endian: bool, values: &[Value], changes: &[Value], strip: &[u8]) -> Vec<u8> {
    let mut out = Builder::new(big_endian);
    let first = tiff_page(&mut out, values, changes, strip, 0);
    out.finish(first)
}

/// Appends a page.
pub(crate) fn tiff_page(
    out: &mut Builder,
    values: &[Value],
    changes: &[Value],
    strip: &[u8],
    next: u32,
) -> u32 {
    let at = out.raw(strip);
    let own = |value: &&Value| changes.iter().all(|change| change.tag != value.tag);
    let mut all: Vec<Value> = values.iter().filter(own).chain(changes).cloned().collect();
    for value in &mut all {
        match value.tag {
            0x0111 => value.words = vec![at],
            0x0117 => value.words = vec![strip.len() as u32],
            _ => {}
        }
    }
    out.directory(&all, next)
}

/// A GIF of two pictures, and the first of them.
pub(crate) fn animated_gif(frames: usize) -> Vec<u8> {
    use image::codecs::gif::GifEncoder;
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    for i in 0..frames {
        let data: Vec<u8> = (0..20 * 10)
            .flat_map(
                |p: usize| if p % 20 < 10 + i { [200, 30, 10, 255] } else { [0, 90, 180, 255] },
            )
            .collect();
        encoder.encode(&data, 20, 10, image::ExtendedColorType::Rgba8).expect("in memory");
    }
    drop(encoder);
    out
}

/// A file by an encoder of the `image` crate.
pub(crate) fn written_by_image(picture: &Picture, format: image::ImageFormat) -> Vec<u8> {
    let colour = match picture.channels() {
        Channels::Grey => image::ExtendedColorType::L8,
        Channels::GreyAlpha => image::ExtendedColorType::La8,
        Channels::Rgb => image::ExtendedColorType::Rgb8,
        Channels::Rgba => image::ExtendedColorType::Rgba8,
    };
    let mut out = std::io::Cursor::new(Vec::new());
    let (width, height) = (picture.size().width, picture.size().height);
    image::write_buffer_with_format(&mut out, picture.data(), width, height, colour, format)
        .expect("in memory");
    out.into_inner()
}
