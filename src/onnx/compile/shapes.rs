//! Infers types and shapes of what nodes make, where they follow from what is known.
//!
//! The rules are those of the operator sets of ONNX. What is not told here stays unknown, which costs speed and
//! nothing else: a shape is either right or not there.

use super::{
    knowledge::{Fact, Knowledge, axis, input, int, ints, listed, text},
    small::{broadcast, count},
};
use crate::onnx::{element::Element, model::Node};

/// Type and shape of each output; `None` when they are not known.
pub(super) fn infer(known: &Knowledge, node: &Node) -> Option<Vec<Fact>> {
    let first = || known.fact(input(node, 0)?);
    let of_first = |dims: Vec<i64>| Some(Fact { element: first()?.element, dims });
    let one = match (node.domain.as_str(), node.op.as_str()) {
        ("com.microsoft", "Gelu" | "QuickGelu" | "FastGelu") => first().cloned(),
        ("", op) => match op {
            "Abs"
            | "Ceil"
            | "Clip"
            | "Cos"
            | "Elu"
            | "Erf"
            | "Exp"
            | "Floor"
            | "Gelu"
            | "HardSigmoid"
            | "HardSwish"
            | "Identity"
            | "InstanceNormalization"
            | "LeakyRelu"
            | "Log"
            | "LogSoftmax"
            | "Mish"
            | "Neg"
            | "Reciprocal"
            | "Relu"
            | "Round"
            | "Sigmoid"
            | "Sign"
            | "Sin"
            | "Softmax"
            | "Softplus"
            | "Sqrt"
            | "Tanh"
            | "GroupNormalization" => first().cloned(),
            "LayerNormalization" | "BatchNormalization" if node.outputs.len() == 1 => {
                first().cloned()
            }
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Mod" => of_first(meet(known, node)?),
            "Min" | "Max" if node.inputs.len() == 2 => of_first(meet(known, node)?),
            "Equal" | "Less" | "Greater" | "LessOrEqual" | "GreaterOrEqual" | "And" | "Or" => {
                Some(Fact { element: Element::BOOL, dims: meet(known, node)? })
            }
            "Where" => {
                let yes = known.fact(input(node, 1)?)?;
                let dims = broadcast(&yes.dims, known.dims(input(node, 2)?)?)?;
                let dims = broadcast(&dims, &first()?.dims)?;
                Some(Fact { element: yes.element, dims })
            }
            "Cast" => {
                let element = Element(i32::try_from(int(node, "to")?).ok()?);
                Some(Fact { element, dims: first()?.dims.clone() })
            }
            "Shape" => {
                let rank = i64::try_from(first()?.dims.len()).ok()?;
                let whole = int(node, "start").is_none() && int(node, "end").is_none();
                whole.then(|| Fact { element: Element::I64, dims: vec![rank] })
            }
            "Reshape" => of_first(reshape(known, node)?),
            "Flatten" => {
                let dims = &first()?.dims;
                let at = match int(node, "axis").unwrap_or(1) {
                    end if usize::try_from(end) == Ok(dims.len()) => dims.len(),
                    other => axis(other, dims.len())?,
                };
                let size = |dims: &[i64]| count(dims).and_then(|size| i64::try_from(size).ok());
                of_first(vec![size(&dims[..at])?, size(&dims[at..])?])
            }
            "Unsqueeze" => of_first(unsqueeze(known, node)?),
            "Squeeze" => of_first(squeeze(known, node)?),
            "Transpose" => {
                let dims = &first()?.dims;
                let order = permutation(node, dims.len())?;
                of_first(order.into_iter().map(|axis| dims[axis]).collect())
            }
            "Concat" => of_first(concat(known, node)?),
            "Slice" => {
                let cuts = slice(known, node)?;
                of_first(cuts.into_iter().map(|cut| cut.size).collect())
            }
            "Gather" => {
                let dims = &first()?.dims;
                let at = axis(int(node, "axis").unwrap_or(0), dims.len())?;
                let indices = known.dims(input(node, 1)?)?;
                of_first([&dims[..at], indices, &dims[at + 1..]].concat())
            }
            "Expand" => {
                let to = known.small(input(node, 1)?)?.as_ints()?;
                of_first(broadcast(&first()?.dims, to)?)
            }
            "Conv" => of_first(conv(known, node)?),
            "AveragePool" | "MaxPool" if node.outputs.len() == 1 => of_first(pool(known, node)?),
            "GlobalAveragePool" | "GlobalMaxPool" => {
                let dims = &first()?.dims;
                of_first([dims.get(..2)?, &vec![1; dims.len() - 2]].concat())
            }
            "DepthToSpace" => of_first(depth_to_space(&first()?.dims, int(node, "blocksize")?)?),
            "MatMul" => of_first(matmul(&first()?.dims, known.dims(input(node, 1)?)?)?),
            "Gemm" => {
                let (left, right) = (&first()?.dims, known.dims(input(node, 1)?)?);
                let turned = |name: &str| int(node, name).unwrap_or(0) != 0;
                let rows = left.get(usize::from(turned("transA")))?;
                let columns = right.get(usize::from(!turned("transB")))?;
                of_first(vec![*rows, *columns])
            }
            "Resize" => of_first(resize(known, node)?),
            "Pad" => of_first(pad(known, node)?),
            "ReduceMean" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceL2" => {
                of_first(reduce(known, node)?)
            }
            "Tile" => {
                let (from, times) = (&first()?.dims, known.small(input(node, 1)?)?.as_ints()?);
                let sizes = from.iter().zip(times).map(|(size, times)| size.checked_mul(*times));
                of_first(sizes.collect::<Option<_>>()?)
                    .filter(|fact| fact.dims.len() == times.len())
            }
            "Split" => return split(known, node),
            _ => None,
        },
        _ => None,
    };
    one.map(|fact| vec![fact])
}

fn meet(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    broadcast(known.dims(input(node, 0)?)?, known.dims(input(node, 1)?)?)
}

fn reshape(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let from = known.dims(input(node, 0)?)?;
    let wanted = known.small(input(node, 1)?)?.as_ints()?;
    let keeps_zeros = int(node, "allowzero").unwrap_or(0) != 0;
    let mut dims = wanted.to_vec();
    for (index, size) in dims.iter_mut().enumerate() {
        if *size == 0 && !keeps_zeros {
            *size = *from.get(index)?;
        }
    }
    let total = i64::try_from(count(from)?).ok()?;
    let open: Vec<usize> = (0..dims.len()).filter(|&index| dims[index] == -1).collect();
    match open[..] {
        [] => {}
        [index] => {
            dims[index] = 1;
            let rest = i64::try_from(count(&dims)?).ok()?;
            if rest == 0 || total % rest != 0 {
                return None;
            }
            dims[index] = total / rest;
        }
        _ => return None,
    }
    (count(&dims) == count(from)).then_some(dims)
}

fn unsqueeze(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let from = known.dims(input(node, 0)?)?;
    let axes = listed(known, node, "axes", 1)?;
    let rank = from.len() + axes.len();
    let mut new = vec![false; rank];
    for &at in axes {
        new[axis(at, rank)?] = true;
    }
    let mut rest = from.iter();
    let dims: Option<Vec<i64>> =
        new.into_iter().map(|new| if new { Some(1) } else { rest.next().copied() }).collect();
    // An axis that is named twice leaves sizes over.
    dims.filter(|_| rest.next().is_none())
}

fn squeeze(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let mut dims = known.dims(input(node, 0)?)?.to_vec();
    if ints(node, "axes").is_none() && input(node, 1).is_none() {
        dims.retain(|&size| size != 1);
        return Some(dims);
    }
    let mut gone = vec![false; dims.len()];
    for &at in listed(known, node, "axes", 1)? {
        let at = axis(at, dims.len())?;
        gone[at] = true;
        if dims[at] != 1 {
            return None;
        }
    }
    let mut gone = gone.into_iter();
    dims.retain(|_| gone.next() == Some(false));
    Some(dims)
}

/// The order in which a Transpose takes the dimensions.
pub(super) fn permutation(node: &Node, rank: usize) -> Option<Vec<usize>> {
    let Some(order) = ints(node, "perm") else { return Some((0..rank).rev().collect()) };
    let order: Vec<usize> =
        order.iter().map(|&axis| usize::try_from(axis).ok()).collect::<Option<_>>()?;
    let whole = order.len() == rank && (0..rank).all(|axis| order.contains(&axis));
    whole.then_some(order)
}

fn concat(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let mut dims = known.dims(input(node, 0)?)?.to_vec();
    let at = axis(int(node, "axis")?, dims.len())?;
    dims[at] = 0;
    for index in 0..node.inputs.len() {
        let more = known.dims(input(node, index)?)?;
        let fits = more.len() == dims.len()
            && (0..dims.len()).all(|axis| axis == at || more[axis] == dims[axis]);
        if !fits {
            return None;
        }
        dims[at] = dims[at].checked_add(more[at])?;
    }
    Some(dims)
}

/// What a Slice takes of one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: i64,
    pub(super) step: i64,
    pub(super) size: i64,
}

/// What a Slice takes of every dimension; steps are positive.
pub(super) fn slice(known: &Knowledge, node: &Node) -> Option<Vec<Cut>> {
    let dims = known.dims(input(node, 0)?)?;
    let starts = listed(known, node, "starts", 1)?;
    let ends = listed(known, node, "ends", 2)?;
    let axes = match (ints(node, "axes"), input(node, 3)) {
        (None, None) => (0..i64::try_from(starts.len()).ok()?).collect(),
        _ => listed(known, node, "axes", 3)?.to_vec(),
    };
    let steps = match input(node, 4) {
        None => vec![1; starts.len()],
        Some(name) => known.small(name)?.as_ints()?.to_vec(),
    };
    if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
        return None;
    }
    let mut cuts: Vec<Cut> = dims.iter().map(|&size| Cut { start: 0, step: 1, size }).collect();
    for index in 0..starts.len() {
        let at = axis(axes[index], dims.len())?;
        let size = dims[at];
        let bound = |value: i64| {
            let value = if value < 0 { value.saturating_add(size) } else { value };
            value.clamp(0, size)
        };
        let (start, end, step) = (bound(starts[index]), bound(ends[index]), steps[index]);
        if step < 1 {
            return None;
        }
        let size = (end - start).max(0);
        // Rounded up, without a sum that could overflow.
        cuts[at] = Cut { start, step, size: size / step + i64::from(size % step != 0) };
    }
    Some(cuts)
}

fn conv(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let (from, weights) = (known.dims(input(node, 0)?)?, known.dims(input(node, 1)?)?);
    if from.len() != weights.len() {
        return None;
    }
    let (spatial, window) = (from.get(2..)?, weights.get(2..)?);
    Some([&[from[0], weights[0]], slid(node, spatial, window)?.as_slice()].concat())
}

fn pool(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    if int(node, "ceil_mode").unwrap_or(0) != 0 {
        return None;
    }
    let from = known.dims(input(node, 0)?)?;
    let (outer, spatial) = from.split_at_checked(2)?;
    Some([outer, &slid(node, spatial, ints(node, "kernel_shape")?)?].concat())
}

/// Sizes of what comes of a window that slides over something of these sizes, by the node's settings.
fn slid(node: &Node, from: &[i64], window: &[i64]) -> Option<Vec<i64>> {
    let spatial = from.len();
    if text(node, "auto_pad").is_some_and(|pad| pad != "NOTSET") || window.len() != spatial {
        return None;
    }
    let list = |name: &str, default: i64, length: usize| match ints(node, name) {
        None => Some(vec![default; length]),
        Some(values) => (values.len() == length).then(|| values.to_vec()),
    };
    let (pads, strides) = (list("pads", 0, 2 * spatial)?, list("strides", 1, spatial)?);
    let dilations = list("dilations", 1, spatial)?;
    let size = |index: usize| {
        let reach = window[index].checked_sub(1)?.checked_mul(dilations[index])?;
        let padded = from[index].checked_add(pads[index])?.checked_add(pads[spatial + index])?;
        let free = padded.checked_sub(reach)?.checked_sub(1)?;
        (free >= 0 && strides[index] >= 1).then(|| free / strides[index] + 1)
    };
    (0..spatial).map(size).collect()
}

fn depth_to_space(from: &[i64], block: i64) -> Option<Vec<i64>> {
    let &[batch, deep, high, wide] = from else { return None };
    let places = block.checked_mul(block).filter(|_| block > 0)?;
    let spread = |size: i64| size.checked_mul(block);
    (deep % places == 0).then_some(vec![batch, deep / places, spread(high)?, spread(wide)?])
}

fn matmul(left: &[i64], right: &[i64]) -> Option<Vec<i64>> {
    let (left_outer, [rows, inner]) = left.split_last_chunk::<2>()?;
    let (right_outer, [inner_too, columns]) = right.split_last_chunk::<2>()?;
    if inner != inner_too {
        return None;
    }
    let mut dims = broadcast(left_outer, right_outer)?;
    dims.extend([rows, columns]);
    Some(dims)
}

fn resize(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    if ints(node, "axes").is_some() {
        return None;
    }
    let from = known.dims(input(node, 0)?)?;
    if let Some(name) = input(node, 3) {
        if text(node, "keep_aspect_ratio_policy").is_some_and(|policy| policy != "stretch") {
            return None;
        }
        let sizes = known.small(name)?.as_ints()?;
        return (sizes.len() == from.len()).then(|| sizes.to_vec());
    }
    let scales = known.small(input(node, 2)?)?.as_floats()?;
    // Only whole factors: there is no doubt how those are rounded.
    let whole = |scale: f32| {
        ((1.0..=64.0).contains(&scale) && scale.fract() == 0.0).then_some(scale as i64)
    };
    if scales.len() != from.len() {
        return None;
    }
    from.iter().zip(scales).map(|(&size, &scale)| size.checked_mul(whole(scale)?)).collect()
}

fn pad(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let from = known.dims(input(node, 0)?)?;
    let pads = listed(known, node, "pads", 1)?;
    if input(node, 3).is_some() || pads.len() != 2 * from.len() {
        return None;
    }
    let size =
        |axis: usize| from[axis].checked_add(pads[axis])?.checked_add(pads[from.len() + axis]);
    (0..from.len()).map(|axis| size(axis).filter(|&size| size >= 0)).collect()
}

fn reduce(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    let from = known.dims(input(node, 0)?)?;
    let all = ints(node, "axes").is_none() && input(node, 1).is_none();
    if all && int(node, "noop_with_empty_axes").unwrap_or(0) != 0 {
        return Some(from.to_vec());
    }
    let mut gone = vec![all; from.len()];
    if !all {
        let axes = listed(known, node, "axes", 1)?;
        if axes.is_empty() {
            return None;
        }
        for &at in axes {
            gone[axis(at, from.len())?] = true;
        }
    }
    let keeps = int(node, "keepdims").unwrap_or(1) != 0;
    let sizes = from.iter().zip(gone).filter_map(|(&size, gone)| match (gone, keeps) {
        (false, _) => Some(size),
        (true, true) => Some(1),
        (true, false) => None,
    });
    Some(sizes.collect())
}

fn split(known: &Knowledge, node: &Node) -> Option<Vec<Fact>> {
    let from = known.fact(input(node, 0)?)?;
    let at = axis(int(node, "axis").unwrap_or(0), from.dims.len())?;
    let parts = i64::try_from(node.outputs.len()).ok()?;
    let sizes = if ints(node, "split").is_none() && input(node, 1).is_none() {
        if parts == 0 || from.dims[at] % parts != 0 {
            return None;
        }
        vec![from.dims[at] / parts; node.outputs.len()]
    } else {
        listed(known, node, "split", 1)?.to_vec()
    };
    let total = sizes.iter().try_fold(0_i64, |sum, &size| sum.checked_add(size));
    if sizes.len() != node.outputs.len() || total != Some(from.dims[at]) {
        return None;
    }
    let part = |size: i64| {
        let mut dims = from.dims.clone();
        dims[at] = size;
        Fact { element: from.element, dims }
    };
    Some(sizes.into_iter().map(part).collect())
}
