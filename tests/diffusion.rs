//! The diffusion pipeline against a reference in NumPy: what its graphs said is played back, and what is made of it
//! compared. `tests/data/diffusion/reference.py` made the numbers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    pin::pin,
    task::{Context, Poll, Waker},
};

use lacuna::{
    diffusion::{
        DiffusionParams, GuidanceScale, Interval, Noise, Schedule, Scheduler, Start, Steps,
        Strength,
    },
    inpaint::{
        Denoising, Graph, GraphError, InpaintParams, Named, Question, Seed, Tensor, Values,
        unet_batch,
    },
    manifest::{Decoder, Encoder, Factor, LatentDiffusion, Unet},
    raster::{Channels, Picture, Size},
};
use serde::Deserialize;

const SCALING: f64 = 0.13025;

#[derive(Deserialize)]
struct Book {
    arrays: BTreeMap<String, Vec<Place>>,
    cases: BTreeMap<String, Case>,
    schedules: Vec<Timetable>,
}

#[derive(Deserialize)]
struct Place {
    at: usize,
    length: usize,
    every: usize,
}

#[derive(Deserialize)]
struct Case {
    scheduler: Scheduler,
    steps: u16,
    strength: f64,
    scale: f32,
    seed: u64,
    interval: Option<Interval>,
}

#[derive(Deserialize)]
struct Timetable {
    scheduler: Scheduler,
    steps: u16,
    strength: f64,
    timesteps: Vec<u32>,
    alphas: Vec<f64>,
}

struct Reference {
    book: Book,
    values: Vec<f32>,
}

impl Reference {
    fn load() -> Self {
        let bytes = include_bytes!("data/diffusion/replay.bin");
        let values = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
        let book = serde_json::from_str(include_str!("data/diffusion/replay.json")).unwrap();
        Self { book, values: values.collect() }
    }

    /// All arrays of a name, in order.
    fn all(&self, name: &str) -> Vec<&[f32]> {
        let places = &self.book.arrays[name];
        places.iter().map(|place| &self.values[place.at..place.at + place.length]).collect()
    }

    fn only(&self, name: &str) -> &[f32] {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name}");
        all[0]
    }

    fn every(&self, name: &str) -> usize {
        self.book.arrays[name][0].every
    }
}

/// Largest difference between the reference and as many of our values as it keeps.
fn apart(ours: &[f32], theirs: &[f32], every: usize) -> f32 {
    assert_eq!(ours.len().div_ceil(every), theirs.len());
    let pairs = ours.iter().step_by(every).zip(theirs);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A graph that answers from a list and keeps what it was asked.
#[derive(Default)]
struct Played {
    output: &'static str,
    answers: Vec<Tensor>,
    asked: Vec<Vec<Named>>,
}

impl Played {
    fn new(output: &'static str, mut answers: Vec<Tensor>) -> Self {
        answers.reverse();
        Self { output, answers, asked: Vec::new() }
    }

    fn input(&self, run: usize, name: &str) -> &Tensor {
        &self.asked[run].iter().find(|(found, _)| found == name).unwrap().1
    }

    fn floats(&self, run: usize, name: &str) -> &[f32] {
        match self.input(run, name).values() {
            Values::F32(values) => values,
            other => panic!("{name} is {}", other.element()),
        }
    }
}

impl Graph for Played {
    async fn run(&mut self, inputs: Vec<Named>) -> Result<Vec<Named>, GraphError> {
        self.asked.push(inputs);
        let answer = self.answers.pop().ok_or(GraphError::Gone)?;
        Ok(vec![(self.output.to_owned(), answer)])
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn tensor(channels: usize, side: usize, batch: usize, values: Vec<f32>) -> Tensor {
    Tensor::new(vec![batch, channels, side, side], Values::F32(values)).unwrap()
}

fn contract(side: u32) -> LatentDiffusion {
    let name = str::to_owned;
    LatentDiffusion {
        side,
        latent_side: side / 8,
        scaling_factor: Factor::new(SCALING).unwrap(),
        noise_offset: Factor::new(0.0357).unwrap(),
        encoder: Encoder { image: name("image"), moments: name("moments") },
        unet: Unet {
            latent: name("latent"),
            timesteps: name("timesteps"),
            prompt: name("input_ids"),
            prompt_length: 10,
            noise: name("noise"),
        },
        decoder: Decoder { latent: name("latent"), image: name("image") },
    }
}

/// The reference's picture: whole numbers of the place, and a red square in the middle.
fn photo(side: u32) -> Picture {
    let step = 512 / side;
    let pixel = |x: u32, y: u32| {
        let inside = |at: u32| at.abs_diff(side / 2) < side / 8;
        if inside(x) && inside(y) {
            [220, 30, 40]
        } else {
            [((x * step) >> 1) as u8, ((y * step) >> 1) as u8, (((x + y) * step) >> 2) as u8]
        }
    };
    let data = (0..side).flat_map(|y| (0..side).flat_map(move |x| pixel(x, y))).collect();
    Picture::new(Size::new(side, side), Channels::Rgb, data).unwrap()
}

fn disc(side: u32, radius: f64) -> Vec<u8> {
    let far = |at: u32| (f64::from(at) + 0.5 - f64::from(side) / 2.0).powi(2);
    let pixel = |x, y| if far(x) + far(y) <= radius * radius { 255 } else { 0 };
    (0..side).flat_map(|y| (0..side).map(move |x| pixel(x, y))).collect()
}

fn params(case: &Case) -> InpaintParams {
    let diffusion = DiffusionParams {
        steps: Steps::new(case.steps).unwrap(),
        guidance_scale: GuidanceScale::new(case.scale).unwrap(),
        guidance_interval: case.interval.unwrap_or_default(),
        strength: Strength::new(case.strength).unwrap(),
        scheduler: case.scheduler,
        start: Start::Photo,
        ..DiffusionParams::default()
    };
    InpaintParams { seed: Seed(case.seed), diffusion, ..InpaintParams::default() }
}

/// The encoder's answers: mean from the reference, and a variance that nobody may look at.
fn moments(means: &[f32], side: usize) -> Vec<Tensor> {
    let mean = 4 * side * side;
    means
        .chunks_exact(mean)
        .map(|mean| {
            let variance = vec![1e6; mean.len()];
            tensor(8, side, 1, [mean, &variance].concat())
        })
        .collect()
}

/// Plays a case: every step's latent, and what encoder and UNet were asked.
fn play(
    reference: &Reference,
    name: &str,
    case: &Case,
    params: &InpaintParams,
    side: u32,
    means: &[f32],
) -> (Denoising, Played, Played) {
    let latent_side = side as usize / 8;
    let hole = disc(side, if side == 64 { 18.8 } else { 150.25 });
    let question = Question::new(&contract(side), params, &photo(side), &hole).unwrap();
    let mut encoder = Played::new("moments", moments(means, latent_side));
    let mut denoising = now(question.encode(&mut encoder)).unwrap();

    let start = reference.only(&format!("{name}/start"));
    let every = reference.every(&format!("{name}/start"));
    assert!(apart(denoising.latent(), start, every) < 1e-5, "{name}: start");
    let latents = reference.all(&format!("{name}/latent"));
    assert_eq!(denoising.steps(), latents.len(), "{name}");

    let mut predictions = reference.all(&format!("{name}/prediction")).into_iter();
    let mut unet = Played::new("noise", Vec::new());
    for (index, want) in latents.iter().enumerate() {
        let share = index as f64 / latents.len() as f64;
        let guided = case.scale != 1.0 && case.interval.unwrap_or_default().holds(share);
        let halves: Vec<&[f32]> = predictions.by_ref().take(if guided { 2 } else { 1 }).collect();
        unet.answers = if params.diffusion.one_by_one {
            halves.iter().rev().map(|half| tensor(4, latent_side, 1, half.to_vec())).collect()
        } else {
            vec![tensor(4, latent_side, halves.len(), halves.concat())]
        };
        now(denoising.step(&mut unet)).unwrap();
        assert!(unet.answers.is_empty());
        let apart = apart(denoising.latent(), want, every);
        assert!(apart < 1e-5, "{name}: step {index} is off by {apart}");
    }
    assert!(predictions.next().is_none(), "{name}: predictions are left");
    assert_eq!(denoising.done(), latents.len());
    (denoising, encoder, unet)
}

#[test]
fn every_rule_follows_the_reference_whatever_the_unet_says() {
    let reference = Reference::load();
    let means = reference.only("small/moments");
    for (name, case) in reference.book.cases.iter().filter(|(name, _)| *name != "full") {
        // From noise alone nothing but the masked picture is encoded.
        let means = if case.strength < 1.0 { means } else { &means[..4 * 8 * 8] };
        let mut params = params(case);
        let (_, encoder, unet) = play(&reference, name, case, &params, 64, means);
        assert_eq!(encoder.asked.len(), if case.strength < 1.0 { 2 } else { 1 });
        assert!(apart(encoder.floats(0, "image"), reference.only("small/masked-image"), 1) < 1e-6);
        // Nine channels: what is denoised, the mask, and what is under it hidden.
        let input = unet.floats(0, "latent");
        assert!(apart(&input[4 * 64..5 * 64], reference.only("small/mask"), 1) == 0.0);
        let masked: Vec<f32> =
            means[..256].iter().map(|mean| (f64::from(*mean) * SCALING) as f32).collect();
        assert!(apart(&input[5 * 64..9 * 64], &masked, 1) < 1e-6);
        params.diffusion.one_by_one = true;
        play(&reference, name, case, &params, 64, means);
    }
}

#[test]
fn the_graphs_predictions_lead_where_they_lead_in_the_reference() {
    let reference = Reference::load();
    let case = &reference.book.cases["full"];
    let means = reference.only("full/moments");
    let (denoising, _, unet) = play(&reference, "full", case, &params(case), 512, means);
    let mask = &unet.floats(0, "latent")[4 * 4096..5 * 4096];
    assert!(apart(mask, reference.only("full/mask"), 1) == 0.0);
    assert_eq!(unet.input(0, "timesteps").values(), &Values::I64(vec![500, 500]));
    let prompts: Vec<i64> = (10..20).chain(0..10).collect();
    let want = Tensor::new(vec![2, 10], Values::I64(prompts)).unwrap();
    assert_eq!(unet.input(0, "input_ids"), &want);

    let planes: Vec<f32> =
        (0..3 * 512 * 512).map(|index| (index % 512) as f32 / 255.5 - 1.0).collect();
    let mut decoder = Played::new("image", vec![tensor(3, 512, 1, planes)]);
    let picture = now(denoising.decode(&mut decoder)).unwrap();
    let every = reference.every("full/decoded");
    assert!(apart(decoder.floats(0, "latent"), reference.only("full/decoded"), every) < 1e-4);
    assert_eq!(
        (picture.size(), picture.data()[0], picture.data()[511 * 3]),
        (Size::new(512, 512), 0, 255)
    );
}

#[test]
fn schedules_are_those_of_the_reference() {
    let Reference { book, .. } = Reference::load();
    assert!(book.schedules.len() > 10);
    for want in book.schedules {
        let (steps, strength) =
            (Steps::new(want.steps).unwrap(), Strength::new(want.strength).unwrap());
        let schedule = Schedule::new(want.scheduler, steps, strength);
        let timesteps: Vec<u32> = schedule.points().iter().map(|point| point.timestep).collect();
        // A run of no steps is none: where the reference has none we make one.
        if want.timesteps.is_empty() {
            assert_eq!(timesteps.len(), 1);
            continue;
        }
        assert_eq!(timesteps, want.timesteps, "{} {}", want.steps, want.strength);
        for (point, alpha) in schedule.points().iter().zip(want.alphas) {
            assert!((point.alpha - alpha).abs() < 1e-12);
        }
    }
}

#[test]
fn noise_is_the_same_wherever_it_is_made() {
    let reference = Reference::load();
    let mut noise = Noise::new((1 << 63) + 5);
    for want in reference.only("noise") {
        assert!((noise.normal() as f32 - want).abs() < 1e-6);
    }
}

#[test]
fn a_window_that_is_no_square_comes_back_at_its_size() {
    let side = 64;
    let window = Picture::zeros(Size::new(90, 40), Channels::Rgba);
    let mut hole = vec![0; 90 * 40];
    hole[20 * 90 + 45] = 255;
    let params = InpaintParams {
        diffusion: DiffusionParams {
            steps: Steps::new(2).unwrap(),
            guidance_scale: GuidanceScale::new(1.0).unwrap(),
            ..DiffusionParams::default()
        },
        ..InpaintParams::default()
    };
    let question = Question::new(&contract(side), &params, &window, &hole).unwrap();
    let mut encoder = Played::new("moments", moments(&vec![0.5; 2 * 256], 8));
    let mut denoising = now(question.encode(&mut encoder)).unwrap();
    assert!(denoising.preview().is_none());
    // The hole is a speck, so all of the picture is shown but for it; what lies beside the window repeats its edge.
    let image = encoder.floats(0, "image");
    assert!(image.iter().filter(|value| **value == 0.0).count() < 3 * 120);
    assert!(image.iter().all(|value| *value == 0.0 || *value == -1.0));
    assert_eq!(denoising.steps(), 1);
    let mut unet = Played::new("noise", vec![tensor(4, 8, 1, vec![0.0; 256])]);
    now(denoising.step(&mut unet)).unwrap();
    assert_eq!(denoising.preview().unwrap().picture().size(), Size::new(32, 14));
    now(denoising.step(&mut unet)).unwrap();
    assert_eq!(unet.asked.len(), 1, "nothing is asked after the last step");
    let mut decoder = Played::new("image", vec![tensor(3, 64, 1, vec![1.0; 3 * 64 * 64])]);
    let picture = now(denoising.decode(&mut decoder)).unwrap();
    assert_eq!((picture.size(), picture.data()[0]), (window.size(), 255));
}

#[test]
fn answers_that_break_the_contract_are_errors() {
    let side = 64;
    let case = Case {
        scheduler: Scheduler::Ddim,
        steps: 2,
        strength: 1.0,
        scale: 1.0,
        seed: 0,
        interval: None,
    };
    let question =
        || Question::new(&contract(side), &params(&case), &photo(side), &disc(side, 9.0)).unwrap();
    let answer = |tensor: Tensor| {
        let mut encoder = Played::new("moments", vec![tensor]);
        now(question().encode(&mut encoder)).map(|_| ()).unwrap_err()
    };
    assert!(matches!(answer(tensor(4, 8, 1, vec![0.0; 256])), GraphError::Output { .. }));
    let mut wild = vec![0.0; 512];
    wild[3] = f32::NAN;
    assert!(matches!(answer(tensor(8, 8, 1, wild)), GraphError::NotFinite { .. }));
    let bytes = Tensor::new(vec![1, 8, 8, 8], Values::U8(vec![0; 512])).unwrap();
    assert!(matches!(answer(bytes), GraphError::Output { .. }));
    let small = Question::new(&contract(side), &params(&case), &photo(side), &[0; 3]);
    assert!(matches!(small, Err(GraphError::Shape { .. })));

    let mut encoder = Played::new("moments", moments(&vec![0.5; 256], 8));
    let mut denoising = now(question().encode(&mut encoder)).unwrap();
    let before = denoising.latent().to_vec();
    let mut unet = Played::new("noise", Vec::new());
    assert_eq!(now(denoising.step(&mut unet)), Err(GraphError::Gone));
    assert_eq!((denoising.latent(), denoising.done()), (before.as_slice(), 0));
}

#[test]
fn batches_are_known_where_all_steps_are_alike() {
    let params = DiffusionParams::default();
    assert_eq!(unet_batch(&params), Some(2));
    assert_eq!(unet_batch(&DiffusionParams { one_by_one: true, ..params }), Some(1));
    let unguided = GuidanceScale::new(1.0).unwrap();
    assert_eq!(unet_batch(&DiffusionParams { guidance_scale: unguided, ..params }), Some(1));
    let part = Interval::new(0.2, 0.8).unwrap();
    assert_eq!(unet_batch(&DiffusionParams { guidance_interval: part, ..params }), None);
    let none = Interval::new(0.0, 0.0).unwrap();
    assert_eq!(unet_batch(&DiffusionParams { guidance_interval: none, ..params }), Some(1));
}
