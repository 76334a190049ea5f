"""A warm start: the weights of an exported file, or of a run's `average.pt`, in a network that may be deeper.

An export stores its weights small (`export.pack_weights`), so what comes back is the shipped model, not the checkpoint
it was made from: good to go on from, with critics and optimiser that start afresh.
"""

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from checkpoint import load_generator
from model import Generator, Mixer, Residual

PREFIX = "generator."


def widened(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Every stored tensor in single precision under the name that the graph uses, whichever way it was packed."""
    stored = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    for node in model.graph.node:
        inputs = [stored.get(name) for name in node.input]
        if any(values is None for values in inputs):
            continue
        if node.op_type == "Cast":
            stored[node.output[0]] = inputs[0].astype(np.float32)
        elif node.op_type == "Mul" and node.input[1].endswith("_scale"):
            stored[node.output[0]] = inputs[0] * inputs[1]
    return stored


def state_of(path: Path) -> dict[str, torch.Tensor]:
    """The generator's state as far as the file holds it, under the network's own names.

    Matrices lose their names in the export and are turned; the product that uses one still tells which layer it is.
    """
    if path.suffix == ".pt":
        return load_generator(path).state_dict()
    model = onnx.load(path)
    stored = widened(model)
    state = {n[len(PREFIX) :]: v for n, v in stored.items() if n.startswith(PREFIX)}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            layer = re.fullmatch(r"/generator/(.+)/MatMul_output_0", node.output[0])
            if not layer:
                raise ValueError(f"{path}: no layer known for the product {node.output[0]!r}")
            state[layer[1].replace("/", ".") + ".weight"] = stored[node.input[1]].T
    return {n: torch.from_numpy(np.array(v, np.float32)) for n, v in state.items()}


def silence(block: nn.Module) -> None:
    """Let a block add nothing at first, so that a network with more of them starts where the shallower one ended."""
    last = (block.second,) if isinstance(block, Residual) else (block.project, block.narrow)
    for layer in last:
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)


def load(generator: Generator, path: Path) -> list[str]:
    """Fill `generator` from the file and silence the blocks that the file lacks; their names are returned."""
    found = state_of(path)
    known = generator.state_dict()
    strange = sorted(n for n, v in found.items() if n in known and known[n].shape != v.shape)
    strange += sorted(n for n in found if n not in known and not n.endswith(("_i8", "_f16", "_scale", "_whole")))
    if strange:
        raise ValueError(f"{path} is not of this network: {', '.join(strange[:4])}")
    blocks = {n: m for n, m in generator.named_modules() if isinstance(m, Residual | Mixer)}
    missing = {n for n in known if n not in found}
    fresh = [n for n, block in blocks.items() if all(f"{n}.{k}" in missing for k in block.state_dict())]
    left = [n for n in missing if not any(n.startswith(block + ".") for block in fresh)]
    if left:
        raise ValueError(f"{path} lacks {', '.join(sorted(left)[:4])}")
    generator.load_state_dict({n: v for n, v in found.items() if n in known}, strict=False)
    for name in fresh:
        silence(blocks[name])
    return fresh
