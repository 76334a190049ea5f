"""What the generator is told: colour, the look of features, and two critics' opinions."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Where the squeeze network's features are read: its first convolution, and fire modules 4, 7, 9, 10, 11, 12.
TAP_CHANNELS = (64, 128, 256, 384, 384, 512, 512)
SHIFT = 8


class Squeeze(nn.Module):
    """SqueezeNet 1.1 features (Iandola et al. 2016) from arrays named `features.N...`; input RGB in 0..1."""

    def __init__(self, path: str | Path):
        super().__init__()
        for name, values in np.load(path).items():
            self.register_buffer(name.replace(".", "_"), torch.from_numpy(values.astype(np.float32)))

    def conv(self, x: Tensor, name: str, **how) -> Tensor:
        return F.relu(F.conv2d(x, getattr(self, name + "_weight"), getattr(self, name + "_bias"), **how))

    def fire(self, x: Tensor, index: int) -> Tensor:
        name = f"features_{index}"
        x = self.conv(x, f"{name}_squeeze")
        return torch.cat([self.conv(x, f"{name}_expand1x1"), self.conv(x, f"{name}_expand3x3", padding=1)], 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.conv(x, "features_0", stride=2)
        taps = [x]
        x = self.fire(self.fire(F.max_pool2d(x, 3, 2, ceil_mode=True), 3), 4)
        taps.append(x)
        x = self.fire(self.fire(F.max_pool2d(x, 3, 2, ceil_mode=True), 6), 7)
        taps.append(x)
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        for index in (9, 10, 11, 12):
            x = self.fire(x, index)
            taps.append(x)
        return taps


def unit(x: Tensor) -> Tensor:
    x = x.float()
    return x * torch.rsqrt(x.square().sum(1, keepdim=True) + 1e-8)


def feature_maps(a: list[Tensor], b: list[Tensor]) -> list[Tensor]:
    """Squared distance of unit feature vectors at every place, one (B, h, w) a tap (after Zhang et al. 2018)."""
    return [(unit(p) - unit(q)).square().sum(1) for p, q in zip(a, b, strict=True)]


def perceptual(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """(B): the sum over the taps of the mean over the window; unit weights, so not LPIPS."""
    return sum(m.mean((1, 2)) for m in feature_maps(a, b))


def perceptual_masked(a: list[Tensor], b: list[Tensor], mask: Tensor) -> Tensor:
    """(B): as `perceptual`, but averaged over what the mask touches alone."""
    total = torch.zeros(mask.shape[0], device=mask.device)
    for m in feature_maps(a, b):
        share = F.adaptive_avg_pool2d(mask, m.shape[1:])[:, 0]
        total = total + (m * share).sum((1, 2)) / share.sum((1, 2)).clamp_min(1e-6)
    return total


def opponents(x: Tensor) -> Tensor:
    """(B, 2, h, w): red against green, and both against blue. Grey has none of either."""
    red, green, blue = x.unbind(1)
    return torch.stack([red - green, (red + green) / 2 - blue], 1)


def fine(x: Tensor) -> Tensor:
    """What a blur takes away: two boxes of seven pixels, about a Gaussian of 2.8."""
    smooth = x
    for _ in range(2):
        smooth = F.avg_pool2d(smooth, (1, 7), 1, (0, 3), count_include_pad=False)
        smooth = F.avg_pool2d(smooth, (7, 1), 1, (3, 0), count_include_pad=False)
    return x - smooth


class Colours(nn.Module):
    """Mean absolute errors in the mask, (B) each: of luma, of the opponent colours, and of the colours' fine part.

    Specks of colour hide in a mean over red, green and blue, most of which is brightness, and feature networks hardly
    see them. In the last of the three a speck counts with its whole strength, a slow drift of colour not at all.
    """

    def forward(self, fill: Tensor, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        off = fill - image
        colours = opponents(off)
        luma = 0.299 * off[:, 0] + 0.587 * off[:, 1] + 0.114 * off[:, 2]
        area = mask.mean((1, 2, 3)).clamp_min(0.01)

        def masked(x: Tensor) -> Tensor:
            return (x.abs() * mask).mean((1, 2, 3)) / area

        return masked(luma[:, None]), masked(colours), masked(fine(colours))


class Crop(torch.autograd.Function):
    """A square `SHIFT` pixels smaller, from a place that is known on the device alone.

    Slicing would fix the place in a captured graph; the derivative of plain indexing adds up atomically and slowly.
    """

    @staticmethod
    def forward(ctx, x: Tensor, at: Tensor) -> Tensor:
        ctx.save_for_backward(at)
        rows, columns = (torch.arange(side - SHIFT, device=x.device) for side in x.shape[2:])
        return x.index_select(2, rows + at[0]).index_select(3, columns + at[1])

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        (at,) = ctx.saved_tensors
        wide = F.pad(gradient, (SHIFT,) * 4)
        rows, columns = (torch.arange(SHIFT, side, device=gradient.device) for side in wide.shape[2:])
        return wide.index_select(2, rows - at[0]).index_select(3, columns - at[1]), None


def draw_shift(draw: torch.Generator, device: torch.device) -> Tensor:
    return torch.randint(0, SHIFT + 1, (2,), generator=draw, device=device)


def shifted(pictures: list[Tensor], at: Tensor) -> list[Tensor]:
    """The same crop of each, at (y, x): no grid of the feature network's strides can then be played to."""
    return [Crop.apply(p, at) for p in pictures]


def normed(conv: nn.Module) -> nn.Module:
    return nn.utils.parametrizations.spectral_norm(conv)


class PatchCritic(nn.Module):
    """Judges overlapping patches of pixels (Isola et al. 2017) under spectral normalisation (Miyato et al. 2018)."""

    def __init__(self, width: int = 64, layers: int = 4):
        super().__init__()
        widths, inside, blocks = [min(width * 2**i, width * 6) for i in range(layers)], 3, []
        for i, outside in enumerate(widths):
            stride = 2 if i < layers - 1 else 1
            conv = nn.Conv2d(inside, outside, 4 if stride == 2 else 3, stride, 1)
            blocks.append(nn.Sequential(normed(conv), nn.LeakyReLU(0.2)))
            inside = outside
        self.blocks = nn.ModuleList(blocks)
        self.head = normed(nn.Conv2d(inside, 1, 3, 1, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        features = []
        for block in self.blocks:
            x = block(x)
            features.append(x)
        return self.head(x), features


class PixelCritic(nn.Module):
    """Patch critics at full and half size."""

    def __init__(self):
        super().__init__()
        self.fine, self.coarse = PatchCritic(64, 4), PatchCritic(64, 5)

    def forward(self, x: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        x = x * 2 - 1
        return [self.fine(x), self.coarse(F.avg_pool2d(x, 2))]


class FeatureCritic(nn.Module):
    """Small heads on the squeeze network's fixed features (after Sauer et al. 2021, "projected" critics)."""

    TAPS = (1, 2, 5)

    def __init__(self, width: int = 128):
        super().__init__()
        self.heads = nn.ModuleList(
            nn.Sequential(
                normed(nn.Conv2d(TAP_CHANNELS[tap], width, 1)), nn.LeakyReLU(0.2),
                normed(nn.Conv2d(width, width, 3, 1, 1)), nn.LeakyReLU(0.2),
                normed(nn.Conv2d(width, 1, 1)),
            )
            for tap in self.TAPS
        )  # fmt: skip

    def forward(self, taps: list[Tensor]) -> list[Tensor]:
        return [
            head(unit(taps[tap]) * TAP_CHANNELS[tap] ** 0.5) for tap, head in zip(self.TAPS, self.heads, strict=True)
        ]


def touched(mask: Tensor, like: Tensor) -> Tensor:
    """The mask at a critic's grain: 1 where any masked pixel lies."""
    return (F.adaptive_max_pool2d(mask, like.shape[2:]) > 0).float()


def hinge_generator(verdicts: list[Tensor], mask: Tensor) -> Tensor:
    total = 0.0
    for verdict in verdicts:
        where = touched(mask, verdict)
        total = total - (verdict.float() * where).sum() / where.sum().clamp_min(1)
    return total / len(verdicts)


def hinge_critic(real: list[Tensor], fake: list[Tensor], mask: Tensor) -> Tensor:
    """Hinge loss (Lim and Ye 2017); only patches that touch the mask count as made up."""
    total = 0.0
    for r, f in zip(real, fake, strict=True):
        where = touched(mask, f)
        total = total + F.relu(1 - r.float()).mean() + (F.relu(1 + f.float()) * where).sum() / where.sum().clamp_min(1)
    return total / len(real)


def matching(fake: list[list[Tensor]], real: list[list[Tensor]]) -> Tensor:
    """Mean distance of a critic's features between the two pictures (Wang et al. 2018)."""
    total = 0.0
    for fs, rs in zip(fake, real, strict=True):
        total = total + sum((f.float() - r.float()).abs().mean() for f, r in zip(fs, rs, strict=True)) / len(fs)
    return total
