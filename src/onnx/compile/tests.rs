//! The parts of the compiler on their own.

use proptest::prelude::*;

use super::{
    einsum::plan,
    fold::fold,
    knowledge::{Fact, Knowledge},
    shapes::infer,
    small::{Small, Values, broadcast, count, strides},
};
use crate::onnx::{
    element::Element,
    model::{Attribute, AttributeValue, Node},
};

fn node(op: &str, inputs: &[&str], settings: &[(&str, AttributeValue)]) -> Node {
    let inputs = inputs.iter().map(|&name| name.to_owned()).collect();
    let attributes = settings
        .iter()
        .map(|(name, value)| Attribute { name: (*name).to_owned(), value: value.clone() })
        .collect();
    let outputs = vec!["out".to_owned()];
    Node { op: op.to_owned(), inputs, outputs, attributes, ..Node::default() }
}

fn floats(dims: &[i64]) -> Fact {
    Fact { element: Element::F32, dims: dims.to_vec() }
}

fn list(values: &[i64]) -> Small {
    Small::ints(vec![values.len() as i64], values.to_vec())
}

fn knowledge(facts: &[(&str, &[i64])], smalls: &[(&str, &[i64])]) -> Knowledge {
    let mut known = Knowledge::default();
    for (name, dims) in facts {
        known.learn(name, floats(dims));
    }
    for (name, values) in smalls {
        known.learn_small(name, list(values));
    }
    known
}

fn inferred(known: &Knowledge, node: &Node) -> Option<Vec<i64>> {
    infer(known, node)?.pop().map(|fact| fact.dims)
}

#[test]
fn shapes_follow_the_rules_of_the_operators() {
    let known = knowledge(
        &[("x", &[2, 9, 64, 48]), ("w", &[16, 9, 3, 3]), ("m", &[48, 7]), ("s", &[2, 1, 5])],
        &[
            ("to", &[0, 3, -1]),
            ("axes", &[0, -1]),
            ("starts", &[10]),
            ("ends", &[-1]),
            ("one", &[1]),
        ],
    );
    let ints = |values: &[i64]| AttributeValue::Ints(values.to_vec());
    let shape = |op: &str, inputs: &[&str], settings: &[(&str, AttributeValue)]| {
        inferred(&known, &node(op, inputs, settings))
    };
    let around = [("pads", ints(&[1; 4])), ("strides", ints(&[2, 2]))];
    assert_eq!(shape("Conv", &["x", "w"], &around), Some(vec![2, 16, 32, 24]));
    assert_eq!(shape("Conv", &["x", "w"], &[]), Some(vec![2, 16, 62, 46]));
    let two = ("kernel_shape", ints(&[2, 2]));
    let halved = [two.clone(), ("strides", ints(&[2, 2]))];
    assert_eq!(shape("AveragePool", &["x"], &halved), Some(vec![2, 9, 32, 24]));
    assert_eq!(shape("MaxPool", &["x"], std::slice::from_ref(&two)), Some(vec![2, 9, 63, 47]));
    let up = [two, ("ceil_mode", AttributeValue::Int(1))];
    assert_eq!(shape("AveragePool", &["x"], &up), None);
    assert_eq!(shape("AveragePool", &["x"], &[]), None);
    assert_eq!(shape("GlobalAveragePool", &["x"], &[]), Some(vec![2, 9, 1, 1]));
    let block = |size| [("blocksize", AttributeValue::Int(size))];
    assert_eq!(shape("DepthToSpace", &["x"], &block(3)), Some(vec![2, 1, 192, 144]));
    assert_eq!(shape("DepthToSpace", &["x"], &block(2)), None);
    assert_eq!(shape("DepthToSpace", &["x"], &block(0)), None);
    assert_eq!(shape("Reshape", &["x", "to"], &[]), Some(vec![2, 3, 9216]));
    assert_eq!(shape("MatMul", &["x", "m"], &[]), Some(vec![2, 9, 64, 7]));
    assert_eq!(shape("Unsqueeze", &["m", "axes"], &[]), Some(vec![1, 48, 7, 1]));
    assert_eq!(shape("Squeeze", &["s", "one"], &[]), Some(vec![2, 5]));
    assert_eq!(shape("Squeeze", &["m", "one"], &[]), None);
    assert_eq!(shape("Transpose", &["s"], &[("perm", ints(&[2, 0, 1]))]), Some(vec![5, 2, 1]));
    let last = shape("Slice", &["x", "starts", "ends", "one"], &[]);
    assert_eq!(last, Some(vec![2, 0, 64, 48]));
    assert_eq!(shape("Split", &["m"], &[]), Some(vec![48, 7]));
    assert_eq!(shape("Unheard", &["x"], &[]), None);
}

#[test]
fn what_cannot_be_is_not_inferred() {
    let known = knowledge(
        &[("x", &[2, 3]), ("y", &[4, 5]), ("huge", &[1 << 31, 1 << 31])],
        &[("two", &[-1, -1]), ("wrong", &[4, -1]), ("far", &[i64::MAX, i64::MAX])],
    );
    assert_eq!(inferred(&known, &node("Add", &["x", "y"], &[])), None);
    assert_eq!(inferred(&known, &node("MatMul", &["x", "y"], &[])), None);
    for to in ["two", "wrong", "far", "nothing"] {
        assert_eq!(inferred(&known, &node("Reshape", &["x", to], &[])), None, "{to}");
    }
    let both = [("axis", AttributeValue::Int(0))];
    assert_eq!(inferred(&known, &node("Concat", &["x", "y"], &both)), None);
    assert_eq!(inferred(&known, &node("Pad", &["x", "far"], &[])), None);
}

#[test]
fn the_arithmetic_of_shapes_is_done() {
    let mut known = knowledge(&[("x", &[2, 9, 64, 48])], &[("index", &[2]), ("axis", &[0])]);
    known.learn_small("three", Small::ints(Vec::new(), vec![3]));
    let made = fold(&known, &node("Shape", &["x"], &[]), None).expect("is known");
    assert_eq!(made, list(&[2, 9, 64, 48]));
    known.learn_small("shape", made);
    let axis = [("axis", AttributeValue::Int(0))];
    let gathered = fold(&known, &node("Gather", &["shape", "index"], &axis), None);
    assert_eq!(gathered, Some(list(&[64])));
    let divided = fold(&known, &node("Div", &["shape", "three"], &[]), None);
    assert_eq!(divided, Some(list(&[0, 3, 21, 16])));
    let joined = fold(&known, &node("Concat", &["shape", "index"], &axis), None);
    assert_eq!(joined, Some(list(&[2, 9, 64, 48, 2])));
    known.learn_small("zero", list(&[0]));
    assert_eq!(fold(&known, &node("Div", &["shape", "zero"], &[]), None), None);
    known.learn_small("most", list(&[i64::MAX]));
    assert_eq!(fold(&known, &node("Add", &["most", "index"], &[]), None), None);
    // A range that would never end, and one that would not fit.
    assert_eq!(fold(&known, &node("Range", &["zero", "most", "index"], &[]), None), None);
    assert_eq!(fold(&known, &node("Range", &["zero", "most", "zero"], &[]), None), None);
    assert_eq!(fold(&known, &node("ConstantOfShape", &["most"], &[]), None), None);
}

/// Sums an Einsum of two operands index by index, in 64 bits.
fn summed(letters: [&str; 3], dims: [&[i64]; 2], values: [&[f64]; 2]) -> Vec<f64> {
    let mut sizes: Vec<(char, i64)> = Vec::new();
    for (letters, dims) in letters.iter().zip(dims) {
        for (letter, &size) in letters.chars().zip(dims) {
            if !sizes.iter().any(|(other, _)| *other == letter) {
                sizes.push((letter, size));
            }
        }
    }
    let size = |letter: char| {
        sizes.iter().find(|(other, _)| *other == letter).map_or(1, |(_, size)| *size)
    };
    let out: Vec<i64> = letters[2].chars().map(size).collect();
    let mut made = vec![0.0; count(&out).expect("small")];
    let all: Vec<i64> = sizes.iter().map(|(_, size)| *size).collect();
    for flat in 0..count(&all).expect("small") as i64 {
        let at = |letters: &str| -> usize {
            let dims: Vec<i64> = letters.chars().map(size).collect();
            let index = letters.chars().zip(strides(&dims)).map(|(letter, stride)| {
                let axis = sizes.iter().position(|(other, _)| *other == letter).expect("is there");
                flat / strides(&all)[axis] % all[axis] * stride
            });
            index.sum::<i64>() as usize
        };
        made[at(letters[2])] += values[0][at(letters[0])] * values[1][at(letters[1])];
    }
    made
}

fn permuted(values: &[f64], dims: &[i64], order: Option<&Vec<i64>>) -> Vec<f64> {
    let Some(order) = order else { return values.to_vec() };
    let own = strides(dims);
    let new: Vec<i64> = order.iter().map(|&axis| dims[axis as usize]).collect();
    (0..values.len() as i64)
        .map(|flat| {
            let index = order
                .iter()
                .enumerate()
                .map(|(at, &axis)| flat / strides(&new)[at] % new[at] * own[axis as usize]);
            values[index.sum::<i64>() as usize]
        })
        .collect()
}

/// MatMul with stretched batches.
fn multiplied(left: (&[i64], &[f64]), right: (&[i64], &[f64]), dims: &[i64]) -> Vec<f64> {
    let rank = dims.len();
    let (rows, inner, columns) = (dims[rank - 2], left.0[rank - 1], dims[rank - 1]);
    let batches = count(&dims[..rank - 2]).expect("small") as i64;
    let mut made = Vec::new();
    for batch in 0..batches {
        let at = |dims_of: &[i64]| -> i64 {
            (0..rank - 2)
                .map(|axis| {
                    let index = batch / strides(&dims[..rank - 2])[axis] % dims[axis];
                    if dims_of[axis] == 1 { 0 } else { index * strides(&dims_of[..rank - 2])[axis] }
                })
                .sum()
        };
        let (from, to) = (at(left.0) * rows * inner, at(right.0) * inner * columns);
        for row in 0..rows {
            for column in 0..columns {
                let sum = (0..inner).map(|index| {
                    left.1[(from + row * inner + index) as usize]
                        * right.1[(to + index * columns + column) as usize]
                });
                made.push(sum.sum());
            }
        }
    }
    made
}

proptest! {
    #[test]
    fn a_product_is_the_sum_it_stands_for(
        left in prop::sample::subsequence(vec!['b', 'h', 'k', 'n', 'u'], 1..=5).prop_shuffle(),
        right in prop::sample::subsequence(vec!['b', 'k', 'n', 'u', 'v'], 1..=5).prop_shuffle(),
        kept in prop::sample::subsequence(vec!['b', 'h', 'k', 'n', 'u', 'v'], 0..=6).prop_shuffle(),
        sizes in prop::collection::vec(1_i64..4, 6),
    ) {
        let size = |letter: char| sizes["bhknuv".find(letter).expect("one of them")];
        let kept: Vec<char> =
            kept.into_iter().filter(|letter| left.contains(letter) || right.contains(letter)).collect();
        let dims = |letters: &[char]| letters.iter().map(|&letter| size(letter)).collect::<Vec<_>>();
        let word = |letters: &[char]| letters.iter().collect::<String>();
        let known = knowledge(&[("l", &dims(&left)), ("r", &dims(&right))], &[]);
        let equation = format!("{}, {} -> {}", word(&left), word(&right), word(&kept));
        let einsum = node("Einsum", &["l", "r"], &[("equation", AttributeValue::Text(equation.into_bytes()))]);
        // Sums within one operand are not products of matrices.
        let alone = |one: &[char], other: &[char]| {
            one.iter().any(|letter| !other.contains(letter) && !kept.contains(letter) && size(*letter) > 1)
        };
        let Some(product) = plan(&known, &einsum) else {
            prop_assert!(alone(&left, &right) || alone(&right, &left));
            return Ok(());
        };
        let values = |letters: &[char], step: usize| -> Vec<f64> {
            (0..count(&dims(letters)).expect("small")).map(|at| ((at * step + 3) % 17) as f64).collect()
        };
        let (a, b) = (values(&left, 5), values(&right, 7));
        let want = summed(
            [&word(&left), &word(&right), &word(&kept)],
            [&dims(&left), &dims(&right)],
            [&a, &b],
        );
        let (first, second) = if product.swapped {
            ((&right, &b), (&left, &a))
        } else {
            ((&left, &a), (&right, &b))
        };
        let turned_left = permuted(first.1, &dims(first.0), product.left.order.as_ref());
        let turned_right = permuted(second.1, &dims(second.0), product.right.order.as_ref());
        let made = multiplied(
            (&product.left.dims, &turned_left),
            (&product.right.dims, &turned_right),
            &product.dims,
        );
        prop_assert_eq!(permuted(&made, &product.open, product.order.as_ref()), want);
    }

    #[test]
    fn stretching_is_what_broadcasting_says(left in prop::collection::vec(1_i64..4, 0..4), ones in any::<u8>()) {
        let right: Vec<i64> = left
            .iter()
            .enumerate()
            .map(|(at, &size)| if ones >> at & 1 == 1 { 1 } else { size })
            .collect();
        prop_assert_eq!(broadcast(&left, &right), Some(left.clone()));
        let values = (0..count(&right).expect("small")).map(|value| value as f32).collect();
        let small = Small { element: Element::F32, dims: right, values: Values::Floats(values) };
        let stretched = small.stretched(&left).expect("fits");
        prop_assert_eq!(stretched.len(), count(&left).expect("small"));
    }
}
