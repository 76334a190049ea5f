//! Tensors that are small enough to compute with while a graph is compiled: shapes, axes, scalars.

use crate::onnx::{
    element::Element,
    model::{Data, Tensor},
};

/// Values in a small tensor at most.
pub(super) const MOST_VALUES: usize = 2048;

/// A small tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Small {
    /// Element type.
    pub(super) element: Element,
    /// Size of each dimension.
    pub(super) dims: Vec<i64>,
    /// The values, row by row.
    pub(super) values: Values,
}

/// Values of a small tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// Whole numbers of any width, and truth values.
    Ints(Vec<i64>),
    /// 32-bit floats.
    Floats(Vec<f32>),
}

/// How many values a shape has; `None` when that is no number or more than a graph can mean.
pub(super) fn count(dims: &[i64]) -> Option<usize> {
    let product =
        dims.iter().try_fold(
            1_i64,
            |product, &size| {
                if size < 0 { None } else { product.checked_mul(size) }
            },
        )?;
    usize::try_from(product).ok()
}

/// Distance in values between neighbours along each dimension.
pub(super) fn strides(dims: &[i64]) -> Vec<i64> {
    let mut strides = vec![1_i64; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis].saturating_mul(dims[axis]);
    }
    strides
}

/// The shape of two that meet, sizes of one stretched; `None` when they do not fit.
pub(super) fn broadcast(left: &[i64], right: &[i64]) -> Option<Vec<i64>> {
    let rank = left.len().max(right.len());
    let size = |dims: &[i64], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis])
    };
    (0..rank)
        .map(|axis| match (size(left, axis), size(right, axis)) {
            (left, right) if left == right => Some(left),
            (1, other) | (other, 1) => Some(other),
            _ => None,
        })
        .collect()
}

impl Small {
    /// Whole numbers.
    pub(super) const fn ints(dims: Vec<i64>, values: Vec<i64>) -> Self {
        Self { element: Element::I64, dims, values: Values::Ints(values) }
    }

    /// Reads a tensor that lies in memory; `None` when it is large or of another type.
    pub(super) fn of(tensor: &Tensor) -> Option<Self> {
        let Data::Inline(bytes) = &tensor.data else { return None };
        if count(&tensor.dims)? > MOST_VALUES {
            return None;
        }
        let values = match tensor.element {
            Element::F32 => Values::Floats(chunks(bytes, f32::from_le_bytes)),
            Element::I64 => Values::Ints(chunks(bytes, i64::from_le_bytes)),
            Element::I32 => {
                Values::Ints(chunks(bytes, |chunk| i64::from(i32::from_le_bytes(chunk))))
            }
            Element::BOOL => Values::Ints(bytes.iter().map(|&byte| i64::from(byte != 0)).collect()),
            _ => return None,
        };
        let small = Self { element: tensor.element, dims: tensor.dims.clone(), values };
        (small.len() == count(&small.dims)?).then_some(small)
    }

    /// Writes a tensor; `None` when a value does not fit its type.
    pub(super) fn tensor(&self, name: String) -> Option<Tensor> {
        let bytes = match (&self.values, self.element) {
            (Values::Floats(values), _) => {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }
            (Values::Ints(values), Element::I64) => {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }
            (Values::Ints(values), Element::I32) => {
                let mut bytes = Vec::with_capacity(4 * values.len());
                for &value in values {
                    bytes.extend(i32::try_from(value).ok()?.to_le_bytes());
                }
                bytes
            }
            (Values::Ints(values), Element::BOOL) => {
                values.iter().map(|&value| u8::from(value != 0)).collect()
            }
            _ => return None,
        };
        let (element, dims) = (self.element, self.dims.clone());
        Some(Tensor { name, element, dims, data: Data::Inline(bytes), rest: Vec::new() })
    }

    /// How many values.
    pub(super) const fn len(&self) -> usize {
        match &self.values {
            Values::Ints(values) => values.len(),
            Values::Floats(values) => values.len(),
        }
    }

    /// Its values when they are whole numbers.
    pub(super) fn as_ints(&self) -> Option<&[i64]> {
        match &self.values {
            Values::Ints(values) => Some(values),
            Values::Floats(_) => None,
        }
    }

    /// Its values when they are floats.
    pub(super) fn as_floats(&self) -> Option<&[f32]> {
        match &self.values {
            Values::Floats(values) => Some(values),
            Values::Ints(_) => None,
        }
    }

    /// The tensor of shape `dims` whose value at an index is the one at `offset` plus the index times `steps`.
    pub(super) fn picked(&self, dims: Vec<i64>, offset: i64, steps: &[i64]) -> Option<Self> {
        let values = match &self.values {
            Values::Ints(values) => Values::Ints(pick(values, &dims, offset, steps)?),
            Values::Floats(values) => Values::Floats(pick(values, &dims, offset, steps)?),
        };
        Some(Self { element: self.element, dims, values })
    }

    /// The same values stretched to a shape.
    pub(super) fn stretched(&self, dims: &[i64]) -> Option<Self> {
        let own = strides(&self.dims);
        let missing = dims.len().checked_sub(self.dims.len())?;
        let mut steps = vec![0; dims.len()];
        for (axis, &size) in self.dims.iter().enumerate() {
            if size == dims[missing + axis] {
                steps[missing + axis] = own[axis];
            } else if size != 1 {
                return None;
            }
        }
        self.picked(dims.to_vec(), 0, &steps)
    }
}

fn chunks<T, const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok()).map(read).collect()
}

fn pick<T: Copy>(values: &[T], dims: &[i64], offset: i64, steps: &[i64]) -> Option<Vec<T>> {
    let count = count(dims)?;
    if count > MOST_VALUES {
        return None;
    }
    let mut picked = Vec::with_capacity(count);
    let mut index = vec![0_i64; dims.len()];
    for _ in 0..count {
        let at: i64 =
            offset + index.iter().zip(steps).map(|(index, step)| index * step).sum::<i64>();
        picked.push(*values.get(usize::try_from(at).ok()?)?);
        for axis in (0..dims.len()).rev() {
            index[axis] += 1;
            if index[axis] < dims[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    Some(picked)
}
