"""Makes tiny models for the browser tests: the contracts of real models, hardly any work.

The first paints a flat colour where its mask says so, and a test can tell from the pixels that the graph saw the
right mask; the second takes long; the third has another signature. Needs the packages numpy and onnx:

    python tools/stand_ins.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parent.parent / "end2end" / "models"


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def swift_like():
    """`image` and `mask` in 0..1, 1 = repaint; inside the mask a flat green, outside the picture.

    Pictures are compared with that green in the tests: 0.1, 0.8, 0.2.
    """
    constants = [
        constant("one", 1.0),
        constant("green", np.array([0.1, 0.8, 0.2]).reshape(1, 3, 1, 1)),
        # A convolution that passes its input through: there is something for the provider to run.
        constant("pass", np.eye(3).reshape(3, 3, 1, 1)),
    ]
    nodes = [
        helper.make_node("Sub", ["one", "mask"], ["keep"]),
        helper.make_node("Mul", ["image", "keep"], ["known"]),
        helper.make_node("Mul", ["green", "mask"], ["made"]),
        helper.make_node("Add", ["known", "made"], ["sum"]),
        helper.make_node("Conv", ["sum", "pass"], ["result"], kernel_shape=[1, 1]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "h", "w"]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, "h", "w"]),
    ]
    outputs = [helper.make_tensor_value_info("result", TensorProto.FLOAT, [1, 3, "h", "w"])]
    return save("swift-like", nodes, inputs, outputs, constants)


def slow():
    """The same names, but one run takes many seconds on any processor."""
    width = 64
    rng = np.random.default_rng(0)
    constants = [
        constant("into", rng.standard_normal((width, 3, 3, 3)) / 6),
        constant("step", rng.standard_normal((width, width, 3, 3)) / 24),
        constant("out", rng.standard_normal((3, width, 1, 1)) / 8),
        constant("none", 0.0),
    ]
    around = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [helper.make_node("Conv", ["image", "into"], ["s0"], **around)]
    for index in range(160):
        nodes.append(helper.make_node("Conv", [f"s{index}", "step"], [f"c{index}"], **around))
        nodes.append(helper.make_node("Tanh", [f"c{index}"], [f"s{index + 1}"]))
    nodes += [
        helper.make_node("Conv", ["s160", "out"], ["colours"], kernel_shape=[1, 1]),
        helper.make_node("Mul", ["mask", "none"], ["nothing"]),
        helper.make_node("Add", ["colours", "nothing"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["result"]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "h", "w"]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, "h", "w"]),
    ]
    outputs = [helper.make_tensor_value_info("result", TensorProto.FLOAT, [1, 3, "h", "w"])]
    return save("slow", nodes, inputs, outputs, constants)


def other_contract():
    """A valid graph that is not what a manifest says of swift: one input of four channels."""
    nodes = [helper.make_node("Conv", ["input", "mix"], ["output"], kernel_shape=[1, 1])]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 4, "h", "w"])]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3, "h", "w"])]
    return save("other-contract", nodes, inputs, outputs, [constant("mix", np.ones((3, 4, 1, 1)) / 4)])


def migan_like():
    """Bytes, and a mask that says what to keep: where it is 0 the answer is a flat green, elsewhere the picture."""
    constants = [constant("green", np.array([26, 204, 51]).reshape(1, 3, 1, 1), np.uint8)]
    nodes = [
        helper.make_node("Cast", ["mask"], ["keep"], to=TensorProto.BOOL),
        helper.make_node("Where", ["keep", "image", "green"], ["result"]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.UINT8, ["b", 3, "h", "w"]),
        helper.make_tensor_value_info("mask", TensorProto.UINT8, ["b", 1, "h", "w"]),
    ]
    outputs = [helper.make_tensor_value_info("result", TensorProto.UINT8, ["b", 3, "h", "w"])]
    return save("migan-like", nodes, inputs, outputs, constants)


def lama_like():
    """Floats from 0 to 1 in, 0 to 255 out, at 512 by 512: green inside the mask, the picture elsewhere."""
    constants = [
        constant("one", 1.0),
        constant("full", 255.0),
        constant("green", np.array([26, 204, 51]).reshape(1, 3, 1, 1)),
    ]
    nodes = [
        helper.make_node("Sub", ["one", "mask"], ["keep"]),
        helper.make_node("Mul", ["image", "keep"], ["known"]),
        helper.make_node("Mul", ["known", "full"], ["scaled"]),
        helper.make_node("Mul", ["green", "mask"], ["made"]),
        helper.make_node("Add", ["scaled", "made"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 512, 512]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, 512, 512]),
    ]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3, 512, 512])]
    return save("lama-like", nodes, inputs, outputs, constants)


def lama_int8_like():
    """Four channels in one, the last the mask, the picture hidden under it: green where all colours are hidden.

    What shows that the hole was hidden: the picture's own colours are added to the green.
    """
    pick = np.zeros((3, 4, 1, 1))
    for channel in range(3):
        pick[channel, channel] = 1
        pick[channel, 3] = [0.1, 0.8, 0.2][channel]
    nodes = [helper.make_node("Conv", ["input", "pick"], ["output"], kernel_shape=[1, 1])]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 4, 512, 512])]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3, 512, 512])]
    return save("lama-int8-like", nodes, inputs, outputs, [constant("pick", pick)])


def save(name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    OUT.mkdir(parents=True, exist_ok=True)
    onnx.save(model, OUT / f"{name}.onnx")


if __name__ == "__main__":
    swift_like()
    slow()
    other_contract()
    migan_like()
    lama_like()
    lama_int8_like()
