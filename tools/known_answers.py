"""Makes the graphs and answers that a graphics card must reproduce before it is trusted with a photo.

Three tiny graphs with 3, 4 and 9 input channels run what inpainting models run most: Conv, MatMul, Softmax, Resize.
The answers come from ONNX Runtime on the processor. Needs the packages numpy, onnx and onnxruntime:

    python tools/known_answers.py
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parent.parent / "public" / "known-answers"
SIDE = 8
WIDTH = 8


def weights(rng, name, *shape):
    fan_in = int(np.prod(shape[1:])) or 1
    values = rng.standard_normal(shape) / np.sqrt(fan_in)
    return numpy_helper.from_array(values.astype(np.float32), name)


def graph(channels):
    rng = np.random.default_rng(channels)
    constants = [
        weights(rng, "first", WIDTH, channels, 3, 3),
        weights(rng, "bias", WIDTH),
        # Large enough for the softmax to tell its inputs apart.
        numpy_helper.from_array((4 * rng.standard_normal((WIDTH, WIDTH))).astype(np.float32), "mix"),
        weights(rng, "last", 3, WIDTH, 3, 3),
        numpy_helper.from_array(np.array([1, WIDTH, SIDE * SIDE], np.int64), "flat"),
        numpy_helper.from_array(np.array([1, WIDTH, SIDE, SIDE], np.int64), "square"),
        numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "twice"),
    ]
    nodes = [
        helper.make_node("Conv", ["x", "first", "bias"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Reshape", ["a", "flat"], ["b"]),
        helper.make_node("Transpose", ["b"], ["c"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["c", "mix"], ["d"]),
        helper.make_node("Softmax", ["d"], ["e"], axis=-1),
        helper.make_node("Transpose", ["e"], ["f"], perm=[0, 2, 1]),
        helper.make_node("Reshape", ["f", "square"], ["g"]),
        helper.make_node("Resize", ["g", "", "twice"], ["h"], mode="linear",
                         coordinate_transformation_mode="half_pixel"),
        helper.make_node("Conv", ["h", "last"], ["y"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, channels, SIDE, SIDE])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 2 * SIDE, 2 * SIDE])]
    made = helper.make_graph(nodes, f"known-answer-{channels}", inputs, outputs, constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def pattern(count):
    """The input: the same numbers are made by the worker."""
    steps = (np.arange(count) * 37 + 11) % 101
    return steps.astype(np.float32) / np.float32(50) - np.float32(1)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    answers = []
    for channels in (3, 4, 9):
        model = graph(channels)
        name = f"channels-{channels}.onnx"
        onnx.save(model, OUT / name)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        x = pattern(channels * SIDE * SIDE).reshape(1, channels, SIDE, SIDE)
        y = session.run(None, {"x": x})[0]
        assert np.ptp(y) > 0.5, "an answer that hardly varies proves little"
        answers.append({
            "graph": name,
            "shape": [1, channels, SIDE, SIDE],
            "answer": [round(float(value), 6) for value in y.ravel()],
        })
    (OUT / "answers.json").write_text(json.dumps({"tolerance": 0.002, "cases": answers}) + "\n")


if __name__ == "__main__":
    main()
