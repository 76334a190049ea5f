//! The syntheses that are timed and compared, native and wasm: computed windows, so that nothing is read.

use lacuna::{
    raster::{Channels, Picture, Size},
    synthesis::{DEFAULT_WORK, Step, Synthesis, SynthesisParams},
};

/// Names of the cases, in the order of their numbers.
pub(crate) const NAMES: [&str; 5] = [
    "512 window, 60x60 hole",
    "512 window, 200x200 hole",
    "512 window, 200x200 hole, guided",
    "1500 window, 700x700 hole",
    "320 window, 110x110 hole, tiles seen aslant",
];

/// Runs a case and returns a checksum of the filled window (FNV-1a, Fowler and others), the same on every machine.
/// An unknown number is case 0.
pub(crate) fn run(case: usize) -> u32 {
    let (side, hole) = [(512, 60), (512, 200), (512, 200), (1500, 700), (320, 110)]
        .get(case)
        .copied()
        .unwrap_or((512, 60));
    let window = if case == 4 { tiles(side) } else { ground(side) };
    let edge = (side - hole) / 2;
    let inside = |i: u32| (edge..edge + hole).contains(&i);
    let mask = (0..side * side)
        .map(|i| if inside(i % side) && inside(i / side) { 255 } else { 0 })
        .collect();
    let guide = (case == 2).then(|| ground(side));
    let Ok(mut synthesis) = Synthesis::start(window, mask, guide, SynthesisParams::default())
    else {
        return 0;
    };
    while synthesis.step(DEFAULT_WORK) != Step::Done {}
    synthesis
        .picture()
        .data()
        .iter()
        .fold(0x811c_9dc5, |sum: u32, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Tiles of two colours that run away from whoever looks at them. Integers only.
fn tiles(side: u32) -> Picture {
    painted(side, |x, y| {
        let near = i64::from(y) + 80;
        let (u, v) = (2304 * (i64::from(x) - i64::from(side / 2)) / near, 691_200 / near);
        let joint = u & 255 < 16 || v & 255 < 16;
        let tone = if joint { 60 } else { 90 + 100 * (((u >> 8) + (v >> 8)) & 1) as u32 };
        [tone, tone, tone - 10].map(|channel| channel + noise(x, y) % 8)
    })
}

/// Earth under a pale sky: a slope of brightness, a line across, coarse and fine grain. Integers only.
fn ground(side: u32) -> Picture {
    painted(side, |x, y| {
        let grain = noise(x, y) % 24;
        let clumps = noise(x / 7, y / 7) % 40;
        let base = if y < side / 3 {
            [170, 190, 210].map(|c| c + 30 * y / side)
        } else {
            [70, 60, 40].map(|c| c + clumps)
        };
        base.map(|channel| channel + grain)
    })
}

/// A square picture whose pixel (x, y) is `colour(x, y)`.
fn painted(side: u32, colour: impl Fn(u32, u32) -> [u32; 3]) -> Picture {
    let pixels = (0..side * side).map(|i| colour(i % side, i / side));
    let data = pixels.flat_map(|colour| colour.map(|channel| channel.min(255) as u8)).collect();
    Picture::new(Size::new(side, side), Channels::Rgb, data)
        .unwrap_or_else(|_| Picture::zeros(Size::new(1, 1), Channels::Rgb))
}

/// A number that looks random for each pixel (the finaliser of MurmurHash3).
fn noise(x: u32, y: u32) -> u32 {
    let mut h = x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}
