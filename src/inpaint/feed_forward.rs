//! Runs a feed-forward model on a window: scale down, one run, scale up; all by the model's contract.

use super::graph::{Graph, GraphError, Named, Tensor, Values, take};
use crate::{
    manifest::{
        Element, FeedForward, Inputs, MaskMeaning, MaskPlace, Sizing, UnderMask, ValueRange,
    },
    raster::{Channels, KEEP, Picture, Range, Size, convert, from_planes, resample, resample_mask},
};

/// What a graph is given, and what is needed to read its answer.
#[derive(Clone, Debug, PartialEq)]
struct Prepared {
    /// The inputs.
    inputs: Vec<Named>,
    /// Size of the tensors.
    tensor: Size,
    /// The part of them, from the top left corner, that shows the window.
    shown: Size,
    /// Size of the window.
    window: Size,
}

/// The picture that the model makes of a window, at the window's size, RGB. It is meaningful inside the hole only.
///
/// `hole` has one byte a pixel of the window, 0 = keep.
///
/// # Errors
/// [`GraphError`] when the graph fails, or its answer is not what the contract says.
pub async fn feed_forward<G: Graph>(
    graph: &mut G,
    contract: &FeedForward,
    window: &Picture,
    hole: &[u8],
) -> Result<Picture, GraphError> {
    let mut prepared = prepare(contract, window, hole)?;
    let inputs = std::mem::take(&mut prepared.inputs);
    let outputs = graph.run(inputs).await?;
    finish(contract, &prepared, outputs)
}

/// Scales a window and its hole to the model's size and makes tensors of them.
///
/// # Errors
/// [`GraphError::Shape`] when the hole is not as large as the window.
fn prepare(contract: &FeedForward, window: &Picture, hole: &[u8]) -> Result<Prepared, GraphError> {
    let size = window.size();
    if hole.len() != size.pixels() || size.is_empty() {
        return Err(GraphError::Shape {
            shape: vec![size.height as usize, size.width as usize],
            values: hole.len(),
        });
    }
    let (tensor, shown) = sizes(contract.size, size);
    let small = resample(&convert(window, Channels::Rgb), shown);
    let hole = resample_mask(hole, size, shown);
    let small = extended(small.data(), shown, tensor, 3);
    // What was added beside the window is known: it only repeats the edge.
    let hole = extended_with(&hole, shown, tensor, KEEP);

    let colours = colours(contract, &small, &hole);
    let mask: Vec<bool> = hole
        .iter()
        .map(|&byte| (byte != KEEP) == (contract.mask_high == MaskMeaning::Repaint))
        .collect();
    let (height, width) = (tensor.height as usize, tensor.width as usize);
    let make = |channels: usize, planes: Planes| {
        Tensor::new(vec![1, channels, height, width], planes.into_values())
    };
    let mask = Planes::of_mask(&mask, contract.element);
    let inputs = match &contract.inputs {
        Inputs::Separate { image, mask: name } => {
            vec![(image.clone(), make(3, colours)?), (name.clone(), make(1, mask)?)]
        }
        Inputs::Concatenated { name, mask: place } => {
            let planes = match place {
                MaskPlace::First => mask.then(colours),
                MaskPlace::Last => colours.then(mask),
            };
            vec![(name.clone(), make(4, planes)?)]
        }
    };
    Ok(Prepared { inputs, tensor, shown, window: size })
}

/// Makes a picture of the window's size of a graph's answer.
///
/// # Errors
/// [`GraphError`] when the answer is not what the contract says or holds what is no number.
fn finish(
    contract: &FeedForward,
    prepared: &Prepared,
    mut outputs: Vec<Named>,
) -> Result<Picture, GraphError> {
    let name = &contract.output.name;
    let tensor = take(&mut outputs, name)?;
    let size = prepared.tensor;
    let want = [1, 3, size.height as usize, size.width as usize];
    let (shape, values) = tensor.into_parts();
    let wrong = |got: String| GraphError::Output {
        name: name.clone(),
        want: format!("{:?} {want:?}", contract.output.element),
        got,
    };
    if shape != want {
        return Err(wrong(format!("{shape:?}")));
    }
    let range = range(contract.output.range);
    let picture = match (values, contract.output.element) {
        (Values::F32(values), Element::F32) => {
            if !values.iter().all(|value| value.is_finite()) {
                return Err(GraphError::NotFinite { name: name.clone() });
            }
            from_planes(&values, size, range)
        }
        (Values::U8(values), Element::U8) => interleaved(&values, size),
        (values, _) => return Err(wrong(values.element().to_owned())),
    };
    // The length was checked with the shape.
    let picture = picture.ok_or_else(|| wrong("of another length".to_owned()))?;
    Ok(resample(&picture.crop(prepared.shown.rect()), prepared.window))
}

/// Size of the tensors for a window, and the part of them that shows the window.
///
/// The window is scaled so that its long side is the one at which the model is at its best. Sides that are rounded
/// to a multiple stretch the picture by a few per cent at most; a fixed square is filled up beside the picture
/// instead, since it may differ much.
pub(super) fn sizes(sizing: Sizing, window: Size) -> (Size, Size) {
    let long = f64::from(window.width.max(window.height));
    let scaled = |side: u32, best: u32| f64::from(side) * f64::from(best) / long;
    match sizing {
        Sizing::Fixed { side } => {
            let fit = |length: u32| (scaled(length, side).round() as u32).clamp(1, side);
            (Size::new(side, side), Size::new(fit(window.width), fit(window.height)))
        }
        Sizing::Multiple { of, best } => {
            let fit = |length: u32| {
                let steps = (scaled(length, best) / f64::from(of)).round() as u32;
                steps.clamp(1, best / of) * of
            };
            let size = Size::new(fit(window.width), fit(window.height));
            (size, size)
        }
    }
}

/// Rows of `channels` bytes a pixel, grown to the right and downwards by repeating the edge.
pub(super) fn extended(data: &[u8], from: Size, to: Size, channels: usize) -> Vec<u8> {
    if from == to {
        return data.to_vec();
    }
    let row = from.width as usize * channels;
    let mut out = Vec::with_capacity(to.pixels() * channels);
    for y in 0..to.height as usize {
        let line = &data[y.min(from.height as usize - 1) * row..][..row];
        out.extend_from_slice(line);
        for _ in from.width..to.width {
            out.extend_from_slice(&line[row - channels..]);
        }
    }
    out
}

/// One byte a pixel, grown to the right and downwards by `value`.
pub(super) fn extended_with(data: &[u8], from: Size, to: Size, value: u8) -> Vec<u8> {
    let mut out = vec![value; to.pixels()];
    let (from, to) = (from.width as usize, to.width as usize);
    for (out, line) in out.chunks_exact_mut(to).zip(data.chunks_exact(from)) {
        out[..from].copy_from_slice(line);
    }
    out
}

/// The colours of interleaved RGB as planes, with what the contract wants to be hidden hidden.
fn colours(contract: &FeedForward, rgb: &[u8], hole: &[u8]) -> Planes {
    let hides = contract.under_mask == UnderMask::Zero;
    let shown = |plane: usize| {
        let pixels = rgb.iter().skip(plane).step_by(3).zip(hole);
        pixels.map(move |(&byte, &hole)| (byte, hides && hole != KEEP))
    };
    match contract.element {
        Element::F32 => {
            let range = range(contract.range);
            let table: Vec<f32> = (0..=255).map(|byte| range.value(byte)).collect();
            let value =
                |(byte, hidden): (u8, bool)| if hidden { 0.0 } else { table[usize::from(byte)] };
            Planes::F32((0..3).flat_map(shown).map(value).collect())
        }
        Element::U8 => {
            let value = |(byte, hidden)| if hidden { 0 } else { byte };
            Planes::U8((0..3).flat_map(shown).map(value).collect())
        }
    }
}

const fn range(range: ValueRange) -> Range {
    match range {
        ValueRange::Unit => Range::Unit,
        ValueRange::Signed => Range::Signed,
        ValueRange::Bytes => Range::Bytes,
    }
}

/// Three planes of bytes as an RGB picture.
fn interleaved(planes: &[u8], size: Size) -> Option<Picture> {
    let pixels = size.pixels();
    if planes.len() != 3 * pixels {
        return None;
    }
    let data = (0..pixels).flat_map(|i| [planes[i], planes[pixels + i], planes[2 * pixels + i]]);
    Picture::new(size, Channels::Rgb, data.collect()).ok()
}

/// Planes one after the other, of one element type.
enum Planes {
    F32(Vec<f32>),
    U8(Vec<u8>),
}

impl Planes {
    fn of_mask(high: &[bool], element: Element) -> Self {
        match element {
            Element::F32 => Self::F32(high.iter().map(|&high| f32::from(u8::from(high))).collect()),
            Element::U8 => Self::U8(high.iter().map(|&high| if high { 255 } else { 0 }).collect()),
        }
    }

    /// These, then those of `other`; a contract has one element type, so both are of the same.
    fn then(self, other: Self) -> Self {
        match (self, other) {
            (Self::F32(mut first), Self::F32(then)) => {
                first.extend(then);
                Self::F32(first)
            }
            (Self::U8(mut first), Self::U8(then)) => {
                first.extend(then);
                Self::U8(first)
            }
            (first, _) => first,
        }
    }

    fn into_values(self) -> Values {
        match self {
            Self::F32(values) => Values::F32(values),
            Self::U8(values) => Values::U8(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        inpaint::graph::doubles::{Double, now},
        manifest::Output,
        raster::REPAINT,
    };

    fn contract() -> FeedForward {
        FeedForward {
            inputs: Inputs::Separate { image: "image".to_owned(), mask: "mask".to_owned() },
            element: Element::F32,
            range: ValueRange::Unit,
            mask_high: MaskMeaning::Repaint,
            under_mask: UnderMask::Photo,
            size: Sizing::Multiple { of: 1, best: 2 },
            output: Output {
                name: "result".to_owned(),
                element: Element::F32,
                range: ValueRange::Unit,
            },
        }
    }

    /// Two by one: white and red; the second is to be repainted.
    fn window() -> (Picture, Vec<u8>) {
        let data = vec![255, 255, 255, 255, 0, 51];
        let picture = Picture::new(Size::new(2, 1), Channels::Rgb, data).expect("fits");
        (picture, vec![KEEP, REPAINT])
    }

    fn inputs(contract: &FeedForward) -> Vec<Named> {
        let (window, hole) = window();
        prepare(contract, &window, &hole).expect("fits").inputs
    }

    fn named(name: &str, shape: [usize; 4], values: Values) -> Named {
        (name.to_owned(), Tensor::new(shape.to_vec(), values).expect("fits"))
    }

    #[test]
    fn two_tensors_of_floats() {
        let image = Values::F32(vec![1.0, 1.0, 1.0, 0.0, 1.0, 0.2]);
        let mask = Values::F32(vec![0.0, 1.0]);
        let want = [named("image", [1, 3, 1, 2], image), named("mask", [1, 1, 1, 2], mask)];
        assert_eq!(inputs(&contract()), want);
    }

    #[test]
    fn bytes_with_an_inverted_mask() {
        let contract = FeedForward {
            element: Element::U8,
            range: ValueRange::Bytes,
            mask_high: MaskMeaning::Keep,
            ..contract()
        };
        let image = Values::U8(vec![255, 255, 255, 0, 255, 51]);
        let mask = Values::U8(vec![255, 0]);
        let want = [named("image", [1, 3, 1, 2], image), named("mask", [1, 1, 1, 2], mask)];
        assert_eq!(inputs(&contract), want);
    }

    #[test]
    fn four_channels_in_one_with_the_hole_hidden() {
        let concatenated = |mask, under_mask, range| FeedForward {
            inputs: Inputs::Concatenated { name: "input".to_owned(), mask },
            under_mask,
            range,
            ..contract()
        };
        let contract = concatenated(MaskPlace::Last, UnderMask::Zero, ValueRange::Unit);
        let values = Values::F32(vec![1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(inputs(&contract), [named("input", [1, 4, 1, 2], values)]);
        let contract = concatenated(MaskPlace::First, UnderMask::Photo, ValueRange::Signed);
        let values = Values::F32(vec![0.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0, 51.0 / 127.5 - 1.0]);
        assert_eq!(inputs(&contract), [named("input", [1, 4, 1, 2], values)]);
        let contract = concatenated(MaskPlace::Last, UnderMask::Zero, ValueRange::Bytes);
        let values = Values::F32(vec![255.0, 0.0, 255.0, 0.0, 255.0, 0.0, 0.0, 1.0]);
        assert_eq!(inputs(&contract), [named("input", [1, 4, 1, 2], values)]);
    }

    #[test]
    fn a_fixed_square_is_filled_up_with_known_pixels() {
        let contract = FeedForward { size: Sizing::Fixed { side: 2 }, ..contract() };
        let image = Values::F32(vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.2, 1.0, 0.2]);
        let mask = Values::F32(vec![0.0, 1.0, 0.0, 0.0]);
        let want = [named("image", [1, 3, 2, 2], image.clone()), named("mask", [1, 1, 2, 2], mask)];
        assert_eq!(inputs(&contract), want);
        // What the graph says about the filling is left out again.
        let (window, hole) = window();
        let mut echo = Double(|_| Ok(vec![named("result", [1, 3, 2, 2], image.clone())]));
        let picture = now(feed_forward(&mut echo, &contract, &window, &hole)).expect("runs");
        assert_eq!(picture, window);
    }

    #[test]
    fn sizes_are_multiples_near_the_shape_of_the_window() {
        let swift = Sizing::Multiple { of: 16, best: 256 };
        for (window, want) in [
            ((512, 512), (256, 256)),
            ((3000, 2000), (256, 176)),
            ((40, 30), (256, 192)),
            ((9000, 100), (256, 16)),
            ((1, 1), (256, 256)),
        ] {
            let (tensor, shown) = sizes(swift, Size::new(window.0, window.1));
            assert_eq!(tensor, Size::new(want.0, want.1), "{window:?}");
            assert_eq!(shown, tensor);
        }
        let (tensor, shown) = sizes(Sizing::Fixed { side: 512 }, Size::new(1000, 10));
        assert_eq!((tensor, shown), (Size::new(512, 512), Size::new(512, 5)));
    }

    #[test]
    fn every_output_range_comes_back_as_colours() {
        let (window, hole) = window();
        for (range, black, white) in [
            (ValueRange::Unit, 0.0, 1.0),
            (ValueRange::Signed, -1.0, 1.0),
            (ValueRange::Bytes, 0.0, 255.0),
        ] {
            let output = Output { range, ..contract().output };
            let contract = FeedForward { output, ..contract() };
            let values = Values::F32(vec![black, white, black, white, black, white]);
            let mut graph = Double(|_| Ok(vec![named("result", [1, 3, 1, 2], values.clone())]));
            let picture = now(feed_forward(&mut graph, &contract, &window, &hole)).expect("runs");
            assert_eq!(picture.data(), [0, 0, 0, 255, 255, 255], "{range:?}");
        }
        let output = Output { element: Element::U8, range: ValueRange::Bytes, ..contract().output };
        let contract = FeedForward { output, ..contract() };
        let values = Values::U8(vec![1, 2, 3, 4, 5, 6]);
        let mut graph = Double(|_| Ok(vec![named("result", [1, 3, 1, 2], values.clone())]));
        let picture = now(feed_forward(&mut graph, &contract, &window, &hole)).expect("runs");
        assert_eq!(picture.data(), [1, 3, 5, 2, 4, 6]);
    }

    #[test]
    fn a_wrong_answer_is_an_error_and_not_a_picture() {
        let (window, hole) = window();
        let floats = |count: usize| Values::F32(vec![0.5; count]);
        let answers: Vec<(Vec<Named>, &str)> = vec![
            (vec![], "did not give result"),
            (vec![named("other", [1, 3, 1, 2], floats(6))], "did not give result"),
            (vec![named("result", [1, 3, 2, 1], floats(6))], "[1, 3, 2, 1]"),
            (vec![named("result", [1, 1, 1, 2], floats(2))], "[1, 1, 1, 2]"),
            (vec![named("result", [1, 3, 1, 2], Values::U8(vec![0; 6]))], "is u8"),
            (vec![named("result", [1, 3, 1, 2], Values::F32(vec![f32::NAN; 6]))], "not numbers"),
        ];
        for (answer, reason) in answers {
            let mut graph = Double(|_| Ok(answer.clone()));
            let error = now(feed_forward(&mut graph, &contract(), &window, &hole));
            let error = error.expect_err("wrong").to_string();
            assert!(error.contains(reason), "{error} should speak of {reason}");
        }
        let mut graph = Double(|_| Err(GraphError::Gone));
        let error = now(feed_forward(&mut graph, &contract(), &window, &hole));
        assert_eq!(error, Err(GraphError::Gone));
        assert!(prepare(&contract(), &window, &hole[1..]).is_err());
    }

    proptest! {
        #[test]
        fn an_echo_of_the_window_is_the_window_again(
            width in 1u32..80, height in 1u32..80, grey in any::<u8>(), fixed in any::<bool>(),
        ) {
            let size = Size::new(width, height);
            let data = vec![grey; size.pixels()];
            let window = Picture::new(size, Channels::Grey, data).expect("fits");
            let hole: Vec<u8> = (0..size.pixels()).map(|i| if i % 7 == 0 { REPAINT } else { KEEP }).collect();
            let sizing = if fixed { Sizing::Fixed { side: 32 } } else { Sizing::Multiple { of: 8, best: 64 } };
            let contract = FeedForward { size: sizing, ..contract() };
            let mut echo = Double(|inputs: Vec<Named>| {
                let (_, image) = inputs.into_iter().next().expect("two inputs");
                Ok(vec![("result".to_owned(), image)])
            });
            let picture = now(feed_forward(&mut echo, &contract, &window, &hole)).expect("runs");
            prop_assert_eq!(picture.size(), size);
            prop_assert!(picture.data().iter().all(|&value| value == grey));
        }
    }
}
