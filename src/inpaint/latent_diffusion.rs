//! Runs a latent diffusion model on a window: encode, denoise step by step, decode.
//!
//! Each of the three stages needs one graph, which whoever runs them loads and frees; nothing here holds one. A
//! [`Question`] becomes a [`Denoising`] by encoding, and that gives a picture by decoding at any step.

use super::{
    InpaintParams,
    feed_forward::{extended, extended_with, sizes},
    graph::{Graph, GraphError, Named, Tensor, Values, take},
};
use crate::{
    diffusion::{
        ColourFit, DiffusionParams, Guidance, Sampler, grown, guided, pooled, starting_noise,
        unet_input,
    },
    manifest::{LATENT_CHANNELS, LatentDiffusion, Sizing},
    raster::{
        Channels, KEEP, Picture, Range, Size, convert, from_planes, resample, resample_mask,
        to_planes,
    },
};

/// How far the mask is grown before the model sees it, in pixels of its square: what was erased leaves a rim of mixed
/// colours and compression around it.
const RIM: usize = 4;

/// A window that is ready to be encoded.
#[derive(Clone, Debug)]
pub struct Question {
    contract: LatentDiffusion,
    params: DiffusionParams,
    seed: u64,
    square: Square,
    /// The window as the model's square, RGB.
    picture: Picture,
    /// One byte a pixel of the square, 0 = keep.
    mask: Vec<u8>,
}

/// How a window lies in the model's square.
#[derive(Clone, Copy, Debug)]
struct Square {
    side: u32,
    /// The part, from the top left corner, that shows the window.
    shown: Size,
    window: Size,
}

impl Square {
    /// The window in a picture of the square.
    fn window(&self, square: &Picture) -> Picture {
        resample(&square.crop(self.shown.rect()), self.window)
    }
}

impl Question {
    /// Scales a window and its hole (one byte a pixel, 0 = keep) to the model's square. What is in the hole counts
    /// unless the run starts from noise alone: see [`crate::diffusion::Start`].
    ///
    /// # Errors
    /// [`GraphError::Shape`] when the hole is not as large as the window, or either is empty.
    pub fn new(
        contract: &LatentDiffusion,
        params: &InpaintParams,
        window: &Picture,
        hole: &[u8],
    ) -> Result<Self, GraphError> {
        let size = window.size();
        if hole.len() != size.pixels() || size.is_empty() {
            let shape = vec![size.height as usize, size.width as usize];
            return Err(GraphError::Shape { shape, values: hole.len() });
        }
        let side = contract.side;
        let (whole, shown) = sizes(Sizing::Fixed { side }, size);
        let small = resample(&convert(window, Channels::Rgb), shown);
        let data = extended(small.data(), shown, whole, 3);
        let values = data.len();
        let picture = Picture::new(whole, Channels::Rgb, data)
            .map_err(|_| GraphError::Shape { shape: vec![side as usize; 2], values })?;
        let mask = extended_with(&resample_mask(hole, size, shown), shown, whole, KEEP);
        Ok(Self {
            contract: contract.clone(),
            params: params.diffusion,
            seed: params.seed.0,
            square: Square { side, shown, window: size },
            picture,
            mask: grown(&mask, side as usize, RIM),
        })
    }

    /// Encodes what the denoising needs to know.
    ///
    /// # Errors
    /// [`GraphError`] when the graph fails, or its answer is not what the contract says.
    pub async fn encode<G: Graph>(self, encoder: &mut G) -> Result<Denoising, GraphError> {
        let Self { contract, params, seed, square, picture, mask } = self;
        let mut masked_image = to_planes(&picture, Range::Signed);
        for plane in masked_image.chunks_exact_mut(mask.len()) {
            for (value, _) in plane.iter_mut().zip(&mask).filter(|(_, mask)| **mask != KEEP) {
                // Half way between black and white.
                *value = 0.0;
            }
        }
        let latent_side = contract.latent_side as usize;
        let places = latent_side * latent_side;
        let masked = encoded(encoder, &contract, masked_image.clone()).await?;
        let sampler = Sampler::new(params.scheduler, params.steps, params.run_strength());
        let noise = starting_noise(seed, LATENT_CHANNELS, places, contract.noise_offset.get());
        let small = Size::new(contract.latent_side, contract.latent_side);
        let (latent, fit) = if params.from_noise() {
            // A range of numbers that comes from a picture always makes one again.
            let grey = from_planes(&masked_image, picture.size(), Range::Signed);
            let fit = colour_fit(&masked, &grey.unwrap_or(picture), small);
            (noise, fit)
        } else {
            let known = encoded(encoder, &contract, to_planes(&picture, Range::Signed)).await?;
            (sampler.noised(&known, &noise), colour_fit(&known, &picture, small))
        };
        let factor = (contract.side / contract.latent_side) as usize;
        let mask = pooled(&mask, contract.side as usize, factor);
        Ok(Denoising { contract, params, square, sampler, masked, mask, latent, clean: None, fit })
    }
}

/// How many members the UNet's batches have in a run with these settings; `None` where that differs from step to step.
#[must_use]
pub fn unet_batch(params: &DiffusionParams) -> Option<u64> {
    let steps = Sampler::new(params.scheduler, params.steps, params.run_strength()).steps();
    let members = |done| match guidance(params).at(done, steps) {
        Some(_) if !params.one_by_one => 2,
        _ => 1,
    };
    let first = members(0);
    (1..steps).all(|done| members(done) == first).then_some(first)
}

const fn guidance(params: &DiffusionParams) -> Guidance {
    Guidance { scale: params.guidance_scale, interval: params.guidance_interval }
}

/// A latent on its way from noise to a picture.
#[derive(Clone, Debug)]
pub struct Denoising {
    contract: LatentDiffusion,
    params: DiffusionParams,
    square: Square,
    sampler: Sampler,
    /// Four planes: the picture with nothing under the mask.
    masked: Vec<f32>,
    /// One plane, 1 = repaint.
    mask: Vec<f32>,
    /// Four planes, as noisy as the next step wants them.
    latent: Vec<f32>,
    /// What the last step took the clean latent to be.
    clean: Option<Vec<f32>>,
    fit: ColourFit,
}

impl Denoising {
    /// How many steps there are.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.sampler.steps()
    }

    /// How many of them are done.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.sampler.done()
    }

    /// The latent as it is now: four planes, scaled as the UNet has it.
    #[must_use]
    pub fn latent(&self) -> &[f32] {
        &self.latent
    }

    /// Takes the next step. After the last nothing happens.
    ///
    /// # Errors
    /// [`GraphError`] when the graph fails, or its answer is not what the contract says; the step can be tried again.
    pub async fn step<G: Graph>(&mut self, unet: &mut G) -> Result<(), GraphError> {
        let Some(timestep) = self.sampler.timestep() else { return Ok(()) };
        let noise = match guidance(&self.params).at(self.done(), self.steps()) {
            None => self.predict(unet, timestep, &[Half::Conditional]).await?,
            Some(scale) => {
                let halves = [Half::Unconditional, Half::Conditional];
                let (unconditional, conditional) = if self.params.one_by_one {
                    let unconditional = self.predict(unet, timestep, &halves[..1]).await?;
                    (unconditional, self.predict(unet, timestep, &halves[1..]).await?)
                } else {
                    let mut both = self.predict(unet, timestep, &halves).await?;
                    let conditional = both.split_off(self.latent.len());
                    (both, conditional)
                };
                guided(&unconditional, &conditional, scale)
            }
        };
        self.clean = Some(self.sampler.step(&mut self.latent, &noise));
        Ok(())
    }

    /// How the window would look if it were decoded now, roughly. `None` before the first step.
    #[must_use]
    pub fn preview(&self) -> Option<Preview> {
        let side = self.contract.latent_side;
        let colours = self.fit.colours(self.clean.as_ref()?);
        let small = Picture::new(Size::new(side, side), Channels::Rgb, colours).ok()?;
        Some(Preview { small, square: self.square })
    }

    /// Decodes what the last step took the clean latent to be: RGB, the window's size. Meaningful in the hole only.
    ///
    /// # Errors
    /// [`GraphError`] when the graph fails, or its answer is not what the contract says.
    pub async fn decode<G: Graph>(&self, decoder: &mut G) -> Result<Picture, GraphError> {
        let names = &self.contract.decoder;
        let factor = self.contract.scaling_factor.get();
        let latent = self.clean.as_ref().unwrap_or(&self.latent);
        let values = latent.iter().map(|&value| (f64::from(value) / factor) as f32).collect();
        let side = self.contract.latent_side as usize;
        let input = Tensor::new(vec![1, LATENT_CHANNELS, side, side], Values::F32(values))?;
        let outputs = decoder.run(vec![(names.latent.clone(), input)]).await?;
        let side = self.square.side as usize;
        let want = [1, 3, side, side];
        let planes = floats(outputs, &names.image, &want)?;
        let size = Size::new(self.square.side, self.square.side);
        let picture = from_planes(&planes, size, Range::Signed)
            .ok_or_else(|| GraphError::Shape { shape: want.to_vec(), values: planes.len() })?;
        Ok(self.square.window(&picture))
    }

    /// What the UNet says is noise in the latent, for each half one after the other.
    async fn predict<G: Graph>(
        &self,
        unet: &mut G,
        timestep: u32,
        halves: &[Half],
    ) -> Result<Vec<f32>, GraphError> {
        let names = &self.contract.unet;
        let side = self.contract.latent_side as usize;
        let batch = halves.len();
        let shape = |channels: usize| vec![batch, channels, side, side];
        let input = unet_input(&self.latent, &self.mask, &self.masked, batch);
        let length = i64::from(names.prompt_length);
        let prompts = halves.iter().flat_map(|half| match half {
            Half::Conditional => 0..length,
            Half::Unconditional => length..2 * length,
        });
        let prompts: Vec<i64> = prompts.collect();
        let inputs = vec![
            named(&names.latent, shape(2 * LATENT_CHANNELS + 1), Values::F32(input))?,
            named(&names.timesteps, vec![batch], Values::I64(vec![timestep.into(); batch]))?,
            named(&names.prompt, vec![batch, names.prompt_length as usize], Values::I64(prompts))?,
        ];
        floats(unet.run(inputs).await?, &names.noise, &shape(LATENT_CHANNELS))
    }
}

/// A rough look at a latent. It is taken quickly, and may be made a picture while the next step runs elsewhere.
#[derive(Clone, Debug)]
pub struct Preview {
    small: Picture,
    square: Square,
}

impl Preview {
    /// RGB: the whole window, small.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let Square { side, shown, .. } = self.square;
        // Twice as coarse as what the model sees: smooth, and quickly made.
        let middle = Size::new((side / 2).max(1), (side / 2).max(1));
        let small = resample(&self.small, middle);
        let part = |length: u32, of: u32| {
            (u64::from(length) * u64::from(of)).div_ceil(u64::from(side.max(1))) as u32
        };
        let part = Size::new(part(shown.width, middle.width), part(shown.height, middle.height));
        small.crop(part.rect())
    }
}

/// The halves of a guided step.
#[derive(Clone, Copy)]
enum Half {
    Conditional,
    Unconditional,
}

/// The scaled latent of a picture's planes.
async fn encoded<G: Graph>(
    encoder: &mut G,
    contract: &LatentDiffusion,
    planes: Vec<f32>,
) -> Result<Vec<f32>, GraphError> {
    let side = contract.side as usize;
    let names = &contract.encoder;
    let input = named(&names.image, vec![1, 3, side, side], Values::F32(planes))?;
    let side = contract.latent_side as usize;
    let outputs = encoder.run(vec![input]).await?;
    let mut moments = floats(outputs, &names.moments, &[1, 2 * LATENT_CHANNELS, side, side])?;
    // The mean; what follows is how sure the encoder is of it.
    moments.truncate(LATENT_CHANNELS * side * side);
    let factor = contract.scaling_factor.get();
    moments.iter_mut().for_each(|value| *value = (f64::from(*value) * factor) as f32);
    Ok(moments)
}

/// How a latent's channels make the colours of its picture.
fn colour_fit(latent: &[f32], picture: &Picture, small: Size) -> ColourFit {
    ColourFit::new(latent, &to_planes(&resample(picture, small), Range::Bytes))
}

fn named(name: &str, shape: Vec<usize>, values: Values) -> Result<Named, GraphError> {
    Ok((name.to_owned(), Tensor::new(shape, values)?))
}

/// The values of an output of floats.
fn floats(mut outputs: Vec<Named>, name: &str, want: &[usize]) -> Result<Vec<f32>, GraphError> {
    let (shape, values) = take(&mut outputs, name)?.into_parts();
    match values {
        Values::F32(values) if shape == want => {
            if values.iter().all(|value| value.is_finite()) {
                Ok(values)
            } else {
                Err(GraphError::NotFinite { name: name.to_owned() })
            }
        }
        values => Err(GraphError::Output {
            name: name.to_owned(),
            want: format!("f32 {want:?}"),
            got: format!("{} {shape:?}", values.element()),
        }),
    }
}
