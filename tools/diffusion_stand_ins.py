"""Makes three tiny graphs with the contract of Moebius: encoder, UNet and decoder for pictures of 512 pixels.

The architecture is our own and the weights are random, but not without sense: the encoder averages, the decoder
undoes that, and the UNet takes the surroundings to be what is under the mask. So a run ends in a smooth fill, and a
mistake on the way can be seen. What is random (convolutions, time and prompt embedding, cross-attention with a table
of places, layer and group norms, Einsum) is added to that with a small weight. Cost: 7 million multiplications for
one of a UNet's batch, 26 for the encoder, 109 for the decoder. Needs the packages numpy and onnx:

    python tools/diffusion_stand_ins.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parent.parent / "end2end" / "models"
RNG = np.random.default_rng(20)
WIDTH = 8

# Brightness, blue against yellow, red against green, and green again: full rank, so that it can be undone.
MIX = np.array([[0.3, 0.6, 0.1], [-0.4, -0.4, 0.8], [0.8, -0.7, -0.1], [-0.2, 0.7, -0.5]], np.float32) * 6


class Graph:
    """Nodes and constants as they are needed; every call gives the name of its output."""

    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def constant(self, values, kind=np.float32):
        self.count += 1
        name = f"c{self.count}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def whole(self, *values):
        return self.constant(values, np.int64)

    def op(self, kind, *inputs, output=None, **attributes):
        self.count += 1
        output = output or f"t{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def conv(self, x, channels, into, side=3, stride=1, gain=1.0, output=None):
        """Without bias, so that nothing stays nothing."""
        weights = RNG.standard_normal((into, channels, side, side)) * gain / np.sqrt(channels * side * side)
        pad = side // 2
        attributes = {"kernel_shape": [side, side], "pads": [pad] * 4, "strides": [stride] * 2}
        return self.op("Conv", x, self.constant(weights), output=output, **attributes)

    def silu(self, x):
        return self.op("Mul", x, self.op("Sigmoid", x))

    def channels(self, x, start, end):
        return self.op("Slice", x, self.whole(start), self.whole(end), self.whole(1))

    def enlarge(self, x, factor, mode):
        scales = self.constant([1, 1, factor, factor])
        attributes = {"coordinate_transformation_mode": "half_pixel"}
        if mode == "nearest":
            attributes = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.op("Resize", x, "", scales, mode=mode, **attributes)

    def save(self, name, inputs, outputs):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        OUT.mkdir(parents=True, exist_ok=True)
        onnx.save(model, OUT / f"{name}.onnx")


def floats(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", *shape])


def encoder():
    g = Graph()
    small = g.op("AveragePool", "image", kernel_shape=[8, 8], strides=[8, 8])
    mean = g.op("Conv", small, g.constant(MIX.reshape(4, 3, 1, 1)), kernel_shape=[1, 1])
    x = g.silu(g.conv("image", 3, WIDTH, stride=2))
    x = g.silu(g.conv(x, WIDTH, WIDTH, stride=2))
    x = g.conv(x, WIDTH, WIDTH, stride=2, gain=0.5)
    mean = g.op("Add", mean, g.channels(x, 0, 4))
    g.op("Concat", mean, g.channels(x, 4, 8), output="moments", axis=1)
    g.save("latent-encoder", [floats("image", 3, 512, 512)], [floats("moments", 8, 64, 64)])


def decoder():
    g = Graph()
    undo = np.linalg.pinv(MIX).astype(np.float32).reshape(3, 4, 1, 1)
    colours = g.op("Conv", "latent", g.constant(undo), kernel_shape=[1, 1])
    smooth = g.enlarge(colours, 8, "linear")
    x = g.silu(g.conv("latent", 4, WIDTH))
    for _ in range(2):
        x = g.silu(g.conv(g.enlarge(x, 2, "nearest"), WIDTH, WIDTH))
    detail = g.conv(g.enlarge(x, 2, "nearest"), WIDTH, 3, gain=0.08)
    g.op("Add", smooth, detail, output="image")
    g.save("latent-decoder", [floats("latent", 4, 64, 64)], [floats("image", 3, 512, 512)])


def unet():
    g = Graph()
    noisy, mask, known = g.channels("latent", 0, 4), g.channels("latent", 4, 5), g.channels("latent", 5, 9)
    one = g.constant(1.0)
    keep = g.op("Sub", one, mask)

    def blurred(x):
        """The mean over a large square, twice: far enough to reach into any hole."""
        for _ in range(2):
            x = g.op("AveragePool", x, kernel_shape=[1, 31], pads=[0, 15, 0, 15], count_include_pad=1)
            x = g.op("AveragePool", x, kernel_shape=[31, 1], pads=[15, 0, 15, 0], count_include_pad=1)
        return x

    kept = g.op("Mul", known, keep)
    share = g.op("Add", blurred(keep), g.constant(1e-3))
    around = g.op("Mul", g.op("Div", blurred(kept), share), mask)
    clean = g.op("Add", around, kept)

    betas = np.linspace(np.sqrt(0.00085), np.sqrt(0.012), 1000) ** 2
    alphas = g.op("Gather", g.constant(np.cumprod(1 - betas)), "timesteps")
    alphas = g.op("Reshape", alphas, g.whole(-1, 1, 1, 1))
    signal = g.op("Sqrt", alphas)
    rest = g.op("Sqrt", g.op("Sub", one, alphas))
    noise = g.op("Div", g.op("Sub", noisy, g.op("Mul", signal, clean)), rest)

    # The part that is random.
    time = g.op("Reshape", g.op("Cast", "timesteps", to=TensorProto.FLOAT), g.whole(-1, 1))
    angles = g.op("Mul", time, g.constant(np.exp(-np.log(1000) * np.arange(WIDTH) / WIDTH).reshape(1, WIDTH)))
    waves = g.op("Concat", g.op("Sin", angles), g.op("Cos", angles), axis=1)
    time = g.op("MatMul", waves, g.constant(RNG.standard_normal((2 * WIDTH, WIDTH)) / 4))
    time = g.op("Reshape", time, g.whole(-1, WIDTH, 1, 1))
    x = g.op("Add", g.conv("latent", 9, WIDTH), time)
    groups = g.op("Reshape", x, g.whole(0, 2, -1))
    groups = g.op("InstanceNormalization", groups, g.constant([1, 1]), g.constant([0, 0]), epsilon=1e-5)
    x = g.silu(g.op("Reshape", groups, g.whole(-1, WIDTH, 64, 64)))

    coarse = g.op("AveragePool", x, kernel_shape=[4, 4], strides=[4, 4])
    coarse = g.op("Reshape", coarse, g.whole(0, WIDTH, 256))
    coarse = g.op("Transpose", coarse, perm=[0, 2, 1])
    coarse = g.op("Add", coarse, g.constant(RNG.standard_normal((256, WIDTH)) / 2))
    queries = g.op("LayerNormalization", coarse, g.constant(np.ones(WIDTH)), g.constant(np.zeros(WIDTH)))
    prompt = g.op("Gather", g.constant(RNG.standard_normal((20, WIDTH))), "input_ids")
    keys = g.op("MatMul", prompt, g.constant(RNG.standard_normal((WIDTH, WIDTH)) / 3))
    values = g.op("MatMul", prompt, g.constant(RNG.standard_normal((WIDTH, WIDTH)) / 3))
    shares = g.op("Softmax", g.op("Einsum", queries, keys, equation="bqd,bkd->bqk"), axis=-1)
    seen = g.op("Einsum", shares, values, equation="bqk,bkd->bqd")
    seen = g.op("Reshape", g.op("Transpose", seen, perm=[0, 2, 1]), g.whole(0, WIDTH, 16, 16))
    x = g.op("Add", x, g.enlarge(seen, 4, "nearest"))

    x = g.silu(g.conv(x, WIDTH, WIDTH))
    g.op("Add", noise, g.conv(x, WIDTH, 4, gain=0.3), output="noise")
    inputs = [
        floats("latent", 9, 64, 64),
        helper.make_tensor_value_info("timesteps", TensorProto.INT64, ["B"]),
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["B", 10]),
    ]
    g.save("latent-unet", inputs, [floats("noise", 4, 64, 64)])


if __name__ == "__main__":
    encoder()
    decoder()
    unet()
