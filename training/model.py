"""The generator: a push-pull fill, and a small network that adds what the smooth fill lacks.

image (B, 3, h, w) in 0..1 and mask (B, 1, h, w) with 1 = fill, h and w multiples of 16
-> result (B, 3, h, w): the image where the mask is 0, the fill where it is 1.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import ModelConfig

PUSH_PULL_LEVELS = 4
# Outside this share of known pixels a mean says too little, and the wider one shows through.
TRUST_COARSE = 8.0
TRUST_FINE = 2.0


def push_pull(image: Tensor, mask: Tensor) -> Tensor:
    """Average the known colours down a pyramid and pull them back up into the mask (Gortler et al. 1996)."""
    known = 1 - mask
    colours, weights = [image * known], [known]
    for _ in range(PUSH_PULL_LEVELS):
        colours.append(F.avg_pool2d(colours[-1], 2))
        weights.append(F.avg_pool2d(weights[-1], 2))
    colour, weight = colours[-1], weights[-1]
    smooth = colour.mean((2, 3), keepdim=True) / weight.mean((2, 3), keepdim=True).clamp_min(1e-3)
    for side in (17, 9, 5, 3):
        c = F.avg_pool2d(colour, side, 1, side // 2, count_include_pad=False)
        w = F.avg_pool2d(weight, side, 1, side // 2, count_include_pad=False)
        trust = (w * TRUST_COARSE).clamp(0, 1)
        smooth = trust * (c / w.clamp_min(1e-4)) + (1 - trust) * smooth
    for level in range(PUSH_PULL_LEVELS, -1, -1):
        if level < PUSH_PULL_LEVELS:
            smooth = F.interpolate(smooth, scale_factor=2.0, mode="bilinear", align_corners=False)
        w = weights[level]
        trust = (w * TRUST_FINE).clamp(0, 1) if level else w
        smooth = trust * (colours[level] / w.clamp_min(1e-4)) + (1 - trust) * smooth
    return smooth


class Residual(nn.Module):
    """Two 3x3 convolutions without normalisation; the second starts small, so that depth does no harm at first."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, 1, 1)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1)
        nn.init.kaiming_normal_(self.first.weight)
        nn.init.zeros_(self.first.bias)
        nn.init.normal_(self.second.weight, 0, 0.2 * (2 / (9 * channels)) ** 0.5)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(F.relu(x))))


class Shuffle(nn.Module):
    """Twice the size by a 1x1 or 3x3 convolution and a pixel shuffle.

    The four phases start equal (ICNR, Aitken et al. 2017), so that no checkerboard has to be unlearned.
    """

    def __init__(self, inside: int, outside: int, kernel: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside * 4, kernel, 1, kernel // 2)
        with torch.no_grad():
            one = nn.init.kaiming_normal_(torch.empty(outside, inside, kernel, kernel), nonlinearity="linear")
            self.conv.weight.copy_(one.repeat_interleave(4, 0))
            self.conv.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.conv(x), 2)


class Mixer(nn.Module):
    """A transformer block over the 1/16 grid; a depthwise convolution in its second half tells position."""

    def __init__(self, width: int, heads: int, ratio: int = 3):
        super().__init__()
        self.heads, self.head = heads, width // heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)
        self.widen = nn.Conv2d(width, ratio * width, 1)
        self.local = nn.Conv2d(ratio * width, ratio * width, 3, 1, 1, groups=ratio * width)
        self.narrow = nn.Conv2d(ratio * width, width, 1)

    def forward(self, tokens: Tensor, grid: Tensor, bias: Tensor) -> Tensor:
        """tokens (B, n, width); grid is any (B, width, h/16, w/16), for its shape; bias (B, 1, 1, n) on the keys."""
        b = tokens.shape[0]
        q, k, v = (
            part.reshape(b, -1, self.heads, self.head).permute(0, 2, 1, 3)
            for part in self.qkv(self.norm1(tokens)).chunk(3, -1)
        )
        scores = torch.matmul(q * self.head**-0.5, k.transpose(2, 3)) + bias
        mixed = torch.matmul(torch.softmax(scores, -1), v)
        tokens = tokens + self.project(mixed.permute(0, 2, 1, 3).reshape(b, -1, self.heads * self.head))
        y = self.widen(self.norm2(tokens).transpose(1, 2).reshape_as(grid))
        y = self.narrow(F.gelu(y + self.local(y)))
        return tokens + y.flatten(2).transpose(1, 2)


class Generator(nn.Module):
    def __init__(self, config: ModelConfig | None = None):
        super().__init__()
        c = config or ModelConfig()
        if c.trunk % c.heads:
            raise ValueError(f"{c.trunk} channels do not divide into {c.heads} heads")
        self.config = c

        def stack(channels: int, count: int) -> nn.Sequential:
            return nn.Sequential(*[Residual(channels) for _ in range(count)])

        self.stem = nn.Conv2d(4, c.half, 4, 2, 1)
        self.to_quarter = nn.Conv2d(c.half, c.quarter, 3, 2, 1)
        self.quarter = stack(c.quarter, c.blocks_quarter)
        self.to_eighth = nn.Conv2d(c.quarter, c.eighth, 3, 2, 1)
        self.eighth = stack(c.eighth, c.blocks_eighth)
        self.to_trunk = nn.Conv2d(c.eighth, c.trunk, 3, 2, 1)

        self.trunk = nn.ModuleList(Mixer(c.trunk, c.heads) for _ in range(c.depth))
        self.norm = nn.LayerNorm(c.trunk)
        self.query, self.key = nn.Linear(c.trunk, c.match), nn.Linear(c.trunk, c.match)
        self.heat = nn.Parameter(torch.tensor(0.0))
        self.aversion = nn.Parameter(torch.tensor(4.0))

        self.up_eighth = Shuffle(c.trunk, c.eighth)
        self.join_eighth = nn.Conv2d(2 * c.eighth, c.eighth, 1)
        self.late_eighth = stack(c.eighth, c.up_eighth)
        self.up_quarter = Shuffle(c.eighth, c.quarter)
        self.join_quarter = nn.Conv2d(3 * c.quarter, c.quarter, 1)
        self.late_quarter = stack(c.quarter, c.up_quarter)
        self.up_half = Shuffle(c.quarter, c.half)
        self.join_half = nn.Conv2d(2 * c.half, c.half, 1)
        self.late_half = stack(c.half, c.up_half)
        self.up_full = Shuffle(c.half, 8, 3)
        # One last look at whole pixels lets neighbouring phases of the shuffle agree.
        self.last = nn.Conv2d(8, 3, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def transfer(self, tokens: Tensor, detail: Tensor, grid: Tensor, bias: Tensor) -> Tensor:
        """Carry 4x4 cells of the 1/4 features from known places to where they are missing.

        As in contextual attention (Yu et al. 2018), with learned queries and keys.
        """
        score = torch.matmul(self.query(tokens) * (self.heat.exp() / 8.0), self.key(tokens).transpose(1, 2)) + bias
        share = torch.softmax(score, -1)
        b, channels = detail.shape[:2]
        h, w = grid.shape[2:]
        cells = detail.reshape(b, channels, h, 4, w, 4).permute(0, 2, 4, 1, 3, 5).reshape(b, -1, channels * 16)
        moved = torch.matmul(share, cells).transpose(1, 2).reshape(b, channels * 16, h, w)
        return F.pixel_shuffle(moved, 4)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        start = push_pull(image, mask)
        half = self.stem(torch.cat([start * 2 - 1, mask], 1))
        quarter = self.quarter(self.to_quarter(F.relu(half)))
        eighth = self.eighth(self.to_eighth(F.relu(quarter)))
        grid = self.to_trunk(F.relu(eighth))

        tokens = grid.flatten(2).transpose(1, 2)
        masked = F.avg_pool2d(mask, 16).flatten(2)
        for block in self.trunk:
            tokens = block(tokens, grid, (masked * -self.aversion.abs()).unsqueeze(1))
        tokens = self.norm(tokens)
        moved = self.transfer(tokens, quarter, grid, masked * -30.0)

        y = tokens.transpose(1, 2).reshape_as(grid)
        y = self.late_eighth(self.join_eighth(torch.cat([self.up_eighth(y), eighth], 1)))
        y = self.late_quarter(self.join_quarter(torch.cat([self.up_quarter(F.relu(y)), quarter, moved], 1)))
        y = self.late_half(self.join_half(torch.cat([self.up_half(F.relu(y)), half], 1)))
        return start + mask * self.last(F.relu(self.up_full(F.relu(y))))


def count_parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
