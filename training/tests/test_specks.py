"""Specks of colour are counted alike where files are compared and where a run is watched."""

import numpy as np
import torch

from evaluate import Judge
from train import specks


def speckled(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A photo of grey noise and a little colour, a hole, and a fill of the hole with nine bluish specks in it."""
    draw = np.random.default_rng(seed)
    photo = np.repeat(draw.integers(90, 160, (96, 96, 1)), 3, 2) + draw.integers(-4, 5, (96, 96, 3))
    mask = np.zeros((96, 96), np.uint8)
    mask[24:72, 24:72] = 255
    fill = photo.copy()
    fill[30:70:16, 30:70:16, 2] += 80
    return photo.astype(np.uint8), fill.astype(np.uint8), mask


def test_specks_stand_out_and_a_photo_hardly_does():
    photo, fill, mask = speckled(3)
    judge = Judge("")
    clean, dirty = judge(photo, photo, mask)["specks"], judge(photo, fill, mask)["specks"]
    assert clean < 0.015
    # Nine pixels of 2,304, and what lies about them a little.
    assert dirty - clean > 8 / 2304


def test_grey_strokes_are_no_specks():
    photo, _, mask = speckled(4)
    fill = photo.copy()
    fill[40:44, 30:66] = 230
    assert Judge("")(photo, fill, mask)["specks"] <= Judge("")(photo, photo, mask)["specks"]


def test_a_run_is_watched_by_the_same_rule():
    photo, fill, mask = speckled(5)
    as_tensor = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 255 for x in (fill, photo)]
    hole = torch.from_numpy(mask)[None, None].float() / 255
    dirty = specks(as_tensor[0], as_tensor[1], hole).item()
    clean = specks(as_tensor[1], as_tensor[1], hole).item()
    assert clean < 0.015 and dirty - clean > 8 / 2304
