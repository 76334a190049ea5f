//! Einsum of two operands as MatMul, with as little turning of data as there can be.
//!
//! An index is in the left operand, in the right one, in the output, or in several of them. MatMul takes
//! [batch, rows, inner] and [batch, inner, columns] and stretches batches of one. So an output's indices are cut into
//! a batch, rows that only one operand has, and columns that only the other has; what is summed is the inner part.
//! All cuts are tried, with the operands in both orders, with the output as it is wanted and with the shared indices
//! brought to its front, and the one that moves the fewest values wins.

use super::knowledge::{Knowledge, input, text};
use crate::onnx::model::Node;

/// How an operand or the result is turned: first the order of its dimensions, then its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Dimensions in the new order; `None` when they stay.
    pub(super) order: Option<Vec<i64>>,
    /// The shape after that.
    pub(super) dims: Vec<i64>,
}

/// An Einsum as a product of matrices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Product {
    /// Whether the second operand is on the left.
    pub(super) swapped: bool,
    /// How the left operand is turned.
    pub(super) left: Turn,
    /// How the right operand is turned.
    pub(super) right: Turn,
    /// The shape of the product.
    pub(super) dims: Vec<i64>,
    /// Its shape index by index, in the order of the product.
    pub(super) open: Vec<i64>,
    /// The order that makes the output of it; `None` when it is the same.
    pub(super) order: Option<Vec<i64>>,
}

/// The cost of a product of single values, relative to moving one: matrices of one row or column waste the device.
const THIN: i64 = 16;

/// An operand: its indices with their sizes.
type Indices = Vec<(char, i64)>;

/// Some indices of an operand or of the output.
type Part<'a> = &'a [(char, i64)];

/// The best product for a node; `None` when it is not one of two matrices, or shapes are not known.
pub(super) fn plan(known: &Knowledge, node: &Node) -> Option<Product> {
    let equation: String =
        text(node, "equation")?.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (operands, output) = equation.split_once("->")?;
    let (left, right) = operands.split_once(',')?;
    if node.inputs.len() != 2 {
        return None;
    }
    let indices = |letters: &str, index: usize| -> Option<Indices> {
        let dims = known.dims(input(node, index)?)?;
        let letters: Vec<char> = letters.chars().collect();
        let plain = letters.len() == dims.len()
            && letters.iter().all(char::is_ascii_alphabetic)
            && letters.iter().enumerate().all(|(at, letter)| !letters[..at].contains(letter));
        plain.then(|| letters.into_iter().zip(dims.iter().copied()).collect())
    };
    let (left, right) = (indices(left, 0)?, indices(right, 1)?);
    let size = |letter: char| {
        let of = |indices: &Indices| {
            indices.iter().find(|(other, _)| *other == letter).map(|(_, size)| *size)
        };
        match (of(&left), of(&right)) {
            (Some(left), Some(right)) => (left == right).then_some(left),
            (one, other) => one.or(other),
        }
    };
    let output: Indices = output
        .chars()
        .map(|letter| size(letter).map(|size| (letter, size)))
        .collect::<Option<_>>()?;
    let letters: Vec<char> = output.iter().map(|(letter, _)| *letter).collect();
    if letters.iter().enumerate().any(|(at, letter)| letters[..at].contains(letter)) {
        return None;
    }
    // All shared sizes agree, and what is summed is in both or of size one.
    for (indices, other) in [(&left, &right), (&right, &left)] {
        for &(letter, own) in indices {
            let alone = !has(other, letter) && !has(&output, letter);
            if size(letter) != Some(own) || own < 1 || (alone && own != 1) {
                return None;
            }
        }
    }
    let thick = |indices: &Indices| -> Indices {
        indices.iter().copied().filter(|(_, size)| *size != 1).collect()
    };
    let wanted = thick(&output);
    let (shared, single): (Indices, Indices) =
        wanted.iter().partition(|(letter, _)| has(&left, *letter) && has(&right, *letter));
    let gathered = [shared, single].concat();
    let mut best: Option<(i64, Product)> = None;
    for swapped in [false, true] {
        let (first, second) = if swapped { (&right, &left) } else { (&left, &right) };
        for made in [&wanted, &gathered] {
            for rows in 0..=made.len() {
                for columns in rows..=made.len() {
                    let parts = (&made[..rows], &made[rows..columns], &made[columns..]);
                    let Some((cost, mut product)) = product(first, second, parts, &wanted) else {
                        continue;
                    };
                    product.swapped = swapped;
                    if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, product));
                    }
                }
            }
        }
    }
    best.map(|(_, product)| product)
}

fn has(indices: &[(char, i64)], letter: char) -> bool {
    indices.iter().any(|(other, _)| *other == letter)
}

fn size_of(indices: &[(char, i64)]) -> Option<i64> {
    indices.iter().try_fold(1_i64, |product, (_, size)| product.checked_mul(*size))
}

fn product(
    left: &Indices,
    right: &Indices,
    (batch, rows, columns): (Part<'_>, Part<'_>, Part<'_>),
    wanted: &Indices,
) -> Option<(i64, Product)> {
    let only = |part: &[(char, i64)], one: &Indices, other: &Indices| {
        part.iter().all(|(letter, _)| has(one, *letter) && !has(other, *letter))
    };
    if !only(rows, left, right) || !only(columns, right, left) {
        return None;
    }
    let inner: Indices = left
        .iter()
        .copied()
        .filter(|(letter, size)| *size != 1 && has(right, *letter) && !has(wanted, *letter))
        .collect();
    let (inner_size, rows_size, columns_size) =
        (size_of(&inner)?, size_of(rows)?, size_of(columns)?);
    // Batches that both operands have are one dimension; one that only one has is stretched in the other.
    let own = |operand: &Indices| -> Indices {
        batch
            .iter()
            .map(|&(letter, size)| (letter, if has(operand, letter) { size } else { 1 }))
            .collect()
    };
    let groups = grouped(batch, left, right);
    let sizes = |operand: &Indices| -> Option<Vec<i64>> {
        let own = own(operand);
        groups.iter().map(|range| size_of(&own[range.clone()])).collect()
    };
    let turn =
        |operand: &Indices, middle: &[(char, i64)], end: &[(char, i64)]| -> Option<(i64, Turn)> {
            let here = batch.iter().filter(|(letter, _)| has(operand, *letter));
            let order: Vec<char> =
                here.chain(middle).chain(end).map(|(letter, _)| *letter).collect();
            let mut dims = sizes(operand)?;
            dims.extend([size_of(middle)?, size_of(end)?]);
            let order = reordered(operand, &order)?;
            let cost = if order.is_some() { size_of(operand)? } else { 0 };
            Some((cost, Turn { order, dims }))
        };
    let (left_cost, left_turn) = turn(left, rows, &inner)?;
    let (right_cost, right_turn) = turn(right, &inner, columns)?;
    let made: Indices = [batch, rows, columns].concat();
    let order: Vec<char> = wanted.iter().map(|(letter, _)| *letter).collect();
    let order = reordered(&made, &order)?;
    let made_size = size_of(&made)?;
    let out_cost = if order.is_some() { made_size } else { 0 };
    // Small matrices read their operands again and again.
    let narrow = rows_size.min(columns_size).min(THIN);
    let waste = made_size.checked_mul(inner_size)?.checked_div(narrow.checked_mul(narrow)?)?;
    let cost = left_cost.checked_add(right_cost)?.checked_add(out_cost)?.checked_add(waste)?;
    let mut dims =
        groups.iter().map(|range| size_of(&batch[range.clone()])).collect::<Option<Vec<_>>>()?;
    dims.extend([rows_size, columns_size]);
    let open = made.iter().map(|(_, size)| *size).collect();
    Some((cost, Product { swapped: false, left: left_turn, right: right_turn, dims, open, order }))
}

/// Runs of batch indices that the same operands have.
fn grouped(batch: &[(char, i64)], left: &Indices, right: &Indices) -> Vec<std::ops::Range<usize>> {
    let owners = |index: usize| (has(left, batch[index].0), has(right, batch[index].0));
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    for index in 0..batch.len() {
        match groups.last_mut() {
            Some(group) if owners(group.start) == owners(index) => group.end = index + 1,
            _ => groups.push(index..index + 1),
        }
    }
    groups
}

/// The order of dimensions that brings `letters` about; `None` inside when only dimensions of size one would move.
/// Those come first.
fn reordered(indices: &[(char, i64)], letters: &[char]) -> Option<Option<Vec<i64>>> {
    let thick: Vec<char> =
        indices.iter().filter(|(_, size)| *size != 1).map(|(letter, _)| *letter).collect();
    let letters: Vec<char> =
        letters.iter().copied().filter(|letter| thick.contains(letter)).collect();
    if thick == letters {
        return Some(None);
    }
    if thick.len() != letters.len() {
        return None;
    }
    let place = |letter: char| {
        let at = indices.iter().position(|(other, _)| *other == letter)?;
        i64::try_from(at).ok()
    };
    let thin = indices.iter().filter(|(_, size)| *size == 1).map(|(letter, _)| *letter);
    let order: Option<Vec<i64>> = thin.chain(letters).map(place).collect();
    order.map(Some)
}
