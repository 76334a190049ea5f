"""Lets the tests import the modules beside them, which form no package; a feature network drawn at random."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

FIRES = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128),
         9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256)}  # fmt: skip


@pytest.fixture(scope="session")
def squeeze_file(tmp_path_factory) -> Path:
    draw = np.random.default_rng(1)
    arrays = {}

    def conv(name: str, outside: int, inside: int, side: int) -> None:
        shape = (outside, inside, side, side)
        arrays[name + ".weight"] = draw.normal(0, (2 / (inside * side * side)) ** 0.5, shape).astype(np.float32)
        arrays[name + ".bias"] = np.zeros(outside, np.float32)

    conv("features.0", 64, 3, 3)
    for index, (inside, narrow, wide) in FIRES.items():
        conv(f"features.{index}.squeeze", narrow, inside, 1)
        conv(f"features.{index}.expand1x1", wide, narrow, 1)
        conv(f"features.{index}.expand3x3", wide, narrow, 3)
    path = tmp_path_factory.mktemp("features") / "random.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="session")
def squeeze(squeeze_file):
    from losses import Squeeze

    return Squeeze(squeeze_file)
