"""Proves that ONNX Runtime computes the same from a header and from its original, and notes the header's digest.

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

DATA = Path(__file__).parent.parent / "tests" / "data" / "onnx"
SIZES = {"batch": 2, "h": 12, "w": 20}
TYPES = {"tensor(float)": np.float32, "tensor(bool)": np.bool_, "tensor(int64)": np.int64}


def feeds(session, seed):
    rng = np.random.default_rng(seed)
    made = {}
    for wanted in session.get_inputs():
        shape = [SIZES.get(size, size) for size in wanted.shape]
        values = 2 * rng.standard_normal(shape)
        made[wanted.name] = np.asarray(values > 0 if wanted.type == "tensor(bool)" else values, TYPES[wanted.type])
    return made


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main(program):
    proven = {}
    with tempfile.TemporaryDirectory() as folder:
        for original in sorted(DATA.glob("*.onnx")):
            beside = Path(folder) / original.name
            shutil.copy(original, beside)
            header = Path(folder) / f"{original.stem}.header.onnx"
            subprocess.run([program, str(beside), str(header)], check=True)
            onnx.checker.check_model(str(header))
            before, after = session(beside), session(header)
            for seed in range(4):
                given = feeds(before, seed)
                want, got = before.run(None, given), after.run(None, given)
                assert all(np.array_equal(a, b) for a, b in zip(want, got, strict=True)), original.name
            proven[original.stem] = hashlib.sha256(header.read_bytes()).hexdigest()
            print(f"{original.name}: {original.stat().st_size} bytes, header {header.stat().st_size}, equal")
    (DATA / "headers.json").write_text(json.dumps(proven, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
