//! Times of the pixel work of one erase on a 24-megapixel photo, and of opening and saving it.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use lacuna::raster::codec::{
    EncodeParams, JpegQuality, Limits, PngEffort, Quality, Subsampling, decode, encode,
};
use lacuna::raster::{
    Channels, Feather, Mask, Picture, Point, Rect, Size, Stroke, StrokeMode, composite, resample,
    weights, windows,
};

const PHOTO: Size = Size { width: 6000, height: 4000 };

/// Soft shapes with a little grain, so that the encoders have work as with a photo.
fn photo(size: Size) -> Picture {
    let mut data = Vec::with_capacity(size.pixels() * 3);
    let mut noise = 1u32;
    for y in 0..size.height {
        for x in 0..size.width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (noise >> 28) as i32 - 8;
            let waves = ((x / 7 % 256) as i32 - 128).abs() + ((y / 5 % 200) as i32 - 100).abs();
            for tint in [20, 0, -20] {
                data.push((waves + tint + grain).clamp(0, 255) as u8);
            }
        }
    }
    Picture::new(size, Channels::Rgb, data).expect("three bytes a pixel")
}

/// A brush of 200 pixels moved over the whole width in steps as a pen reports them.
fn long_stroke() -> Stroke {
    let points = (0..5000)
        .map(|i| Point { x: 300.0 + i as f32 * 1.08, y: 2000.0 + 800.0 * (i as f32 / 400.0).sin() })
        .collect();
    Stroke { mode: StrokeMode::Paint, radius: 100.0, points }
}

fn dot(x: f32, y: f32, radius: f32) -> Stroke {
    Stroke { mode: StrokeMode::Paint, radius, points: vec![Point { x, y }] }
}

fn erase(c: &mut Criterion) {
    let mut group = c.benchmark_group("erase");
    group.sample_size(20);
    let long = [long_stroke()];
    group.bench_function("mask of a long stroke", |b| {
        b.iter(|| Mask::rasterise(black_box(&long), PHOTO))
    });
    let small = [dot(3000.0, 2000.0, 100.0)];
    group.bench_function("mask and windows of a small dot", |b| {
        b.iter(|| windows(&Mask::rasterise(black_box(&small), PHOTO), PHOTO));
    });
    let dust: Vec<Stroke> = (1u32..=300)
        .map(|i| dot((i * 2654 % 6000) as f32, (i * 40_503 % 4000) as f32, 8.0))
        .collect();
    group.bench_function("mask and windows of 300 dots", |b| {
        b.iter(|| windows(&Mask::rasterise(black_box(&dust), PHOTO), PHOTO));
    });

    let hole = Mask::rasterise(&[dot(3000.0, 2000.0, 750.0)], PHOTO);
    let window = windows(&hole, PHOTO).remove(0);
    group.bench_function("feather of a hole of 1500 x 1500", |b| {
        b.iter(|| weights(black_box(&window.hole), window.rect.size(), Feather::default()));
    });
    let weights = weights(&window.hole, window.rect.size(), Feather::default());
    let fill = photo(window.rect.size());
    let mut target = photo(PHOTO);
    group.bench_function("composite of a hole of 1500 x 1500", |b| {
        b.iter(|| composite(&mut target, window.rect, black_box(&fill), &weights));
    });
    group.bench_function("window of 1024 x 1024 down to 512 x 512", |b| {
        let part = target.crop(Rect::between(0, 0, 1024, 1024));
        b.iter(|| resample(black_box(&part), Size::new(512, 512)));
    });
    group.finish();
}

fn files(c: &mut Criterion) {
    let mut group = c.benchmark_group("24 megapixels");
    group.sample_size(10);
    let picture = photo(PHOTO);
    let jpeg = EncodeParams::Jpeg {
        quality: JpegQuality::Level(Quality::default()),
        subsampling: Subsampling::Both,
    };
    let formats = [
        ("JPEG", jpeg),
        ("PNG preview", EncodeParams::Png(PngEffort::Preview)),
        ("PNG", EncodeParams::Png(PngEffort::Keep)),
        ("WebP", EncodeParams::WebpLossless),
    ];
    for (name, params) in formats {
        group.bench_function(format!("write {name}"), |b| {
            b.iter_batched(
                || (),
                |()| encode(black_box(&picture), None, &params),
                BatchSize::PerIteration,
            );
        });
        let file = encode(&picture, None, &params).expect("a size that all formats allow");
        group.bench_function(format!("open {name}"), |b| {
            b.iter_batched(
                || (),
                |()| decode(black_box(&file), &Limits::default()),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, erase, files);
criterion_main!(benches);
