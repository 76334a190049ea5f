"""Graphs of the size of two known feed-forward fillers, with random weights, to time this one against.

The layers follow the published descriptions: MI-GAN at 512 (Sargsyan et al. 2023: separable convolutions, 64 to 512
channels down to 4 pixels) and big LaMa (Suvorov et al. 2022: 18 residual blocks of two Fourier convolutions at 1/8, the
transforms as matrix products). They paint nothing; only their time means something.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Separable(nn.Module):
    def __init__(self, inside: int, outside: int, stride: int = 1):
        super().__init__()
        self.deep = nn.Conv2d(inside, inside, 3, stride, 1, groups=inside)
        self.wide = nn.Conv2d(inside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.wide(F.leaky_relu(self.deep(x), 0.2)), 0.2)


class MiganSized(nn.Module):
    def __init__(self, side: int):
        super().__init__()
        count = side.bit_length() - 3
        widths = [min(512, 64 * 2**i) for i in range(count + 1)]
        self.start = nn.Conv2d(4, widths[0], 1)
        self.same_down = nn.ModuleList(Separable(w, w) for w in widths[:-1])
        self.down = nn.ModuleList(Separable(a, b, 2) for a, b in zip(widths, widths[1:], strict=False))
        self.middle = Separable(widths[-1], widths[-1])
        self.up = nn.ModuleList(Separable(b, a) for a, b in zip(widths, widths[1:], strict=False))
        self.same_up = nn.ModuleList(Separable(w, w) for w in widths[:-1])
        self.last = nn.Conv2d(widths[0], 3, 1)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        x = self.start(torch.cat([image * (1 - mask), mask], 1))
        kept = []
        for same, down in zip(self.same_down, self.down, strict=True):
            x = same(x)
            kept.append(x)
            x = down(x)
        x = self.middle(x)
        for same, up, skip in zip(reversed(self.same_up), reversed(self.up), reversed(kept), strict=True):
            x = same(up(F.interpolate(x, scale_factor=2.0, mode="nearest")) + skip)
        return self.last(x)


class Spectral(nn.Module):
    """A convolution in the frequency domain; the transforms are matrix products, as where FFT is not to be had."""

    def __init__(self, channels: int, side: int):
        super().__init__()
        self.into, self.back = nn.Conv2d(channels, channels // 2, 1), nn.Conv2d(channels // 2, channels, 1)
        self.mix = nn.Conv2d(channels, channels, 1)
        half = side // 2 + 1
        self.across, self.home = (nn.Parameter(torch.randn(s) / side) for s in ((side, 2 * half), (2 * half, side)))
        self.down, self.turn = (nn.Parameter(torch.randn(side, side) / side) for _ in range(2))

    def rows(self, re: Tensor, im: Tensor) -> tuple[Tensor, Tensor]:
        return self.down @ re - self.turn @ im, self.turn @ re + self.down @ im

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.into(x))
        re, im = self.rows(*(x @ self.across).chunk(2, -1))
        re, im = F.relu(self.mix(torch.cat([re, im], 1))).chunk(2, 1)
        re, im = self.rows(re, im)
        return self.back(x + torch.cat([re, im], -1) @ self.home)


class Fourier(nn.Module):
    """128 local and 384 global channels."""

    def __init__(self, side: int, near: int = 128, far: int = 384):
        super().__init__()
        self.ll, self.lg, self.gl = (nn.Conv2d(a, b, 3, 1, 1) for a, b in ((near, near), (near, far), (far, near)))
        self.gg = Spectral(far, side)

    def forward(self, near: Tensor, far: Tensor) -> tuple[Tensor, Tensor]:
        return F.relu(self.ll(near) + self.gl(far)), F.relu(self.lg(near) + self.gg(far))


class LamaSized(nn.Module):
    def __init__(self, side: int):
        super().__init__()
        self.start = nn.Conv2d(4, 64, 7, 1, 3)
        self.down = nn.ModuleList(nn.Conv2d(w, 2 * w, 3, 2, 1) for w in (64, 128, 256))
        self.blocks = nn.ModuleList(Fourier(side // 8) for _ in range(36))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 3, 2, 1, output_padding=1) for w in (256, 128, 64))
        self.last = nn.Conv2d(64, 3, 7, 1, 3)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        x = F.relu(self.start(torch.cat([image * (1 - mask), mask], 1)))
        for conv in self.down:
            x = F.relu(conv(x))
        near, far = x.split([128, 384], 1)
        for first, second in zip(self.blocks[::2], self.blocks[1::2], strict=True):
            a, b = second(*first(near, far))
            near, far = near + a, far + b
        x = torch.cat([near, far], 1)
        for conv in self.up:
            x = F.relu(conv(x))
        return torch.sigmoid(self.last(x))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sides", type=int, nargs="+", default=[256, 512])
    a = parser.parse_args()
    torch.manual_seed(1)
    for side in a.sides:
        for name, kind in (("migan-sized", MiganSized), ("lama-sized", LamaSized)):
            network = kind(side).eval()
            inputs = torch.rand(1, 3, side, side), torch.zeros(1, 1, side, side)
            path = a.folder / f"{name}-{side}.onnx"
            torch.onnx.export(network, inputs, str(path), opset_version=17, dynamo=False,
                              input_names=["image", "mask"], output_names=["result"])  # fmt: skip
            count = sum(p.numel() for p in network.parameters())
            print(f"{path}: {count / 1e6:.2f} M parameters, {path.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
