"""Losses and distances on cases whose answer is known; the feature network is drawn at random."""

import pytest
import torch

from losses import (
    SHIFT,
    Colours,
    FeatureCritic,
    PixelCritic,
    draw_shift,
    fine,
    hinge_critic,
    hinge_generator,
    perceptual,
    perceptual_masked,
    shifted,
)


def test_distance_is_zero_for_equals_and_grows_with_the_change(squeeze):
    torch.manual_seed(2)
    photo, mask = torch.rand(2, 3, 64, 64), torch.zeros(2, 1, 64, 64)
    mask[:, :, 16:40, 16:40] = 1
    little, much = (photo + strength * torch.rand_like(photo) * mask for strength in (0.1, 0.8))
    real, near, far = squeeze(photo), squeeze(little), squeeze(much)
    assert perceptual(real, real).abs().max() < 1e-6
    assert (perceptual(near, real) < perceptual(far, real)).all()
    assert (perceptual_masked(far, real, mask) > perceptual(far, real)).all()


@pytest.mark.parametrize("at", [(0, 0), (3, SHIFT), (SHIFT, 1)])
def test_shifted_is_a_slice_in_value_and_derivative(at):
    torch.manual_seed(1)
    x, weights = torch.rand(2, 3, 32, 40, requires_grad=True), torch.rand(2, 3, 24, 32)
    a, b = shifted([x, x * 2], torch.tensor(at))
    cut = x[:, :, at[0] : at[0] + 24, at[1] : at[1] + 32]
    assert torch.equal(a, cut) and torch.equal(b, 2 * cut)
    assert torch.equal(torch.autograd.grad((a * weights).sum(), x)[0], torch.autograd.grad((cut * weights).sum(), x)[0])


def test_drawn_shifts_reach_both_ends():
    draw = torch.Generator().manual_seed(2)
    drawn = torch.stack([draw_shift(draw, torch.device("cpu")) for _ in range(200)])
    assert drawn.unique().tolist() == list(range(SHIFT + 1))


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


def test_colours_tell_a_grey_error_a_drift_and_a_speck_apart():
    image, mask = torch.full((3, 3, 64, 64), 0.5), torch.zeros(3, 1, 64, 64)
    mask[:, :, 16:48, 16:48] = 1
    fill = image.clone()
    fill[0] += 0.1 * mask[0]
    fill[1, 2] += 0.1 * mask[1, 0]
    fill[2, 2, 24:40:8, 24:40:8] += 0.4
    luma, colour, specks = Colours()(fill, image, mask)
    assert luma[0].item() == pytest.approx(0.1, rel=1e-4) and colour[0] < 1e-6 and specks[0] < 1e-6
    # As much blue in all, spread out and in four places: equal as colour, far apart as specks.
    fill[1, 2] = 0.5 + 1.6 / 1024 * mask[1, 0]
    _, colour, specks = Colours()(fill, image, mask)
    assert colour[1].item() == pytest.approx(colour[2].item(), rel=1e-3)
    assert specks[2] > 4 * specks[1]


def test_fine_is_nothing_on_what_is_flat_and_all_of_a_lone_pixel():
    x = torch.full((1, 2, 32, 32), 0.3)
    assert fine(x).abs().max() < 1e-6
    x[0, 0, 16, 16] += 1.0
    assert fine(x)[0, 0, 16, 16] > 0.97
