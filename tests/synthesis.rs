//! The fill as its caller sees it: what it makes of textures, of guides, of hostile shapes and of steps.

use lacuna::raster::{Channels, Picture, Size};
use lacuna::synthesis::{Step, Synthesis, SynthesisError, SynthesisParams};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

/// A picture whose pixel (x, y) is `colour(x, y)`.
fn painted<const C: usize>(
    width: u32,
    height: u32,
    colour: impl Fn(u32, u32) -> [u8; C],
) -> Picture {
    let channels = if C == 4 { Channels::Rgba } else { Channels::Rgb };
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            data.extend_from_slice(&colour(x, y));
        }
    }
    Picture::new(Size::new(width, height), channels, data).expect("every pixel was painted")
}

/// A hole where `inside` says so.
fn holed(width: u32, height: u32, inside: impl Fn(u32, u32) -> bool) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| u8::from(inside(x, y)))
        .collect()
}

/// Runs a synthesis to its end in steps of `work`, watching its promises.
fn run(mut synthesis: Synthesis, work: u32) -> Picture {
    let mut progress = synthesis.progress();
    let mut filled = 0;
    loop {
        let step = synthesis.step(work);
        assert!(synthesis.progress() >= progress, "progress fell");
        progress = synthesis.progress();
        match step {
            Step::Working => assert!(progress < 1.0),
            Step::LevelDone { level, levels } => {
                filled += 1;
                assert_eq!(level, filled);
                assert!(level <= levels);
            }
            Step::Done => break,
        }
    }
    assert_eq!(progress, 1.0);
    assert_eq!(synthesis.step(work), Step::Done);
    let picture = synthesis.picture();
    assert!(synthesis.into_picture() == picture);
    picture
}

fn fill(window: &Picture, hole: &[u8], guide: Option<&Picture>) -> Picture {
    let synthesis =
        Synthesis::start(window.clone(), hole.to_vec(), guide.cloned(), SynthesisParams::default());
    run(synthesis.expect("good input"), 100_000)
}

/// Largest and mean absolute difference inside the hole.
fn error(a: &Picture, b: &Picture, hole: &[u8]) -> (u8, f64) {
    let channels = a.channels().count();
    let (mut worst, mut sum, mut count) = (0, 0.0, 0);
    for (at, _) in hole.iter().enumerate().filter(|(_, hole)| **hole != 0) {
        for k in 0..channels {
            let d = a.data()[at * channels + k].abs_diff(b.data()[at * channels + k]);
            worst = worst.max(d);
            sum += f64::from(d);
            count += 1;
        }
    }
    (worst, sum / f64::from(count.max(1)))
}

fn known_is_untouched(window: &Picture, filled: &Picture, hole: &[u8]) -> bool {
    let channels = window.channels().count();
    let pixels = window.data().chunks(channels).zip(filled.data().chunks(channels));
    window.size() == filled.size()
        && window.channels() == filled.channels()
        && pixels.zip(hole).all(|((a, b), &hole)| hole != 0 || a == b)
}

/// Tiles of two colours with a joint around each.
fn tiles(x: u32, y: u32) -> [u8; 3] {
    if x % 16 < 2 || y % 12 < 2 {
        [40, 40, 44]
    } else if (x / 16 + y / 12).is_multiple_of(2) {
        [190, 120, 90]
    } else {
        [170, 150, 120]
    }
}

#[test]
fn a_periodic_texture_comes_back() {
    let window = painted(160, 140, tiles);
    let hole = holed(160, 140, |x, y| (60..105).contains(&x) && (50..92).contains(&y));
    let mut broken = window.clone();
    for (at, _) in hole.iter().enumerate().filter(|(_, hole)| **hole != 0) {
        broken.data_mut()[at * 3..][..3].copy_from_slice(&[255, 0, 255]);
    }
    let filled = fill(&broken, &hole, None);
    let (_, mean) = error(&filled, &window, &hole);
    assert!(mean < 4.0, "mean error {mean}");
    assert!(known_is_untouched(&broken, &filled, &hole));
}

/// A floor of tiles in two colours, seen aslant.
fn floor(x: u32, y: u32) -> [u8; 3] {
    let mut sum = [0; 3];
    for sample in 0..9 {
        let (x, y) = (x as f32 + (sample % 3) as f32 / 3.0, y as f32 + (sample / 3) as f32 / 3.0);
        let far = 1.0 / (y + 80.0);
        let (u, v) = (9.0 * (x - 160.0) * far + 50.3, 2700.0 * far + 50.0);
        let joint = u.fract() < 0.06 || v.fract() < 0.06;
        let light = (u.floor() + v.floor()) % 2.0 == 0.0;
        let colour = if joint {
            [60, 58, 55]
        } else if light {
            [205, 200, 190]
        } else {
            [95, 100, 110]
        };
        for k in 0..3 {
            sum[k] += colour[k];
        }
    }
    sum.map(|s| (s / 9) as u8)
}

#[test]
fn a_floor_goes_on_in_perspective() {
    let window = painted(320, 280, floor);
    let hole = holed(320, 280, |x, y| x.abs_diff(165) < 55 && y.abs_diff(150) < 48);
    // What nobody knows in a model's picture: one blur.
    let guide = painted(320, 280, |_, _| [150, 150, 150]);
    for guide in [None, Some(&guide)] {
        let (_, mean) = error(&fill(&window, &hole, guide), &window, &hole);
        assert!(mean < 14.0, "mean error {mean}");
    }
}

/// Ripples on calm water: each row of waves has its own place and length.
fn ripples(x: u32, y: u32) -> [u8; 3] {
    let own = (y / 2).wrapping_mul(0x9E37_79B1).rotate_left(11);
    let (length, shift) = (17.0 + (own % 31) as f32, (own >> 8 & 0xFF) as f32);
    let wave = ((x as f32 + shift) * std::f32::consts::TAU / length).sin();
    let grain = (x.wrapping_mul(0x85EB_CA77) ^ y.wrapping_mul(0xC2B2_AE3D)).rotate_left(7) % 5;
    let shade = 100.0 + 9.0 * wave + grain as f32 + (y / 3) as f32 / 4.0;
    [shade as u8, shade as u8 + 12, shade as u8 + 30]
}

#[test]
fn calm_water_is_not_drawn_out_in_rows() {
    let window = painted(300, 240, ripples);
    let hole = holed(300, 240, |x, y| x.abs_diff(150) < 60 && y.abs_diff(120) < 70);
    let filled = fill(&window, &hole, None);
    // How often six pixels come again a few to their right, which a drawn-out row does all the time.
    let again = |picture: &Picture| {
        let mut count = 0;
        for (at, _) in hole.iter().enumerate().filter(|(_, hole)| **hole != 0) {
            let value = |at: usize| picture.data()[at * 3];
            count += u32::from((1..=12).any(|step| {
                (0..6).all(|next| value(at + next).abs_diff(value(at + step + next)) <= 1)
            }));
        }
        f64::from(count) / hole.iter().filter(|&&hole| hole != 0).count() as f64
    };
    let (there, here) = (again(&window), again(&filled));
    assert!(here < 0.05, "{here} of the fill repeats itself at once, {there} of the water");
}

#[test]
fn a_smooth_sky_has_no_facets() {
    let sky = |x: u32, y: u32| {
        [60 + (y / 2) as u8, 100 + (y / 2) as u8 + (x / 16) as u8, 200 - (y / 8) as u8]
    };
    let window = painted(200, 180, sky);
    let hole = holed(200, 180, |x, y| x.abs_diff(100) + y.abs_diff(90) < 50);
    let filled = fill(&window, &hole, None);
    let (worst, mean) = error(&filled, &window, &hole);
    assert!(worst <= 12 && mean < 3.0, "worst {worst}, mean {mean}");
}

/// Stripes along or across, of the same two colours.
fn stripes(along: bool, x: u32, y: u32) -> [u8; 3] {
    if (if along { y } else { x }) % 8 < 4 { [30, 60, 90] } else { [180, 170, 160] }
}

#[test]
fn a_guide_decides_between_two_equal_textures() {
    // Red speckle on the left, green speckle on the right, alike in everything else; the hole spans both.
    let speckle = |x: u32, y: u32| {
        (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).rotate_left(7) % 40
    };
    let red = |x: u32, y: u32| [150 + speckle(x, y) as u8, 60, 60];
    let green = |x: u32, y: u32| [60, 150 + speckle(x, y) as u8, 60];
    let window = painted(240, 180, |x, y| if x < 120 { red(x, y) } else { green(x, y) });
    let hole = holed(240, 180, |x, y| x.abs_diff(120) < 40 && y.abs_diff(90) < 40);
    let share_of_red = |picture: &Picture| {
        let inside = picture.data().chunks(3).zip(&hole).filter(|(_, hole)| **hole != 0);
        let (red, all) =
            inside.fold((0, 0), |(red, all), (p, _)| (red + u32::from(p[0] > p[1]), all + 1));
        f64::from(red) / f64::from(all)
    };
    let all_red = painted(240, 180, |_, _| [170, 60, 60]);
    let all_green = painted(240, 180, |_, _| [60, 170, 60]);
    let (with_red, with_green) = (
        share_of_red(&fill(&window, &hole, Some(&all_red))),
        share_of_red(&fill(&window, &hole, Some(&all_green))),
    );
    assert!(with_red > 0.85, "{with_red}");
    assert!(with_green < 0.15, "{with_green}");
}

#[test]
fn steps_of_any_size_give_the_same_bytes() {
    let window = painted(90, 70, |x, y| stripes((x / 30 + y / 30).is_multiple_of(2), x, y));
    let hole = holed(90, 70, |x, y| (30..60).contains(&x) && (20..50).contains(&y));
    let guide = painted(90, 70, |x, _| [x as u8, 100, 120]);
    let start = |seed| {
        let params = SynthesisParams { seed, ..SynthesisParams::default() };
        Synthesis::start(window.clone(), hole.clone(), Some(guide.clone()), params)
            .expect("good input")
    };
    let whole = run(start(5), u32::MAX);
    for work in [1, 77, 5000] {
        assert!(run(start(5), work) == whole, "steps of {work}");
    }
    assert!(run(start(6), u32::MAX) != whole, "another seed is another fill");
}

#[test]
fn a_coarse_picture_comes_first_and_keeps_what_is_known() {
    let inside = |x: u32, y: u32| x.abs_diff(150) < 50 && y.abs_diff(130) < 50;
    let window = painted(300, 260, |x, y| if inside(x, y) { [255, 0, 255] } else { tiles(x, y) });
    let hole = holed(300, 260, inside);
    let mut synthesis =
        Synthesis::start(window.clone(), hole.clone(), None, SynthesisParams::default())
            .expect("good input");
    assert!(synthesis.picture() == window);
    let mut pictures = 0;
    loop {
        match synthesis.step(20_000) {
            Step::Working => {}
            Step::LevelDone { .. } => {
                pictures += 1;
                let picture = synthesis.picture();
                assert!(known_is_untouched(&window, &picture, &hole));
                assert!(error(&picture, &window, &hole).1 > 50.0, "the magenta is gone");
            }
            Step::Done => break,
        }
    }
    assert!(pictures >= 3, "{pictures}");
}

#[test]
fn an_empty_hole_is_done_at_once() {
    let window = painted(20, 10, tiles);
    assert!(fill(&window, &[0; 200], None) == window);
}

#[test]
fn the_broad_light_of_a_guide_comes_through_where_no_patch_has_it() {
    let window = painted(230, 230, |_, _| [100, 100, 100]);
    let hole = holed(230, 230, |x, y| (30..200).contains(&x) && (30..200).contains(&y));
    // Brighter on the whole, and striped as nothing in the window is.
    let guide = painted(230, 230, |x, _| if x % 4 < 2 { [120; 3] } else { [140; 3] });
    let filled = fill(&window, &hole, Some(&guide));
    let at = |x: usize, y: usize| filled.data()[(y * 230 + x) * 3];
    assert!((108..=130).contains(&at(115, 115)), "{}", at(115, 115));
    assert!(at(32, 115) <= 104, "the rim meets what is known: {}", at(32, 115));
    let row: Vec<u8> = (90..140).map(|x| at(x, 115)).collect();
    assert!(row.windows(2).all(|w| w[0].abs_diff(w[1]) <= 1), "no stripe: {row:?}");
}

#[test]
fn without_anything_known_the_guide_or_the_mean_fills_all() {
    let window = painted(12, 9, |x, _| if x < 6 { [10, 20, 30] } else { [30, 40, 50] });
    let hole = vec![255; 12 * 9];
    assert_eq!(fill(&window, &hole, None), painted(12, 9, |_, _| [20, 30, 40]));
    let guide = painted(12, 9, |x, y| [x as u8, y as u8, 7]);
    assert_eq!(fill(&window, &hole, Some(&guide)), guide);
}

#[test]
fn one_known_pixel_fills_all() {
    let window = painted(40, 30, |x, y| if (x, y) == (3, 4) { [9, 99, 199] } else { [255, 0, 0] });
    let hole = holed(40, 30, |x, y| (x, y) != (3, 4));
    assert!(fill(&window, &hole, None) == painted(40, 30, |_, _| [9, 99, 199]));
}

#[test]
fn a_line_of_pixels_is_filled_from_its_colours() {
    for (width, height) in [(50, 1), (1, 50), (2, 40), (3, 3)] {
        let window = painted(width, height, |_, _| [70, 80, 90]);
        let hole = holed(width, height, |x, y| (x + y) % 3 == 1);
        let filled = fill(&window, &hole, None);
        assert!(filled == window, "{width}x{height}");
    }
}

#[test]
fn one_pixel_holes_take_their_neighbours_colour() {
    let window = painted(64, 64, |x, y| [100 + (x / 4) as u8, 120, 90 + (y / 4) as u8]);
    let hole = holed(64, 64, |x, y| [(0, 0), (63, 63), (30, 0), (20, 40)].contains(&(x, y)));
    let filled = fill(&window, &hole, None);
    let (worst, _) = error(&filled, &window, &hole);
    assert!(worst <= 3, "{worst}");
}

#[test]
fn the_colour_of_transparent_pixels_never_shows() {
    // Opaque grey, and a transparent half whose invisible colour is a loud red.
    let see = |x: u32, _| if x < 48 { [90, 100, 110, 255] } else { [255, 0, 0, 0] };
    let window = painted(96, 64, see);
    let hole = holed(96, 64, |x, y| x.abs_diff(48) < 14 && y.abs_diff(32) < 12);
    let filled = fill(&window, &hole, None);
    assert!(known_is_untouched(&window, &filled, &hole));
    let mut transparent = 0;
    for (pixel, _) in filled.data().chunks(4).zip(&hole).filter(|(_, hole)| **hole != 0) {
        let seen = |c: u8| u32::from(c) * u32::from(pixel[3]) / 255;
        assert!(seen(pixel[0]) <= 92, "red shows in {pixel:?}");
        transparent += u32::from(pixel[3] < 20);
    }
    assert!(transparent > 150, "the transparent half goes on: {transparent}");
}

#[test]
fn bad_input_is_refused_with_its_reason() {
    let window = painted(8, 8, tiles);
    let start = |window: &Picture, hole: usize, guide: Option<Picture>, params: SynthesisParams| {
        Synthesis::start(window.clone(), vec![1; hole], guide, params)
            .map(|_| ())
            .expect_err("bad input")
    };
    let good = SynthesisParams::default();
    assert_eq!(
        start(&window, 63, None, good.clone()),
        SynthesisError::HoleLength { want: 64, got: 63 }
    );
    let grey = Picture::zeros(Size::new(8, 8), Channels::Grey);
    assert_eq!(
        start(&grey, 64, None, good.clone()),
        SynthesisError::WindowChannels { got: Channels::Grey }
    );
    let empty = Picture::zeros(Size::new(0, 8), Channels::Rgb);
    assert_eq!(
        start(&empty, 0, None, good.clone()),
        SynthesisError::WindowSize { width: 0, height: 8 }
    );
    let long = Picture::zeros(Size::new(65_536, 1), Channels::Rgb);
    assert!(matches!(
        start(&long, 65_536, None, good.clone()),
        SynthesisError::WindowSize { width: 65_536, .. }
    ));
    let small = painted(7, 8, tiles);
    assert!(matches!(
        start(&window, 64, Some(small), good.clone()),
        SynthesisError::Guide { got_width: 7, .. }
    ));
    let strong = SynthesisParams { guide_strength: 1.5, ..good };
    assert_eq!(start(&window, 64, None, strong), SynthesisError::GuideStrength { got: 1.5 });
    let nothing = SynthesisParams { row_prior: f32::NAN, ..SynthesisParams::default() };
    assert!(matches!(start(&window, 64, None, nothing), SynthesisError::Prior { .. }));
}

/// Holes of the kinds people paint, and of kinds nobody does.
fn any_hole(width: u32, height: u32) -> impl Strategy<Value = Vec<u8>> {
    let dots = any::<u32>().prop_map(move |salt| {
        holed(width, height, |x, y| {
            (x * 31 + y * 17).wrapping_mul(salt | 1).rotate_left(9).is_multiple_of(7)
        })
    });
    let disc = (0..width, 0..height, 1..60u32).prop_map(move |(cx, cy, r)| {
        holed(width, height, |x, y| x.abs_diff(cx).pow(2) + y.abs_diff(cy).pow(2) < r * r)
    });
    let rest = (0..width, 0..height)
        .prop_map(move |(cx, cy)| holed(width, height, |x, y| x != cx || y != cy));
    let band = (0..height, 1..20u32)
        .prop_map(move |(top, rows)| holed(width, height, |_, y| y >= top && y < top + rows));
    prop_oneof![dots, disc, rest, band, Just(vec![1; (width * height) as usize])]
}

fn any_case() -> impl Strategy<Value = (u32, u32, Vec<u8>)> {
    let side = || prop_oneof![1..9u32, 9..80u32];
    (side(), side())
        .prop_flat_map(|(width, height)| (Just(width), Just(height), any_hole(width, height)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_shape_it_ends_and_keeps_what_is_known(
        (width, height, hole) in any_case(),
        alpha: bool,
        guided: bool,
        seed: u64,
        work in 1u32..50_000,
    ) {
        let noise = |x: u32, y: u32| (x.wrapping_mul(747_796_405) ^ y.wrapping_mul(2_891_336_453) ^ seed as u32).to_le_bytes();
        let window = if alpha {
            painted(width, height, noise)
        } else {
            painted(width, height, |x, y| { let [a, b, c, _] = noise(x / 3, y / 3); [a, b, c] })
        };
        let guide = guided.then(|| painted(width, height, |x, y| [x as u8, y as u8, 128]));
        let params = SynthesisParams { seed, ..SynthesisParams::default() };
        let start = || Synthesis::start(window.clone(), hole.clone(), guide.clone(), params.clone()).expect("good input");
        let filled = run(start(), work);
        prop_assert!(known_is_untouched(&window, &filled, &hole));
        prop_assert!(run(start(), u32::MAX) == filled);
    }
}
