"""Outlines cut out of pictures whose thing is known, and the rims that a hasty brush leaves."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch

import silhouettes
from data import leave_rims


def scene(seed: int) -> np.ndarray:
    """A bright disc on dark ground, a little noisy."""
    draw = np.random.default_rng(seed)
    photo = np.full((160, 160, 3), (30, 60, 40), np.uint8)
    cv2.circle(photo, (80, 80), 30, (230, 200, 60), -1)
    return (photo + draw.integers(0, 12, photo.shape)).clip(0, 255).astype(np.uint8)


def test_an_outline_is_the_thing_and_not_its_box():
    disc = np.zeros((160, 160), np.uint8)
    cv2.circle(disc, (80, 80), 30, 255, -1)
    overlaps = []
    for seed in range(40):
        found = silhouettes.outline(scene(seed), seed)
        if found is not None:
            overlaps.append(((found & disc) > 0).sum() / ((found | disc) > 0).sum())
    # Where the box cuts the disc or misses it, a part of it or nothing is found; the box itself would be 0.3 to 0.5.
    assert len(overlaps) >= 10 and min(overlaps) > 0.75 and np.median(overlaps) > 0.9


def test_harvested_masks_are_binary_and_fixed_by_their_seed():
    photos = [scene(i) for i in range(12)]
    a = silhouettes.harvest(photos, 64, 5, None)
    with ThreadPoolExecutor(2) as pool:
        b = silhouettes.harvest(photos, 64, 5, pool)
    assert len(a) and a.shape[1:] == (64, 64) and np.array_equal(a, b)
    assert set(np.unique(a)) == {0, 255}
    assert silhouettes.harvest([], 64, 5, None).shape == (0, 64, 64)


def test_a_reduced_photo_keeps_its_shape():
    assert silhouettes.reduced(np.zeros((512, 640, 3), np.uint8)).shape == (128, 160, 3)


def test_rims_lie_outside_of_the_mask_and_close_to_it():
    image = torch.rand(4, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    mask = torch.zeros(4, 1, 48, 48)
    mask[:, :, 16:32, 16:32] = 1
    draw = torch.Generator().manual_seed(2)
    assert torch.equal(leave_rims(image, mask, 0.0, draw), image)
    changed = (leave_rims(image, mask, 1.0, draw) != image).any(1, keepdim=True)
    near = torch.nn.functional.max_pool2d(mask, 9, 1, 4) > 0
    assert changed.any() and not (changed & (mask > 0)).any() and not (changed & ~near).any()
