"""What a fill is worth against the truth, over the window that the product would show."""

import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
from skimage.metrics import structural_similarity

from features import Squeeze, distance


class Scorer:
    def __init__(self, program: Path, features: Path | None):
        self.program = program
        self.squeeze = Squeeze(features) if features else None
        self.kept = (None, None)

    def _truth(self, key, picture):
        if self.kept[0] != key:
            self.kept = (key, self.squeeze.taps(picture))
        return self.kept[1]

    def __call__(self, case, fill: Path, window) -> dict:
        """PSNR of the hole; SSIM, SSIMULACRA2 and the perceptual distance of the window (x, y, width, height)."""
        x, y, width, height = window
        cut = (slice(y, y + height), slice(x, x + width))
        truth = cv2.imread(str(case.truth))[cut][:, :, ::-1]
        picture = cv2.imread(str(fill))[cut][:, :, ::-1]
        hole = cv2.imread(str(case.mask), 0)[cut] > 127
        error = (picture[hole].astype(np.float64) - truth[hole]) / 255
        found = {
            "psnr": -10 * np.log10(max((error**2).mean(), 1e-10)),
            "ssim": structural_similarity(truth, picture, channel_axis=-1),
        }
        line = "\t".join(map(str, (case.truth, fill, *window)))
        done = subprocess.run([str(self.program), "score"], input=line.encode(), capture_output=True, check=True)
        found |= json.loads(done.stdout)
        if self.squeeze:
            found["perceptual"] = distance(self._truth(case.truth, truth), self.squeeze.taps(picture))
        return {name: float(value) for name, value in found.items()}
