//! How long fills take: `cargo bench --bench synthesis`.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use lacuna::raster::{Channels, Picture, Size};
use lacuna::synthesis::{DEFAULT_WORK, Step, Synthesis, SynthesisParams};

/// Side of the square window.
const SIDE: u32 = 512;

/// Ground of three coarse tones under fine grain: neither trivial nor hopeless.
fn window() -> Picture {
    let mut data = Vec::new();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let grain =
                (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).rotate_left(13) % 40;
            let tone = ((x / 40 + y / 33) % 3) * 50 + grain;
            data.extend_from_slice(&[tone as u8 + 20, tone as u8, (tone / 2 + y / 8) as u8]);
        }
    }
    Picture::new(Size::new(SIDE, SIDE), Channels::Rgb, data).expect("every pixel was painted")
}

/// A square hole in the middle.
fn hole(side: u32) -> Vec<u8> {
    let inside = |v: u32| v.abs_diff(SIDE / 2) < side / 2;
    (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| u8::from(inside(x) && inside(y)))).collect()
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("synthesis of a 512x512 window");
    group.sample_size(10);
    for (name, side, guided) in [
        ("hole 60x60", 60, false),
        ("hole 200x200", 200, false),
        ("hole 300x300", 300, false),
        ("hole 200x200, guided", 200, true),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || {
                    let guide = guided.then(window);
                    Synthesis::start(window(), hole(side), guide, SynthesisParams::default())
                        .expect("good input")
                },
                |mut synthesis| {
                    while synthesis.step(DEFAULT_WORK) != Step::Done {}
                    synthesis.into_picture()
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.bench_function("one step", |bencher| {
        bencher.iter_batched(
            || {
                let mut synthesis =
                    Synthesis::start(window(), hole(300), None, SynthesisParams::default())
                        .expect("good input");
                for _ in 0..6 {
                    synthesis.step(DEFAULT_WORK);
                }
                synthesis
            },
            |mut synthesis| {
                synthesis.step(DEFAULT_WORK);
                synthesis
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
