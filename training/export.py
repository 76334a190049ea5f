"""Write a checkpoint as ONNX: opset 17, free height and width, small weights that are widened once, parity checked."""

import argparse
import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from checkpoint import load_generator
from model import Generator

OPSET = 17
# Below this many values a tensor stays in single precision: biases cost nothing and half would only blur them.
SMALLEST_HALVED = 1024
SMALLEST_EIGHTHS = 8192
# Shapes on which the file must agree with the network; two of them differ from the traced one.
PARITY_SHAPES = ((256, 256), (128, 128), (192, 320))
PARITY_FP32 = 2e-4


class Bounded(nn.Module):
    """The generator as shipped: its result stays within 0..1."""

    def __init__(self, generator: Generator):
        super().__init__()
        self.generator = generator

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        return self.generator(image, mask).clamp(0, 1)


def pack_weights(model: onnx.ModelProto, eighths: bool) -> onnx.ModelProto:
    """Store large float tensors smaller, each behind nodes that the runtime folds when it loads the file.

    As fp16 behind a Cast to f32; with `eighths`, matrices and kernels of SMALLEST_EIGHTHS values or more as int8 with
    one scale for each output channel, behind a Cast and a Mul.
    """
    graph = model.graph
    stored, nodes = [], []
    products = {node.input[1] for node in graph.node if node.op_type == "MatMul"}

    def pack(name: str, values: np.ndarray) -> bool:
        if values.dtype != np.float32 or values.size < SMALLEST_HALVED:
            return False
        if eighths and values.ndim >= 2 and values.size >= SMALLEST_EIGHTHS:
            rest = tuple(i for i in range(values.ndim) if i != (values.ndim - 1 if name in products else 0))
            scale = np.maximum(np.abs(values).max(rest, keepdims=True) / 127, 1e-12).astype(np.float32)
            stored.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), name + "_i8"))
            stored.append(numpy_helper.from_array(scale, name + "_scale"))
            nodes.append(helper.make_node("Cast", [name + "_i8"], [name + "_whole"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [name + "_whole", name + "_scale"], [name]))
        else:
            stored.append(numpy_helper.from_array(values.astype(np.float16), name + "_f16"))
            nodes.append(helper.make_node("Cast", [name + "_f16"], [name], to=TensorProto.FLOAT))
        return True

    for tensor in list(graph.initializer):
        if pack(tensor.name, numpy_helper.to_array(tensor)):
            graph.initializer.remove(tensor)
    for node in list(graph.node):
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            if pack(node.output[0], numpy_helper.to_array(node.attribute[0].t)):
                graph.node.remove(node)
    graph.initializer.extend(stored)
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def trace(generator: Generator, path: Path, side: int = 256) -> None:
    bounded = Bounded(generator).eval()
    image = torch.rand(1, 3, side, side)
    mask = (torch.rand(1, 1, side, side) > 0.7).float()
    free = {name: {2: "h", 3: "w"} for name in ("image", "mask", "result")}
    torch.onnx.export(
        bounded, (image, mask), str(path), opset_version=OPSET, dynamo=False,
        input_names=["image", "mask"], output_names=["result"], dynamic_axes=free,
    )  # fmt: skip


def parity(generator: Generator, path: Path) -> float:
    """Largest difference between the network and the file over random pictures of several shapes."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    bounded, worst = Bounded(generator).eval(), 0.0
    draw = torch.Generator().manual_seed(11)
    for h, w in PARITY_SHAPES:
        image = torch.rand(1, 3, h, w, generator=draw)
        mask = torch.zeros(1, 1, h, w)
        mask[:, :, h // 4 : h // 2, w // 3 : w - w // 4] = 1
        with torch.no_grad():
            expected = bounded(image, mask).numpy()
        got = session.run(None, {"image": image.numpy(), "mask": mask.numpy()})[0]
        if got.shape != expected.shape:
            raise RuntimeError(f"{path}: shape {got.shape} where {expected.shape} was due")
        worst = max(worst, float(np.abs(got - expected).max()))
    return worst


def export(checkpoint: Path, out: Path, eighths: bool = False) -> dict:
    generator = load_generator(checkpoint).float().eval()
    single = out.with_suffix(".f32.onnx")
    trace(generator, single)
    exact = parity(generator, single)
    if exact > PARITY_FP32:
        raise RuntimeError(f"{single}: differs from the network by {exact}")
    model = pack_weights(onnx.load(single), eighths)
    onnx.save(model, out)
    single.unlink()
    data = out.read_bytes()
    return {
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "parity_f32": exact,
        "parity_packed": parity(generator, out),
        "operators": dict(Counter(n.op_type for n in model.graph.node)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--int8", action="store_true", help="weights as int8 with a scale for each output channel")
    a = parser.parse_args()
    for key, value in export(a.checkpoint, a.out, a.int8).items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
