//! Computes nodes whose inputs are small and known: the arithmetic of shapes, mostly.
//!
//! Floats are computed as the runtime would, in 32 bits and one operation after the other.

use super::{
    knowledge::{Fact, Knowledge, axis, input, int},
    shapes::{permutation, slice},
    small::{MOST_VALUES, Small, Values, broadcast, count, strides},
};
use crate::onnx::{
    element::Element,
    model::{AttributeValue, Node},
};

/// The value of a node's only output; `None` when it is not known. `fact` is what was inferred of it.
pub(super) fn fold(known: &Knowledge, node: &Node, fact: Option<&Fact>) -> Option<Small> {
    if !node.domain.is_empty() || node.outputs.len() != 1 {
        return None;
    }
    let small = |index: usize| known.small(input(node, index)?);
    match node.op.as_str() {
        "Constant" => constant(node),
        "Shape" => shape(known, node),
        "ConstantOfShape" => {
            let dims = small(0)?.as_ints()?.to_vec();
            let value = match node.attribute("value") {
                Some(AttributeValue::Tensor(tensor)) => Small::of(tensor)?,
                Some(_) => return None,
                None => Small {
                    element: Element::F32,
                    dims: vec![1],
                    values: Values::Floats(vec![0.0]),
                },
            };
            value.stretched(&[vec![1; dims.len().saturating_sub(1)], vec![1]].concat()).and_then(
                |value| {
                    if dims.is_empty() {
                        reshaped(&value, Vec::new())
                    } else {
                        value.stretched(&dims)
                    }
                },
            )
        }
        "Identity" | "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten" => {
            reshaped(small(0)?, fact?.dims.clone())
        }
        "Cast" => cast(small(0)?, Element(i32::try_from(int(node, "to")?).ok()?)),
        "Expand" => small(0)?.stretched(&fact?.dims),
        "Transpose" => {
            let from = small(0)?;
            let order = permutation(node, from.dims.len())?;
            let own = strides(&from.dims);
            let steps: Vec<i64> = order.iter().map(|&axis| own[axis]).collect();
            from.picked(order.iter().map(|&axis| from.dims[axis]).collect(), 0, &steps)
        }
        "Slice" => {
            let from = small(0)?;
            let (cuts, own) = (slice(known, node)?, strides(&from.dims));
            let offset = cuts.iter().zip(&own).map(|(cut, own)| cut.start * own).sum();
            let steps: Option<Vec<i64>> =
                cuts.iter().zip(&own).map(|(cut, own)| cut.step.checked_mul(*own)).collect();
            from.picked(cuts.iter().map(|cut| cut.size).collect(), offset, &steps?)
        }
        "Concat" => concat(known, node),
        "Gather" => gather(small(0)?, small(1)?, int(node, "axis").unwrap_or(0)),
        "Range" => range(small(0)?, small(1)?, small(2)?),
        "Neg" | "Sqrt" => {
            let from = small(0)?;
            let values = match (&from.values, node.op.as_str()) {
                (Values::Floats(values), "Sqrt") => {
                    Values::Floats(values.iter().map(|value| libm::sqrtf(*value)).collect())
                }
                (Values::Floats(values), _) => {
                    Values::Floats(values.iter().map(|value| -value).collect())
                }
                (Values::Ints(values), "Neg") => Values::Ints(
                    values.iter().map(|value| value.checked_neg()).collect::<Option<_>>()?,
                ),
                (Values::Ints(_), _) => return None,
            };
            Some(Small { values, ..from.clone() })
        }
        "Add" | "Sub" | "Mul" | "Div" | "Equal" | "Less" | "Greater" | "LessOrEqual"
        | "GreaterOrEqual" => two(&node.op, small(0)?, small(1)?),
        "Where" => {
            let (choice, yes, no) = (small(0)?, small(1)?, small(2)?);
            let dims = &fact?.dims;
            if yes.element != no.element {
                return None;
            }
            let (choice, yes, no) =
                (choice.stretched(dims)?, yes.stretched(dims)?, no.stretched(dims)?);
            let choice = choice.as_ints()?;
            let values = match (&yes.values, &no.values) {
                (Values::Ints(yes), Values::Ints(no)) => Values::Ints(choose(choice, yes, no)),
                (Values::Floats(yes), Values::Floats(no)) => {
                    Values::Floats(choose(choice, yes, no))
                }
                _ => return None,
            };
            Some(Small { element: yes.element, dims: dims.clone(), values })
        }
        _ => None,
    }
}

fn choose<T: Copy>(choice: &[i64], yes: &[T], no: &[T]) -> Vec<T> {
    let pairs = yes.iter().zip(no);
    choice
        .iter()
        .zip(pairs)
        .map(|(&choice, (&yes, &no))| if choice != 0 { yes } else { no })
        .collect()
}

fn constant(node: &Node) -> Option<Small> {
    let [attribute] = node.attributes.as_slice() else { return None };
    let length = |length: usize| i64::try_from(length).ok().map(|length| vec![length]);
    Some(match (attribute.name.as_str(), &attribute.value) {
        ("value", AttributeValue::Tensor(tensor)) => return Small::of(tensor),
        ("value_int", AttributeValue::Int(value)) => Small::ints(Vec::new(), vec![*value]),
        ("value_ints", AttributeValue::Ints(values)) if values.len() <= MOST_VALUES => {
            Small::ints(length(values.len())?, values.clone())
        }
        ("value_float", AttributeValue::Float(value)) => {
            Small { element: Element::F32, dims: Vec::new(), values: Values::Floats(vec![*value]) }
        }
        ("value_floats", AttributeValue::Floats(values)) if values.len() <= MOST_VALUES => Small {
            element: Element::F32,
            dims: length(values.len())?,
            values: Values::Floats(values.clone()),
        },
        _ => return None,
    })
}

fn shape(known: &Knowledge, node: &Node) -> Option<Small> {
    let dims = known.dims(input(node, 0)?)?;
    let rank = i64::try_from(dims.len()).ok()?;
    let bound = |name: &str, default: i64| {
        let at = int(node, name).unwrap_or(default);
        let at = if at < 0 { at.saturating_add(rank) } else { at };
        usize::try_from(at.clamp(0, rank)).ok()
    };
    let (start, end) = (bound("start", 0)?, bound("end", rank)?);
    let part = dims.get(start..end).unwrap_or_default().to_vec();
    Some(Small::ints(vec![i64::try_from(part.len()).ok()?], part))
}

fn reshaped(from: &Small, dims: Vec<i64>) -> Option<Small> {
    (count(&dims) == Some(from.len())).then(|| Small { dims, ..from.clone() })
}

fn cast(from: &Small, to: Element) -> Option<Small> {
    let values = match (&from.values, to) {
        (Values::Ints(values), Element::I64) => Values::Ints(values.clone()),
        (Values::Ints(values), Element::I32) => {
            let fits = values.iter().all(|&value| i32::try_from(value).is_ok());
            fits.then(|| Values::Ints(values.clone()))?
        }
        (Values::Ints(values), Element::BOOL) => {
            Values::Ints(values.iter().map(|&value| i64::from(value != 0)).collect())
        }
        (Values::Ints(values), Element::F32) => {
            Values::Floats(values.iter().map(|&value| value as f32).collect())
        }
        (Values::Floats(values), Element::F32) => Values::Floats(values.clone()),
        (Values::Floats(values), Element::I64 | Element::I32) => {
            // Beyond this, what a cast gives is the processor's choice.
            let fits = values.iter().all(|value| value.abs() < 2_147_483_000.0);
            fits.then(|| Values::Ints(values.iter().map(|&value| value as i64).collect()))?
        }
        _ => return None,
    };
    Some(Small { element: to, dims: from.dims.clone(), values })
}

fn concat(known: &Knowledge, node: &Node) -> Option<Small> {
    let parts: Vec<&Small> = (0..node.inputs.len())
        .map(|index| known.small(input(node, index)?))
        .collect::<Option<_>>()?;
    let first = *parts.first()?;
    let at = axis(int(node, "axis")?, first.dims.len())?;
    let mut dims = first.dims.clone();
    dims[at] = 0;
    for part in &parts {
        let fits = part.element == first.element
            && part.dims.len() == dims.len()
            && (0..dims.len()).all(|axis| axis == at || part.dims[axis] == first.dims[axis]);
        if !fits {
            return None;
        }
        dims[at] = dims[at].checked_add(part.dims[at])?;
    }
    if count(&dims)? > MOST_VALUES {
        return None;
    }
    let outer = count(&dims[..at])?;
    let values = match first.values {
        Values::Ints(_) => Values::Ints(woven(
            outer,
            &parts.iter().map(|part| part.as_ints()).collect::<Option<Vec<_>>>()?,
        )),
        Values::Floats(_) => Values::Floats(woven(
            outer,
            &parts.iter().map(|part| part.as_floats()).collect::<Option<Vec<_>>>()?,
        )),
    };
    Some(Small { element: first.element, dims, values })
}

/// The parts' rows in turn; each part has `outer` of them.
fn woven<T: Copy>(outer: usize, parts: &[&[T]]) -> Vec<T> {
    let row = |part: &[T], index: usize| {
        let length = part.len().checked_div(outer).unwrap_or(0);
        part.get(index * length..(index + 1) * length).unwrap_or_default().to_vec()
    };
    (0..outer).flat_map(|index| parts.iter().flat_map(move |part| row(part, index))).collect()
}

fn gather(from: &Small, indices: &Small, at: i64) -> Option<Small> {
    let at = axis(at, from.dims.len())?;
    let size = from.dims[at];
    let own = strides(&from.dims);
    let dims = [&from.dims[..at], &indices.dims, &from.dims[at + 1..]].concat();
    // Only along the first axis, or one index for all: what shapes are made with.
    let chosen = indices.as_ints()?;
    let place = |index: i64| {
        let index = if index < 0 { index.checked_add(size)? } else { index };
        (0..size).contains(&index).then_some(index)
    };
    if let [index] = chosen {
        let offset = place(*index)? * own[at];
        let steps = [&own[..at], &vec![0; indices.dims.len()], &own[at + 1..]].concat();
        return from.picked(dims, offset, &steps);
    }
    if from.dims.len() != 1 || chosen.len() > MOST_VALUES {
        return None;
    }
    let places: Vec<usize> =
        chosen.iter().map(|&index| usize::try_from(place(index)?).ok()).collect::<Option<_>>()?;
    let values = match &from.values {
        Values::Ints(values) => Values::Ints(places.iter().map(|&place| values[place]).collect()),
        Values::Floats(values) => {
            Values::Floats(places.iter().map(|&place| values[place]).collect())
        }
    };
    Some(Small { element: from.element, dims, values })
}

fn range(start: &Small, limit: &Small, step: &Small) -> Option<Small> {
    let one = |small: &Small| small.as_ints().and_then(|values| values.first().copied());
    let (start_at, limit, step) = (one(start)?, one(limit)?, one(step)?);
    let mut values = Vec::new();
    let mut at = start_at;
    while (step > 0 && at < limit) || (step < 0 && at > limit) {
        if values.len() == MOST_VALUES {
            return None;
        }
        values.push(at);
        at = at.checked_add(step)?;
    }
    let dims = vec![i64::try_from(values.len()).ok()?];
    (step != 0).then_some(Small { element: start.element, dims, values: Values::Ints(values) })
}

fn two(op: &str, left: &Small, right: &Small) -> Option<Small> {
    if left.element != right.element {
        return None;
    }
    let dims = broadcast(&left.dims, &right.dims)?;
    let (left, right) = (left.stretched(&dims)?, right.stretched(&dims)?);
    let truths = |values: Vec<i64>| Some((Element::BOOL, Values::Ints(values)));
    let compared = match op {
        "Equal" => Some(std::cmp::Ordering::is_eq as fn(_) -> bool),
        "Less" => Some(std::cmp::Ordering::is_lt as fn(_) -> bool),
        "Greater" => Some(std::cmp::Ordering::is_gt as fn(_) -> bool),
        "LessOrEqual" => Some(std::cmp::Ordering::is_le as fn(_) -> bool),
        "GreaterOrEqual" => Some(std::cmp::Ordering::is_ge as fn(_) -> bool),
        _ => None,
    };
    let (element, values) = match (&left.values, &right.values, compared) {
        (Values::Ints(left), Values::Ints(right), Some(holds)) => {
            truths(left.iter().zip(right).map(|(a, b)| i64::from(holds(a.cmp(b)))).collect())?
        }
        (Values::Floats(left), Values::Floats(right), Some(holds)) => truths(
            left.iter()
                .zip(right)
                .map(|(a, b)| i64::from(a.partial_cmp(b).is_some_and(holds)))
                .collect(),
        )?,
        (Values::Ints(a), Values::Ints(b), None) => {
            let compute = match op {
                "Add" => i64::checked_add,
                "Sub" => i64::checked_sub,
                "Mul" => i64::checked_mul,
                _ => i64::checked_div,
            };
            let values = a.iter().zip(b).map(|(&a, &b)| compute(a, b)).collect::<Option<_>>()?;
            (left.element, Values::Ints(values))
        }
        (Values::Floats(a), Values::Floats(b), None) => {
            let compute = |(&a, &b): (&f32, &f32)| match op {
                "Add" => a + b,
                "Sub" => a - b,
                "Mul" => a * b,
                _ => a / b,
            };
            (left.element, Values::Floats(a.iter().zip(b).map(compute).collect()))
        }
        _ => return None,
    };
    Some(Small { element, dims, values })
}
