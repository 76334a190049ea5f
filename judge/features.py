"""A perceptual distance: unit feature vectors of SqueezeNet 1.1 compared at seven depths, in plain NumPy.

The definition is that of training/losses.py (after Zhang and others, 2018, with unit weights, so not LPIPS).
"""

from pathlib import Path

import numpy as np


def _conv(x, weight, bias, stride=1, padding=0):
    """(c, h, w) float32 to (o, h', w'), then the rectifier."""
    if padding:
        x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    side = weight.shape[2]
    views = np.lib.stride_tricks.sliding_window_view(x, (side, side), axis=(1, 2))[:, ::stride, ::stride]
    height, width = views.shape[1:3]
    columns = views.transpose(1, 2, 0, 3, 4).reshape(height * width, -1)
    out = columns @ weight.reshape(weight.shape[0], -1).T + bias
    return np.maximum(out, 0).T.reshape(-1, height, width)


def _pool(x):
    """3x3 maxima two apart; a last window that is cut off counts as well."""
    height, width = x.shape[1:]
    down, across = -(-(height - 3) // 2) + 1, -(-(width - 3) // 2) + 1
    short = ((down - 1) * 2 + 3 - height, (across - 1) * 2 + 3 - width)
    x = np.pad(x, ((0, 0), (0, max(0, short[0])), (0, max(0, short[1]))), constant_values=-np.inf)
    views = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::2, ::2]
    return views.max((3, 4))


class Squeeze:
    def __init__(self, path: Path):
        self.weights = {name: values.astype(np.float32) for name, values in np.load(path).items()}

    def _layer(self, x, name, **how):
        return _conv(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], **how)

    def _fire(self, x, index):
        name = f"features.{index}"
        x = self._layer(x, f"{name}.squeeze")
        return np.concatenate([self._layer(x, f"{name}.expand1x1"), self._layer(x, f"{name}.expand3x3", padding=1)])

    def taps(self, picture):
        """Unit feature vectors of an RGB picture (h, w, 3) uint8 at seven depths, each (c, h', w')."""
        x = self._layer(picture.transpose(2, 0, 1).astype(np.float32) / 255, "features.0", stride=2)
        found = [x]
        x = self._fire(self._fire(_pool(x), 3), 4)
        found.append(x)
        x = self._fire(self._fire(_pool(x), 6), 7)
        found.append(x)
        x = _pool(x)
        for index in (9, 10, 11, 12):
            x = self._fire(x, index)
            found.append(x)
        return [f / np.sqrt((f**2).sum(0, keepdims=True) + 1e-8) for f in found]


def distance(a, b) -> float:
    """The sum over the depths of the mean squared distance."""
    return float(sum(((p - q) ** 2).sum(0).mean() for p, q in zip(a, b, strict=True)))
