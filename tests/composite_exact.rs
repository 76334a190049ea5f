//! From strokes to a composite: pixels of weight 0 keep their bytes, painted pixels become the fill.

use lacuna::raster::{
    Channels, Feather, Mask, Picture, Point, Size, Stroke, StrokeMode, composite, convert, weights,
    windows,
};
use proptest::prelude::*;

fn any_channels() -> impl Strategy<Value = Channels> {
    prop_oneof![
        Just(Channels::Grey),
        Just(Channels::GreyAlpha),
        Just(Channels::Rgb),
        Just(Channels::Rgba)
    ]
}

fn any_stroke() -> impl Strategy<Value = Stroke> {
    let point = (-20f32..420.0, -20f32..320.0).prop_map(|(x, y)| Point { x, y });
    (prop::bool::weighted(0.8), 0.3f32..30.0, prop::collection::vec(point, 1..5)).prop_map(
        |(paint, radius, points)| Stroke {
            mode: if paint { StrokeMode::Paint } else { StrokeMode::Unpaint },
            radius,
            points,
        },
    )
}

/// A picture of bytes that differ from pixel to pixel and from seed to seed.
fn noise(size: Size, channels: Channels, seed: u32) -> Picture {
    let data = (0..(size.pixels() * channels.count()) as u32)
        .map(|i| {
            ((i ^ seed).wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(0x85eb_ca6b) >> 24)
                as u8
        })
        .collect();
    Picture::new(size, channels, data).expect("as many bytes as the picture has")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn only_weighted_pixels_change(
        width in 1u32..400, height in 1u32..300, channels in any_channels(), fill_channels in any_channels(),
        strokes in prop::collection::vec(any_stroke(), 0..5), feather in 0u8..=Feather::MAX, seed in any::<u32>(),
    ) {
        let size = Size::new(width, height);
        let feather = Feather::new(feather).expect("in range");
        let original = noise(size, channels, seed);
        let mask = Mask::rasterise(&strokes, size);
        let mut photo = original.clone();
        // What each pixel may become: untouched unless a window gives it a weight.
        let mut all_weights = vec![0u8; size.pixels()];
        let mut wanted = original.clone();
        for window in windows(&mask, size) {
            let fill = noise(window.rect.size(), fill_channels, !seed);
            let weights = weights(&window.hole, window.rect.size(), feather);
            composite(&mut photo, window.rect, &fill, &weights).expect("sizes agree");
            wanted.paste(&convert(&fill, channels), window.rect.x, window.rect.y);
            for y in 0..window.rect.height {
                for x in 0..window.rect.width {
                    let weight = weights[(y * window.rect.width + x) as usize];
                    all_weights[((window.rect.y + y) * width + window.rect.x + x) as usize] = weight;
                    prop_assert!(weight == 0 || window.touched(feather).contains(window.rect.x + x, window.rect.y + y));
                }
            }
        }
        let bytes = channels.count();
        for i in 0..size.pixels() {
            let (x, y) = (i as u32 % width, i as u32 / width);
            let at = i * bytes..(i + 1) * bytes;
            prop_assert_eq!(all_weights[i] == 255, mask.contains(x, y), "painted pixels weigh all");
            if all_weights[i] == 0 {
                prop_assert_eq!(&photo.data()[at.clone()], &original.data()[at], "pixel {} {}", x, y);
            } else if all_weights[i] == 255 {
                prop_assert_eq!(&photo.data()[at.clone()], &wanted.data()[at], "pixel {} {}", x, y);
            }
        }
    }
}
