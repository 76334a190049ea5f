"""The generator's contract, and what its push-pull start promises."""

import numpy as np
import pytest
import torch

from config import ModelConfig
from model import Generator, Shuffle, push_pull

SMALL = ModelConfig(half=8, quarter=8, eighth=16, trunk=32, heads=2, depth=1, match=8,
                    blocks_quarter=1, blocks_eighth=1, up_eighth=1, up_quarter=1)  # fmt: skip


def awake(seed: int = 3) -> Generator:
    """A generator whose last layer is not zero, as it is before training."""
    torch.manual_seed(seed)
    generator = Generator(SMALL).eval()
    torch.nn.init.normal_(generator.last.weight, 0, 0.2)
    return generator


def picture(h: int, w: int) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(5)
    mask = torch.zeros(1, 1, h, w)
    mask[:, :, h // 4 : h // 2, w // 4 : w // 2] = 1
    return torch.rand(1, 3, h, w), mask


@pytest.mark.parametrize("shape", [(64, 64), (32, 96), (16, 16)])
def test_known_pixels_come_back_unchanged(shape):
    image, mask = picture(*shape)
    with torch.no_grad():
        result = awake()(image, mask)
    assert result.shape == image.shape
    assert torch.allclose(result * (1 - mask), image * (1 - mask), atol=1e-6)
    assert not torch.allclose(result * mask, image * mask, atol=1e-2)


def test_what_lies_under_the_mask_is_ignored():
    image, mask = picture(64, 64)
    other = image * (1 - mask) + torch.rand_like(image) * mask
    generator = awake()
    with torch.no_grad():
        assert torch.equal(generator(image, mask), generator(other, mask))


def test_the_whole_window_masked_gives_finite_values():
    with torch.no_grad():
        result = awake()(torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32))
    assert torch.isfinite(result).all()


def test_push_pull_carries_a_flat_colour_and_a_gradient_into_the_mask():
    _, mask = picture(64, 64)
    flat = torch.full((1, 3, 64, 64), 0.3)
    assert torch.allclose(push_pull(flat, mask), flat, atol=1e-4)
    ramp = torch.linspace(0, 1, 64).view(1, 1, 1, 64).expand(1, 3, 64, 64)
    filled = push_pull(ramp, mask)
    inside = mask.bool().expand_as(ramp)
    assert (filled - ramp).abs()[inside].max() < 0.15
    assert np.corrcoef(filled[inside].numpy(), ramp[inside].numpy())[0, 1] > 0.9


def test_shuffle_starts_without_a_checkerboard():
    y = Shuffle(4, 3)(torch.rand(1, 4, 8, 8))
    cells = y.reshape(1, 3, 8, 2, 8, 2)
    assert torch.allclose(cells, cells[:, :, :, :1, :, :1].expand_as(cells))


def test_heads_must_divide_the_trunk():
    with pytest.raises(ValueError, match="heads"):
        Generator(ModelConfig(trunk=30, heads=7))
