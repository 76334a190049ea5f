//! What reproduces a result: the photo's size, and for each erase its model, settings and strokes.

use serde::{Deserialize, Serialize};

use super::{
    ShareError,
    bytes::{Reader, put_block, put_number},
    strokes::{COARSEST, put_strokes, read_strokes},
};
use crate::{
    diffusion::{
        DiffusionError, DiffusionParams, GuidanceScale, Interval, Scheduler, Start, Steps, Strength,
    },
    inpaint::{GuideStrength, InpaintParams, Seed},
    raster::{Feather, Size, Stroke},
};

/// The most erases in one recipe.
const MOST_STEPS: u32 = 256;
/// The longest name of a model.
const LONGEST_NAME: usize = 32;
/// In links strokes lie on a grid with about so many units along the photo's longest side.
const LINK_GRID: u32 = 1_024;

const FEATHER: u8 = 1;
const GUIDE_STRENGTH: u8 = 2;
const DIFFUSION: u8 = 4;

/// The settings that are not written down. They are part of version 1, whatever becomes the default elsewhere.
const PLAIN_FEATHER: u8 = 4;
const PLAIN_GUIDE_STRENGTH: f32 = 0.5;
/// 20 steps of DDIM from the filled hole, guidance 2 all the way, strength 0.99.
const PLAIN_DIFFUSION: [u8; 14] =
    [20, 0, 0, 0, 0x40, 0xae, 0x47, 0xe1, 0x7a, 0x14, 0xae, 0xef, 0x3f, 0];

/// In the last byte of a denoising run's settings: the rule, the start, and whether guidance has an interval.
const DPM_SOLVER: u8 = 1;
const FROM_PHOTO: u8 = 2;
const FROM_NOISE: u8 = 4;
const PARTLY_GUIDED: u8 = 8;

/// One erase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Name of what filled the hole: small letters, digits, `.`, `_` and `-`.
    pub model: String,
    /// The settings.
    pub params: InpaintParams,
    /// The mask, in photo pixels.
    pub strokes: Vec<Stroke>,
}

/// All erases of a photo in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Width and height of the photo.
    pub photo: Size,
    /// The erases.
    pub steps: Vec<Step>,
    /// The grid that strokes are written on, in eighths of a pixel, 1 to 4,096.
    pub unit: u32,
}

impl Recipe {
    /// A recipe for a link: strokes are as fine as a preview can show.
    #[must_use]
    pub fn for_link(photo: Size, steps: Vec<Step>) -> Self {
        let unit = photo.width.max(photo.height).saturating_mul(8) / LINK_GRID;
        Self { photo, steps, unit: unit.clamp(1, COARSEST) }
    }

    /// The recipe as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let unit = self.unit.clamp(1, COARSEST);
        let mut out = Vec::new();
        put_number(&mut out, u64::from(self.photo.width));
        put_number(&mut out, u64::from(self.photo.height));
        put_number(&mut out, u64::from(unit));
        let steps = &self.steps[..self.steps.len().min(MOST_STEPS as usize)];
        put_number(&mut out, steps.len() as u64);
        for step in steps {
            step.put(&mut out, unit);
        }
        out
    }

    /// Reads a recipe.
    ///
    /// # Errors
    /// [`ShareError`] when it was not written here.
    pub fn decode(bytes: &[u8]) -> Result<Self, ShareError> {
        let mut from = Reader::new(bytes);
        let photo = Size::new(from.small(u32::MAX)?, from.small(u32::MAX)?);
        let unit = from.small(COARSEST)?;
        let count = from.small(MOST_STEPS)?;
        if unit == 0 {
            return Err(ShareError::Altered);
        }
        let mut steps = Vec::new();
        for _ in 0..count {
            steps.push(Step::read(&mut from, unit)?);
        }
        if from.left() > 0 {
            return Err(ShareError::Altered);
        }
        Ok(Self { photo, steps, unit })
    }
}

impl Step {
    pub(super) fn put(&self, out: &mut Vec<u8>, unit: u32) {
        let (feather, strength) = (self.params.feather.pixels(), self.params.guide_strength.get());
        let diffusion = diffusion_bytes(&self.params.diffusion);
        let flags = if feather == PLAIN_FEATHER { 0 } else { FEATHER }
            | if strength == PLAIN_GUIDE_STRENGTH { 0 } else { GUIDE_STRENGTH }
            | if diffusion == PLAIN_DIFFUSION { 0 } else { DIFFUSION };
        let name: Vec<u8> = self.model.bytes().filter(is_plain).take(LONGEST_NAME).collect();
        put_block(out, &name);
        put_number(out, self.params.seed.0);
        out.push(flags);
        if flags & FEATHER != 0 {
            out.push(feather);
        }
        if flags & GUIDE_STRENGTH != 0 {
            out.extend_from_slice(&strength.to_le_bytes());
        }
        if flags & DIFFUSION != 0 {
            out.extend_from_slice(&diffusion);
        }
        put_strokes(out, &self.strokes, unit);
    }

    pub(super) fn read(from: &mut Reader<'_>, unit: u32) -> Result<Self, ShareError> {
        let name = from.block(LONGEST_NAME)?;
        if !name.iter().all(is_plain) {
            return Err(ShareError::Altered);
        }
        let model = name.iter().map(|&byte| char::from(byte)).collect();
        let seed = Seed(from.number(u64::MAX)?);
        let flags = from.byte()?;
        if flags & !(FEATHER | GUIDE_STRENGTH | DIFFUSION) != 0 {
            return Err(ShareError::Altered);
        }
        let feather = if flags & FEATHER != 0 { from.byte()? } else { PLAIN_FEATHER };
        let strength = if flags & GUIDE_STRENGTH != 0 {
            f32::from_le_bytes(from.array()?)
        } else {
            PLAIN_GUIDE_STRENGTH
        };
        let params = InpaintParams {
            seed,
            feather: Feather::new(feather).map_err(|_| ShareError::Altered)?,
            guide_strength: GuideStrength::new(strength).map_err(|_| ShareError::Altered)?,
            diffusion: if flags & DIFFUSION != 0 {
                read_diffusion(from)?
            } else {
                read_diffusion(&mut Reader::new(&PLAIN_DIFFUSION))?
            },
        };
        Ok(Self { model, params, strokes: read_strokes(from, unit)? })
    }
}

/// What decides about the picture of a denoising run; what the machine decides about, its memory, is not told.
fn diffusion_bytes(params: &DiffusionParams) -> Vec<u8> {
    let mut out = Vec::with_capacity(PLAIN_DIFFUSION.len());
    put_number(&mut out, u64::from(params.steps.get()));
    out.extend_from_slice(&params.guidance_scale.get().to_le_bytes());
    out.extend_from_slice(&params.strength.get().to_le_bytes());
    let rule = match params.scheduler {
        Scheduler::Ddim => 0,
        Scheduler::DpmSolver => DPM_SOLVER,
    };
    let start = match params.start {
        Start::Filled => 0,
        Start::Photo => FROM_PHOTO,
        Start::Noise => FROM_NOISE,
    };
    let (since, until) = params.guidance_interval.into();
    let whole = (since, until) == (0.0, 1.0);
    out.push(rule | start | if whole { 0 } else { PARTLY_GUIDED });
    if !whole {
        out.extend_from_slice(&since.to_le_bytes());
        out.extend_from_slice(&until.to_le_bytes());
    }
    out
}

fn read_diffusion(from: &mut Reader<'_>) -> Result<DiffusionParams, ShareError> {
    let refused = |_: DiffusionError| ShareError::Altered;
    let steps = from.small(u16::MAX.into())? as u16;
    let guidance = f32::from_le_bytes(from.array()?);
    let strength = f64::from_le_bytes(from.array()?);
    let way = from.byte()?;
    if way & !(DPM_SOLVER | FROM_PHOTO | FROM_NOISE | PARTLY_GUIDED) != 0 {
        return Err(ShareError::Altered);
    }
    let (since, until) = if way & PARTLY_GUIDED != 0 {
        (f64::from_le_bytes(from.array()?), f64::from_le_bytes(from.array()?))
    } else {
        (0.0, 1.0)
    };
    Ok(DiffusionParams {
        steps: Steps::new(steps).map_err(refused)?,
        guidance_scale: GuidanceScale::new(guidance).map_err(refused)?,
        guidance_interval: Interval::new(since, until).map_err(refused)?,
        strength: Strength::new(strength).map_err(refused)?,
        scheduler: if way & DPM_SOLVER == 0 { Scheduler::Ddim } else { Scheduler::DpmSolver },
        start: match way & (FROM_PHOTO | FROM_NOISE) {
            0 => Start::Filled,
            FROM_PHOTO => Start::Photo,
            FROM_NOISE => Start::Noise,
            _ => return Err(ShareError::Altered),
        },
        ..DiffusionParams::default()
    })
}

/// Whether a byte may stand in a model's name.
fn is_plain(byte: &u8) -> bool {
    byte.is_ascii_lowercase() || b"0123456789._-".contains(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{Point, StrokeMode};

    fn step(model: &str, params: InpaintParams) -> Step {
        let points = vec![Point { x: 10.0, y: 20.0 }, Point { x: 30.5, y: 25.125 }];
        let stroke = Stroke { mode: StrokeMode::Paint, radius: 7.25, points };
        Step { model: model.to_owned(), params, strokes: vec![stroke] }
    }

    #[test]
    fn a_recipe_survives() {
        let odd = InpaintParams {
            seed: Seed(u64::MAX),
            feather: Feather::new(9).expect("in range"),
            guide_strength: GuideStrength::new(0.3).expect("in range"),
            diffusion: DiffusionParams {
                steps: Steps::new(12).expect("in range"),
                guidance_scale: GuidanceScale::new(1.5).expect("in range"),
                guidance_interval: Interval::new(0.25, 0.75).expect("in range"),
                strength: Strength::new(0.7).expect("in range"),
                scheduler: Scheduler::DpmSolver,
                start: Start::Photo,
                ..DiffusionParams::default()
            },
        };
        let steps = vec![step("auto", InpaintParams::default()), step("mi-gan.v2", odd)];
        let recipe = Recipe { photo: Size::new(6_000, 4_000), steps, unit: 1 };
        assert_eq!(Recipe::decode(&recipe.encode()), Ok(recipe));
    }

    #[test]
    fn what_is_plain_in_version_1_takes_no_room_and_stays() {
        let plain = read_diffusion(&mut Reader::new(&PLAIN_DIFFUSION)).expect("plain");
        assert_eq!(diffusion_bytes(&plain), PLAIN_DIFFUSION);
        assert_eq!((plain.steps.get(), plain.guidance_scale.get()), (20, 2.0));
        assert_eq!((plain.strength.get(), plain.scheduler), (0.99, Scheduler::Ddim));
        assert_eq!((plain.start, plain.guidance_interval), (Start::Filled, Interval::default()));
        // What the machine decides about is not told.
        let spare = DiffusionParams { one_by_one: true, keep_graphs: true, ..plain };
        assert_eq!(diffusion_bytes(&spare), PLAIN_DIFFUSION);
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let good = diffusion_bytes(&DiffusionParams::default());
        let with = |at: usize, value: &[u8]| {
            let mut bytes = good.clone();
            bytes[at..at + value.len()].copy_from_slice(value);
            read_diffusion(&mut Reader::new(&bytes))
        };
        assert!(with(0, &[20]).is_ok());
        for (at, value) in [
            (0, &[0][..]),
            (0, &[101]),
            (1, &f32::NAN.to_le_bytes()),
            (1, &20.5_f32.to_le_bytes()),
            (5, &0.0_f64.to_le_bytes()),
            (5, &f64::INFINITY.to_le_bytes()),
            (13, &[FROM_PHOTO | FROM_NOISE]),
            (13, &[16]),
        ] {
            assert_eq!(with(at, value), Err(ShareError::Altered), "{at} {value:?}");
        }
        assert_eq!(with(13, &[PARTLY_GUIDED]), Err(ShareError::Cut));
    }

    #[test]
    fn in_a_link_strokes_are_coarser() {
        let fine = Recipe::for_link(Size::new(640, 480), vec![]);
        let coarse = Recipe::for_link(Size::new(6_000, 4_000), vec![]);
        assert_eq!((fine.unit, coarse.unit), (5, 46));
        assert_eq!(Recipe::for_link(Size::new(0, 0), vec![]).unit, 1);
    }

    #[test]
    fn names_are_plain() {
        let mut bad = step("auto", InpaintParams::default());
        bad.model = "<b>".to_owned();
        let recipe = Recipe { photo: Size::new(1, 1), steps: vec![bad], unit: 1 };
        let mut bytes = recipe.encode();
        let read = Recipe::decode(&bytes).expect("what is not plain was left out");
        assert_eq!(read.steps[0].model, "b");
        let name = bytes.iter().position(|&byte| byte == b'b').expect("stands there");
        bytes[name] = b'<';
        assert_eq!(Recipe::decode(&bytes), Err(ShareError::Altered));
    }
}
