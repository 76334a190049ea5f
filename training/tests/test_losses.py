"""Losses and distances on cases whose answer is known; the feature network is drawn at random."""

import numpy as np
import pytest
import torch

from losses import (
    FeatureCritic,
    PixelCritic,
    Squeeze,
    hinge_critic,
    hinge_generator,
    perceptual,
    perceptual_masked,
    shifted,
)

FIRES = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128),
         9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256)}  # fmt: skip


@pytest.fixture(scope="module")
def squeeze(tmp_path_factory) -> Squeeze:
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
    return Squeeze(path)


def test_distance_is_zero_for_equals_and_grows_with_the_change(squeeze):
    torch.manual_seed(2)
    photo, mask = torch.rand(2, 3, 64, 64), torch.zeros(2, 1, 64, 64)
    mask[:, :, 16:40, 16:40] = 1
    little, much = (photo + strength * torch.rand_like(photo) * mask for strength in (0.1, 0.8))
    real, near, far = squeeze(photo), squeeze(little), squeeze(much)
    assert perceptual(real, real).abs().max() < 1e-6
    assert (perceptual(near, real) < perceptual(far, real)).all()
    assert (perceptual_masked(far, real, mask) > perceptual(far, real)).all()


def test_shifted_cuts_the_same_place_of_each():
    x = torch.rand(1, 3, 32, 32)
    a, b = shifted([x, x * 2], torch.Generator().manual_seed(1))
    assert a.shape == (1, 3, 24, 24) and torch.equal(a * 2, b)


def test_hinge_counts_masked_patches_alone():
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    fake = torch.zeros(1, 1, 4, 4)
    fake[..., 2:] = 100.0
    assert hinge_generator([fake], mask).item() == 0
    real = torch.full((1, 1, 4, 4), 2.0)
    assert hinge_critic([real], [fake], mask).item() == pytest.approx(1.0)


def test_critics_judge_at_every_scale(squeeze):
    x = torch.rand(2, 3, 64, 64)
    verdicts = PixelCritic()(x)
    assert len(verdicts) == 2 and all(v.shape[:2] == (2, 1) for v, _ in verdicts)
    assert len(FeatureCritic()(squeeze(x))) == 3
