//! From graph to file: a header that points at the weights where they lie.

use super::{
    element::Element,
    model::{
        Attribute, AttributeValue, Data, Dim, Graph, Model, Node, Tensor, TensorKind, ValueInfo,
    },
    wire::Message,
};

/// The oldest version of the file format whose initialisers need not be listed among the inputs.
const FREE_INITIALISERS: i64 = 4;

/// Encodes a graph. The same graph gives the same bytes. Values that were left in the file become references into
/// a file named `location`: the one that was walked, under the name that the runtime gets it by.
#[must_use]
pub fn write(model: &Model, location: &str) -> Vec<u8> {
    let mut message = Message::default();
    message.int(1, model.ir_version.max(FREE_INITIALISERS));
    for opset in &model.opsets {
        message.message(8, |message| {
            message.text(1, &opset.domain);
            message.int(2, opset.version);
        });
    }
    message.encoded(&model.rest);
    message.message(7, |message| graph(message, &model.graph, location));
    message.0
}

fn graph(message: &mut Message, graph: &Graph, location: &str) {
    for one in &graph.nodes {
        message.message(1, |message| node(message, one, location));
    }
    for one in &graph.initialisers {
        message.message(5, |message| tensor(message, one, location));
    }
    message.encoded(&graph.rest);
    for (number, list) in [(11, &graph.inputs), (12, &graph.outputs), (13, &graph.values)] {
        for one in list {
            message.message(number, |message| value_info(message, one));
        }
    }
}

fn node(message: &mut Message, node: &Node, location: &str) {
    // An empty name has a meaning by its place.
    for name in &node.inputs {
        message.bytes(1, name.as_bytes());
    }
    for name in &node.outputs {
        message.bytes(2, name.as_bytes());
    }
    message.text(3, &node.name);
    message.text(4, &node.op);
    for one in &node.attributes {
        message.message(5, |message| attribute(message, one, location));
    }
    message.text(7, &node.domain);
    message.encoded(&node.rest);
}

fn attribute(message: &mut Message, attribute: &Attribute, location: &str) {
    if let AttributeValue::Other { encoded, .. } = &attribute.value {
        message.encoded(encoded);
        return;
    }
    message.text(1, &attribute.name);
    let kind = match &attribute.value {
        AttributeValue::Float(value) => {
            message.float(2, *value);
            1
        }
        AttributeValue::Int(value) => {
            message.int(3, *value);
            2
        }
        AttributeValue::Text(value) => {
            message.bytes(4, value);
            3
        }
        AttributeValue::Tensor(value) => {
            message.message(5, |message| tensor(message, value, location));
            4
        }
        AttributeValue::Floats(values) => {
            for &value in values {
                message.float(7, value);
            }
            6
        }
        AttributeValue::Ints(values) => {
            for &value in values {
                message.int(8, value);
            }
            7
        }
        AttributeValue::Other { .. } => return,
    };
    message.int(20, kind);
}

fn tensor(message: &mut Message, tensor: &Tensor, location: &str) {
    for &size in &tensor.dims {
        message.int(1, size);
    }
    message.int(2, tensor.element.0.into());
    message.text(8, &tensor.name);
    message.encoded(&tensor.rest);
    match &tensor.data {
        // Texts have their values among the rest.
        Data::Inline(_) if tensor.element == Element::TEXT => {}
        Data::Inline(bytes) => message.bytes(9, bytes),
        Data::Stored { offset, length } => {
            let entries = [
                ("location", location.to_owned()),
                ("offset", offset.to_string()),
                ("length", length.to_string()),
            ];
            for (key, value) in entries {
                message.message(13, |message| {
                    message.text(1, key);
                    message.text(2, &value);
                });
            }
            message.int(14, 1);
        }
    }
}

fn value_info(message: &mut Message, info: &ValueInfo) {
    message.text(1, &info.name);
    message.encoded(&info.rest);
    let Some(TensorKind { element, dims }) = &info.kind else { return };
    message.message(2, |message| {
        message.message(1, |message| {
            message.int(1, element.0.into());
            let Some(dims) = dims else { return };
            message.message(2, |message| {
                for dim in dims {
                    message.message(1, |message| match dim {
                        Dim::Size(size) => message.int(1, *size),
                        Dim::Named(name) => message.text(2, name),
                        Dim::Open => {}
                    });
                }
            });
        });
    });
}
