"""Makes a half-precision copy of a compiled graph: weights and values in 16 bits, inputs and outputs in 32.

For measuring what it would gain. The header lies in the folder of the file that it refers to:

    python tools/moebius/half.py HEADER OUT
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Inputs that stay 32-bit floats whatever the others are, by operation.
STAY = {"Resize": {2}}


def halved(tensor):
    return numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name)


def main(header, out):
    model = onnx.load(header)
    graph = model.graph
    stay = {node.input[index] for node in graph.node for index in STAY.get(node.op_type, ())
            if index < len(node.input)}
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and tensor.name not in stay:
            tensor.CopyFrom(halved(tensor))
    edges = []
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.FLOAT16
            if attribute.type == onnx.AttributeProto.TENSOR and attribute.t.data_type == TensorProto.FLOAT:
                attribute.t.CopyFrom(halved(attribute.t))
    for port in graph.input:
        if port.type.tensor_type.elem_type == TensorProto.FLOAT:
            inner = f"{port.name} in 16 bits"
            for node in graph.node:
                node.input[:] = [inner if name == port.name else name for name in node.input]
            edges.append(helper.make_node("Cast", [port.name], [inner], to=TensorProto.FLOAT16))
    ends = []
    for port in graph.output:
        inner = f"{port.name} in 16 bits"
        for node in graph.node:
            node.output[:] = [inner if name == port.name else name for name in node.output]
        ends.append(helper.make_node("Cast", [inner], [port.name], to=TensorProto.FLOAT))
    nodes = edges + list(graph.node) + ends
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
