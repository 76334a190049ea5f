//! From a photo and a mask to a photo without what was masked.

mod document;
mod feed_forward;
mod frame;
mod graph;
mod known_answer;
mod ladder;
mod latent_diffusion;
mod params;
mod progress;

pub use document::{Document, DocumentError};
pub use feed_forward::feed_forward;
pub use frame::Sketch;
pub use graph::{Graph, GraphError, Named, Tensor, Values, take};
pub use known_answer::{KnownAnswer, KnownAnswers, WrongAnswer};
pub use ladder::{Climb, FillError, Ladder, Route};
pub use latent_diffusion::{Denoising, Preview, Question, unet_batch};
pub use params::{GuideStrength, InpaintParams, ParamsError, Seed};
pub use progress::Stage;
