"""Proves that ONNX Runtime computes the same from a header and from its original, and notes the header's digest.

Compiled headers are proven, too, and how far the answers are apart is noted.

The headers come from the project's own writer, built before by `cargo build --example onnx_header`. Needs the
packages numpy, onnx and onnxruntime:

    python tools/onnx_parity.py target/debug/examples/onnx_header
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "onnx"
SIZES = {"batch": 2, "h": 12, "w": 20}
TYPES = {"tensor(float)": np.float32, "tensor(bool)": np.bool_, "tensor(int64)": np.int64}


# Shapes to compile for; every graph is compiled, with channels filled up and without.
SHAPES = {
    "weights": ["x=2,9,12,20"],
    "kinds": ["more=2,3"],
    "branches": ["x=30,40", "flag="],
    "old": ["x=1,64"],
    "exported": ["x=2,9,4,6", "words=2,5,4"],
}
# Whole models, compiled as the site compiles them, for the sizes that the pipelines run them with.
MODELS = [
    ["public/models/swift.onnx", "image=1,3,256,256", "mask=1,1,256,256"],
    ["public/models/swift.onnx", "image=1,3,512,512", "mask=1,1,512,512"],
    ["end2end/models/lama-like.onnx", "image=1,3,512,512", "mask=1,1,512,512"],
    ["end2end/models/lama-int8-like.onnx", "input=1,4,512,512"],
    ["end2end/models/latent-encoder.onnx", "image=1,3,512,512"],
    ["end2end/models/latent-unet.onnx", "latent=1,9,64,64", "timesteps=1", "input_ids=1,10"],
    ["end2end/models/latent-unet.onnx", "latent=2,9,64,64", "timesteps=2", "input_ids=2,10"],
    ["end2end/models/latent-decoder.onnx", "latent=1,4,64,64"],
]
# Sums of products are taken in another order.
TOLERANCE = 2e-6


def feeds(session, seed):
    rng = np.random.default_rng(seed)
    made = {}
    for wanted in session.get_inputs():
        shape = [SIZES.get(size, size) for size in wanted.shape]
        values = 2 * rng.standard_normal(shape)
        made[wanted.name] = np.asarray(values > 0 if wanted.type == "tensor(bool)" else values, TYPES[wanted.type])
    return made


def whole_models(program, folder):
    """Proves the models of the site and those of its browser tests; notes nodes before and after, too."""
    noted = {}
    for name, *shapes in MODELS:
        beside, header = Path(folder) / Path(name).name, Path(folder) / "header.onnx"
        shutil.copy(ROOT / name, beside)
        subprocess.run([program, str(beside), str(header), "--whole-channels", *shapes], check=True)
        before, after, most = session(beside), session(header), 0.0
        for seed in range(2):
            rng, given = np.random.default_rng(seed), {}
            for wanted in before.get_inputs():
                [sizes] = [shape.split("=")[1] for shape in shapes if shape.startswith(f"{wanted.name}=")]
                sizes = [int(size) for size in sizes.split(",")]
                if wanted.type == "tensor(int64)":
                    given[wanted.name] = rng.integers(0, 20, sizes)
                elif wanted.name == "mask":
                    given[wanted.name] = (rng.random(sizes) > 0.7).astype(np.float32)
                else:
                    given[wanted.name] = rng.random(sizes, np.float32)
            for a, b in zip(before.run(None, given), after.run(None, given), strict=True):
                assert a.shape == b.shape and a.dtype == b.dtype, name
                # Relative to the largest value: not all pictures are from 0 to 1.
                most = max(most, float(np.abs(a - b).max() / max(1.0, np.abs(a).max())))
        assert most <= TOLERANCE, (name, most)
        nodes = [len(onnx.load(path, load_external_data=False).graph.node) for path in (beside, header)]
        noted[" ".join([name, *shapes])] = {
            "sha256": hashlib.sha256(header.read_bytes()).hexdigest(), "most": most, "nodes": nodes,
        }
    return noted


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main(program):
    proven, compiled = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for original in sorted(DATA.glob("*.onnx")):
            beside = Path(folder) / original.name
            shutil.copy(original, beside)
            header = Path(folder) / f"{original.stem}.header.onnx"
            subprocess.run([program, str(beside), str(header)], check=True)
            proven[original.stem] = hashlib.sha256(header.read_bytes()).hexdigest()
            size = header.stat().st_size
            onnx.checker.check_model(str(header))
            before, after = session(beside), session(header)
            for seed in range(4):
                given = feeds(before, seed)
                want, got = before.run(None, given), after.run(None, given)
                assert all(np.array_equal(a, b) for a, b in zip(want, got, strict=True)), original.name
            for more in ([], ["--whole-channels"]):
                given = [shape for shape in SHAPES[original.stem] if not shape.endswith("=")]
                subprocess.run([program, str(beside), str(header), *more, *given], check=True)
                onnx.checker.check_model(str(header))
                after, most = session(header), 0.0
                for seed in range(4):
                    given = feeds(before, seed)
                    for a, b in zip(before.run(None, given), after.run(None, given), strict=True):
                        assert a.shape == b.shape and a.dtype == b.dtype, original.name
                        most = max(most, float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max()))
                assert most <= TOLERANCE, (original.name, most)
                compiled[" ".join([original.stem, *more])] = {
                    "sha256": hashlib.sha256(header.read_bytes()).hexdigest(), "most": most,
                }
            print(f"{original.name}: {original.stat().st_size} bytes, header {size}, equal")
        models = whole_models(program, folder)
    (DATA / "models.json").write_text(json.dumps(models, indent=1) + "\n")
    (DATA / "compiled.json").write_text(json.dumps(compiled, indent=1) + "\n")
    (DATA / "headers.json").write_text(json.dumps(proven, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
