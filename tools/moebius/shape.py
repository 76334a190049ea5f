"""Makes three graphs of the contract, the size and the census of Moebius 0.2B, with random weights.

For measuring where the published weights cannot be had: the same inputs and outputs, the same operators as often, the
same channels, about the same bytes and work. What they compute means nothing. They are built as PyTorch's exporter
writes graphs with an open batch: sizes are asked for at run time and put together by Gather, Unsqueeze and Concat.
The blocks are those of a U-Net with lambda layers (Bello 2021) for attention. Needs the packages numpy and onnx:

    python tools/moebius/shape.py FOLDER [--scale tiny]
"""

import argparse
import collections
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# As the published U-Net counts them.
CENSUS = {"Constant": 2989, "Shape": 948, "Unsqueeze": 1322, "Einsum": 105, "Conv": 229,
          "LayerNormalization": 45, "Softmax": 30}
NODES = 8889
# Latent side, channels of a level of the U-Net and of the VAE, groups of a norm.
SCALES = {
    "full": {"side": 64, "unet": (320, 640, 1280, 1280), "vae": (128, 256, 512, 512), "groups": 32, "heads": 8},
    "tiny": {"side": 16, "unet": (16, 32, 64, 64), "vae": (16, 16, 32, 32), "groups": 8, "heads": 4},
}
TOKENS = 10
KEYS = 16


class Builder:
    """A graph in the making. Values are names."""

    # Groups of the convolutions that are whole; as many as the file's size asks for.
    split = 1

    def __init__(self, scale):
        self.__dict__.update(SCALES[scale])
        self.nodes, self.initialisers, self.count = [], [], 0
        # One pool of noise serves all weights: making a gigabyte of it would take longer than the measuring.
        self.pool = np.random.default_rng(5).standard_normal(1 << 24, dtype=np.float32)
        self.at = 0

    def add(self, op, inputs, outputs=1, **attributes):
        self.count += 1
        names = [f"/{op}_{self.count}_output_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=f"/{op}_{self.count}", **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, values, kind=np.int64):
        return self.add("Constant", [], value=numpy_helper.from_array(np.asarray(values, kind), "value"))

    def weight(self, *shape, fan=None, base=0.0):
        size = int(np.prod(shape))
        scale = np.float32(0.02 if fan is None else 1 / np.sqrt(fan))
        if self.at + size > self.pool.size:
            self.at = (self.at * 7 + size) % max(1, self.pool.size - size)
        values = self.pool[self.at:self.at + size] * scale + np.float32(base)
        self.at += size
        tensor = TensorProto(name=f"weight_{len(self.initialisers)}", data_type=TensorProto.FLOAT, dims=shape)
        tensor.raw_data = values.tobytes()
        self.initialisers.append(tensor)
        return tensor.name

    # Shape arithmetic, as it is traced.

    def size(self, x, axis):
        return self.add("Gather", [self.add("Shape", [x]), self.constant(axis)], axis=0)

    def reshape(self, x, *sizes):
        """Sizes are numbers, or names of scalars that are computed."""
        parts = [self.constant([size]) if isinstance(size, int)
                 else self.add("Unsqueeze", [size, self.constant([0])]) for size in sizes]
        return self.add("Reshape", [x, self.add("Concat", parts, axis=0)], allowzero=0)

    def transpose(self, x, *perm):
        return self.add("Transpose", [x], perm=perm)

    def einsum(self, equation, *inputs):
        return self.add("Einsum", list(inputs), equation=equation)

    # Layers.

    def conv(self, x, before, after, size=1, stride=1, groups=1, bias=True, gain=1.0):
        fan = before // groups * size * size / gain ** 2
        inputs = [x, self.weight(after, before // groups, size, size, fan=fan)]
        if bias:
            inputs.append(self.weight(after))
        pad = size // 2
        return self.add("Conv", inputs, kernel_shape=[size, size], pads=[pad] * 4, strides=[stride] * 2,
                        dilations=[1, 1], group=groups)

    def linear(self, x, before, after, bias=True):
        y = self.add("MatMul", [x, self.weight(before, after, fan=before)])
        return self.add("Add", [self.weight(after), y]) if bias else y

    def silu(self, x):
        return self.add("Mul", [x, self.add("Sigmoid", [x])])

    def group_norm(self, x, channels):
        flat = self.add("Reshape", [x, self.constant([0, self.groups, -1])])
        ones = self.constant(np.ones(self.groups), np.float32)
        zeros = self.constant(np.zeros(self.groups), np.float32)
        y = self.add("InstanceNormalization", [flat, ones, zeros], epsilon=1e-5)
        y = self.add("Reshape", [y, self.add("Shape", [x])])
        y = self.add("Mul", [y, self.weight(channels, 1, 1, base=1.0)])
        return self.add("Add", [y, self.weight(channels, 1, 1)])

    def layer_norm(self, x, channels):
        return self.add("LayerNormalization", [x, self.weight(channels, base=1.0), self.weight(channels)],
                        axis=-1, epsilon=1e-5)

    def resnet(self, x, before, after, time=None, apart=(False, False)):
        """Two convolutions with norms; `apart` says of each whether it is depthwise, then pointwise, or in groups."""
        def conv(y, channels, apart):
            if apart:
                y = self.conv(y, channels, channels, 3, groups=channels, bias=False)
                return self.conv(y, channels, after, gain=0.7)
            return self.conv(y, channels, after, 3, groups=self.split, gain=0.7)
        y = conv(self.silu(self.group_norm(x, before)), before, apart[0])
        if time is not None:
            shift = self.add("Gemm", [self.silu(time), self.weight(after, self.embedding, fan=self.embedding),
                                      self.weight(after)], transB=1)
            shift = self.add("Unsqueeze", [shift, self.constant([2])])
            y = self.add("Add", [y, self.add("Unsqueeze", [shift, self.constant([3])])])
        y = conv(self.silu(self.group_norm(y, after)), after, apart[1])
        if before != after:
            x = self.conv(x, before, after)
        return self.add("Div", [self.add("Add", [x, y]), self.constant(1, np.float32)])

    def upsample(self, x, channels):
        scales = self.constant([1, 1, 2, 2], np.float32)
        y = self.add("Resize", [x, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric",
                     nearest_mode="floor")
        return self.conv(y, channels, channels, 3)

    def finish(self, name, inputs, outputs):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initialisers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8,
                                 producer_name="moebius-shape")


class Unet(Builder):
    """The network that predicts noise."""

    split = 16

    def lambdas(self, x, channels, side, context=None):
        """A lambda layer: over the neighbourhood, or over the tokens of a context with a table of positions."""
        heads, deep = self.heads, channels // self.heads
        batch, height, width = self.size(x, 0), self.size(x, 2), self.size(x, 3)
        many = self.add("Mul", [height, width])
        q = self.reshape(self.conv(x, channels, heads * KEYS, bias=False, gain=0.5), batch, heads, KEYS, many)
        if context is None:
            k = self.reshape(self.conv(x, channels, KEYS, bias=False), batch, 1, KEYS, many)
            v = self.reshape(self.conv(x, channels, deep, bias=False), batch, 1, deep, many)
        else:
            tokens = self.size(context, 1)
            k = self.linear(context, channels, KEYS, bias=False)
            k = self.reshape(self.transpose(k, 0, 2, 1), batch, 1, KEYS, tokens)
            v = self.linear(context, channels, deep, bias=False)
            v = self.reshape(self.transpose(v, 0, 2, 1), batch, 1, deep, tokens)
        k = self.add("Softmax", [k], axis=-1)
        content = self.einsum("bukm,buvm->bkv", k, v)
        y = self.einsum("bhkn,bkv->bhvn", q, content)
        if context is None:
            rows = self.add("Mul", [batch, self.constant(deep)])
            near = self.conv(self.reshape(v, rows, 1, height, width), 1, KEYS, 7)
            near = self.reshape(near, batch, deep, KEYS, many)
            z = self.einsum("bhkn,bvkn->bhvn", q, near)
        else:
            table = self.weight(side * side, TOKENS, KEYS, 1, fan=KEYS)
            place = self.einsum("nmku,buvm->bnkv", table, v)
            z = self.einsum("bhkn,bnkv->bhvn", q, place)
        y = self.reshape(self.add("Add", [y, z]), batch, channels, height, width)
        return self.conv(y, channels, channels, gain=0.5) if context is None else y

    def outside(self, x):
        """Channels last, positions in a row, with what leads back."""
        batch, channels, height, width = (self.size(x, axis) for axis in range(4))
        flat = self.reshape(self.transpose(x, 0, 2, 3, 1), batch, self.add("Mul", [height, width]), channels)
        return flat, (batch, height, width, channels)

    def inside(self, x, sizes):
        return self.transpose(self.reshape(x, *sizes), 0, 3, 1, 2)

    def gelu(self, x):
        y = self.add("Erf", [self.add("Div", [x, self.constant(np.sqrt(2), np.float32)])])
        y = self.add("Mul", [x, self.add("Add", [y, self.constant(1, np.float32)])])
        return self.add("Mul", [y, self.constant(0.5, np.float32)])

    def transformer(self, x, channels, side, words, wide=1):
        residual = x
        x = self.conv(self.group_norm(x, channels), channels, channels)
        flat, sizes = self.outside(x)
        # Neighbourhood, tokens, then a gated layer: each with its norm and its way round.
        y = self.lambdas(self.inside(self.layer_norm(flat, channels), sizes), channels, side)
        flat = self.add("Add", [flat, self.outside(y)[0]])
        context = self.linear(words, self.words, channels, bias=False)
        y = self.lambdas(self.inside(self.layer_norm(flat, channels), sizes), channels, side, context)
        flat = self.add("Add", [flat, self.outside(y)[0]])
        hidden = wide * channels
        y = self.linear(self.layer_norm(flat, channels), channels, 2 * hidden)
        last = self.size(y, 2)
        half = self.add("Div", [last, self.constant(2)])
        left = self.add("Slice", [y, self.constant([0]), self.add("Unsqueeze", [half, self.constant([0])]),
                                  self.constant([2])])
        right = self.add("Slice", [y, self.add("Unsqueeze", [half, self.constant([0])]),
                                   self.add("Unsqueeze", [last, self.constant([0])]), self.constant([2])])
        y = self.inside(self.add("Mul", [left, self.gelu(right)]), sizes[:3] + (hidden,))
        y = self.outside(self.conv(y, hidden, hidden, 3, groups=hidden))[0]
        flat = self.add("Add", [flat, self.linear(y, hidden, channels)])
        y = self.conv(self.inside(flat, sizes), channels, channels, gain=0.5)
        return self.add("Add", [y, residual])

    def time(self):
        half = self.unet[0] // 2
        rates = np.exp(-np.log(10000) * np.arange(half) / half).astype(np.float32)
        steps = self.add("Unsqueeze", ["timesteps", self.constant([1])])
        steps = self.add("Cast", [steps], to=TensorProto.FLOAT)
        angles = self.add("Mul", [steps, self.constant(rates[None], np.float32)])
        waves = self.add("Concat", [self.add("Cos", [angles]), self.add("Sin", [angles])], axis=-1)
        wide = self.embedding
        y = self.add("Gemm", [waves, self.weight(wide, 2 * half, fan=2 * half), self.weight(wide)], transB=1)
        return self.add("Gemm", [self.silu(y), self.weight(wide, wide, fan=wide), self.weight(wide)], transB=1)

    def fill(self, x, tail):
        """Brings the census to that of the published graph, by ways round that lead back to the same values.

        `tail` says what comes after it.
        """
        def short(op):
            return CENSUS[op] - tail[op] - sum(node.op_type == op for node in self.nodes)

        assert all(short(op) == 0 for op in ("Einsum", "Conv", "LayerNormalization", "Softmax"))
        while short("Shape") >= 4 and short("Unsqueeze") >= 4:
            x = self.reshape(x, *(self.size(x, axis) for axis in range(4)))
        for _ in range(short("Shape")):
            x = self.add("Reshape", [x, self.add("Shape", [x])])
        while short("Unsqueeze") > 0:
            x = self.add("Squeeze", [self.add("Unsqueeze", [x, self.constant([0])]), self.constant([0])])
        while short("Constant") > 0:
            x = self.add("Mul", [x, self.constant(1, np.float32)])
        while len(self.nodes) < NODES - tail.total():
            x = self.add("Identity", [x])
        return x

    def build(self):
        widths, side = self.unet, self.side
        self.embedding, self.words = 4 * widths[0], 2 * widths[1]
        words = self.add("Gather", [self.weight(2 * TOKENS, self.words), "input_ids"])
        time = self.time()
        x = self.conv("latent", 9, widths[0], 3)
        skips, channels = [(x, widths[0])], widths[0]
        for level, width in enumerate(widths):
            for _ in range(2):
                whole = level == 3
                x = self.resnet(x, channels, width, time, (not whole, not whole))
                channels = width
                if level < 3:
                    x = self.transformer(x, width, side >> level, words)
                skips.append((x, width))
            if level < 3:
                x = self.conv(x, width, width, 3, stride=2)
                skips.append((x, width))
        for _ in range(2):
            x = self.resnet(x, channels, channels, time)
        for level, width in reversed(list(enumerate(widths))):
            for index in range(3):
                skip, more = skips.pop()
                x = self.add("Concat", [x, skip], axis=1)
                # Wide inputs are narrowed first, or a tensor would be larger than the largest there is.
                x = self.conv(x, channels + more, width) if level == 3 else x
                before = width if level == 3 else channels + more
                x = self.resnet(x, before, width, time, self.apart(level, index))
                channels = width
                if level < 3:
                    x = self.transformer(x, width, side >> level, words)
            if level > 0:
                x = self.upsample(x, width)
        tail = collections.Counter(Constant=3, Shape=1, Conv=1, other=8)
        x = self.fill(x, tail)
        x = self.conv(self.silu(self.group_norm(x, channels)), channels, 4, 3)
        self.nodes.append(helper.make_node("Identity", [x], ["noise"]))
        half = [helper.make_tensor_value_info("latent", TensorProto.FLOAT, ["batch", 9, side, side]),
                helper.make_tensor_value_info("timesteps", TensorProto.INT64, ["batch"]),
                helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", TOKENS])]
        return self.finish("unet", half,
                           [helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["batch", 4, side, side])])

    @staticmethod
    def apart(level, index):
        """Which convolutions of the way up are whole: as many as the census leaves."""
        return (False, False) if level == 3 or (level == 2 and index == 0) else (True, True)


class Vae(Builder):
    """Encoder and decoder between pictures and latents, with one layer of attention in the middle."""

    def middle(self, x, channels):
        x = self.resnet(x, channels, channels)
        y = self.group_norm(x, channels)
        batch, height, width = self.size(y, 0), self.size(y, 2), self.size(y, 3)
        flat = self.reshape(y, batch, channels, self.add("Mul", [height, width]))
        flat = self.transpose(flat, 0, 2, 1)
        q, k, v = (self.linear(flat, channels, channels) for _ in range(3))
        scores = self.add("MatMul", [q, self.transpose(k, 0, 2, 1)])
        scores = self.add("Mul", [scores, self.constant(channels ** -0.5, np.float32)])
        y = self.add("MatMul", [self.add("Softmax", [scores], axis=-1), v])
        y = self.transpose(self.linear(y, channels, channels), 0, 2, 1)
        x = self.add("Add", [self.reshape(y, batch, channels, height, width), x])
        return self.resnet(x, channels, channels)

    def encoder(self):
        widths = self.vae
        x = self.conv("image", 3, widths[0], 3)
        channels = widths[0]
        for level, width in enumerate(widths):
            for _ in range(2):
                x = self.resnet(x, channels, width)
                channels = width
            if level < 3:
                x = self.add("Pad", [x, self.constant([0, 0, 0, 0, 0, 0, 1, 1]), self.constant(0, np.float32)],
                             mode="constant")
                inputs = [x, self.weight(width, width, 3, 3, fan=9 * width), self.weight(width)]
                x = self.add("Conv", inputs, kernel_shape=[3, 3], pads=[0] * 4, strides=[2, 2])
        x = self.silu(self.group_norm(self.middle(x, channels), channels))
        x = self.conv(self.conv(x, channels, 8, 3), 8, 8)
        self.nodes.append(helper.make_node("Identity", [x], ["moments"]))
        return self.finish(
            "vae_encoder",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 8 * self.side, 8 * self.side])],
            [helper.make_tensor_value_info("moments", TensorProto.FLOAT, ["batch", 8, self.side, self.side])],
        )

    def decoder(self):
        widths = self.vae[::-1]
        x = self.conv(self.conv("latent", 4, 4), 4, widths[0], 3)
        x = self.middle(x, widths[0])
        channels = widths[0]
        for level, width in enumerate(widths):
            for _ in range(3):
                x = self.resnet(x, channels, width)
                channels = width
            if level < 3:
                x = self.upsample(x, width)
        x = self.conv(self.silu(self.group_norm(x, channels)), channels, 3, 3, gain=0.5)
        self.nodes.append(helper.make_node("Identity", [x], ["image"]))
        return self.finish(
            "vae_decoder",
            [helper.make_tensor_value_info("latent", TensorProto.FLOAT, ["batch", 4, self.side, self.side])],
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 8 * self.side, 8 * self.side])],
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=SCALES, default="full")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, make in (("unet", lambda: Unet(given.scale).build()),
                       ("vae_encoder", lambda: Vae(given.scale).encoder()),
                       ("vae_decoder", lambda: Vae(given.scale).decoder())):
        model = make()
        path = given.folder / f"{name}.onnx"
        path.write_bytes(model.SerializeToString())
        census = collections.Counter(node.op_type for node in model.graph.node)
        counted = ", ".join(f"{census[op]} {op}" for op in CENSUS if census[op])
        print(f"{name}: {path.stat().st_size} bytes, {len(model.graph.node)} nodes: {counted}", flush=True)


if __name__ == "__main__":
    main()
