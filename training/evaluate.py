"""Compare fills on held-out photos with fixed masks: ONNX files alone, and, where given a program, as guides of patch synthesis.

Every photo is a square of SIDE pixels. A generator sees it scaled to each of `--sides`, with the mask grown to whole
pixels; its fill is scaled back and put under the full mask, as the site does, and judged there at full size.
"""

import argparse
import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import torch

import plots
from config import Config
from data import held_out_windows, is_held_out, read_photos
from losses import Squeeze, perceptual, perceptual_masked
from masks import shrink

SIDE = 512
SEED = 2024


@dataclass
class Case:
    name: str
    photo: np.ndarray
    """(SIDE, SIDE, 3) RGB uint8."""
    mask: np.ndarray
    """(SIDE, SIDE) uint8, 255 = fill."""


def cases(folder: Path, count: int, share: float) -> list[Case]:
    c = Config()
    named = read_photos(folder, set(), SIDE, c.photo_long, 2, lambda name: is_held_out(name, share))
    return [Case(*parts) for parts in zip(*held_out_windows(named, count, SIDE, SEED), strict=True)]


def scaled(photo: np.ndarray, side: int) -> np.ndarray:
    if photo.shape[0] == side:
        return photo
    way = cv2.INTER_AREA if side < photo.shape[0] else cv2.INTER_CUBIC
    return cv2.resize(photo, (side, side), interpolation=way)


def composite(photo: np.ndarray, fill: np.ndarray, mask: np.ndarray) -> np.ndarray:
    out = photo.copy()
    out[mask > 127] = fill[mask > 127]
    return out


class Filler:
    """A generator file, run at one side."""

    def __init__(self, path: Path, threads: int):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, case: Case, side: int) -> np.ndarray:
        """The whole result at `side` pixels, RGB uint8."""
        image = scaled(case.photo, side).astype(np.float32).transpose(2, 0, 1)[None] / 255
        mask = (shrink(case.mask, side) > 127).astype(np.float32)[None, None]
        result = self.session.run(None, {"image": image, "mask": mask})[0][0]
        return np.round(result.clip(0, 1).transpose(1, 2, 0) * 255).astype(np.uint8)


class Judge:
    def __init__(self, squeeze: str):
        self.squeeze = Squeeze(squeeze).eval() if squeeze else None
        self.truths: dict[bytes, list[torch.Tensor]] = {}

    @torch.no_grad()
    def features(self, photo: np.ndarray) -> list[torch.Tensor]:
        return self.squeeze(torch.from_numpy(photo).permute(2, 0, 1)[None].float() / 255)

    def truth(self, photo: np.ndarray) -> list[torch.Tensor]:
        """The photo's own features: every fill of it is held against the same ones."""
        key = hashlib.sha256(photo.tobytes()).digest()
        if key not in self.truths:
            if len(self.truths) > 4:
                self.truths.clear()
            self.truths[key] = self.features(photo)
        return self.truths[key]

    @torch.no_grad()
    def __call__(self, photo: np.ndarray, fill: np.ndarray, mask: np.ndarray) -> dict[str, float]:
        where = mask > 127
        error = (fill[where].astype(np.float64) - photo[where]) / 255
        scores = {"l1": np.abs(error).mean(), "psnr": -10 * np.log10(max((error**2).mean(), 1e-10))}
        # The share of the masked pixels that stand out in colour, more than all but half a percent of the photo does.
        scores["specks"] = (fine_colour(fill)[where] > np.percentile(fine_colour(photo), 99.5)).mean()
        if self.squeeze:
            a, b = self.features(fill), self.truth(photo)
            hole = torch.from_numpy(where.astype(np.float32))[None, None]
            scores |= {"window": perceptual(a, b).item(), "masked": perceptual_masked(a, b, hole).item()}
        return {k: float(v) for k, v in scores.items()}


def fine_colour(photo: np.ndarray) -> np.ndarray:
    """How strong each pixel's colour is, a and b of Lab, less that of its surroundings: a Gaussian of 2.5 pixels."""
    colour = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[:, :, 1:]
    return np.linalg.norm(colour - cv2.GaussianBlur(colour, (0, 0), 2.5), axis=2)


def synthesise(program: Path, case: Case, guide: np.ndarray | None, how: dict) -> np.ndarray:
    """Run the patch synthesis program on PNG files; `how` holds lambda, radius and environment."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        cv2.imwrite(str(at / "photo.png"), case.photo[:, :, ::-1])
        cv2.imwrite(str(at / "mask.png"), case.mask)
        if guide is not None:
            cv2.imwrite(str(at / "guide.png"), guide[:, :, ::-1])
        words = [program, at / "photo.png", at / "mask.png", at / "guide.png" if guide is not None else "-",
                 at / "out.png", how["lambda"], 3, how["radius"]]  # fmt: skip
        environment = {**os.environ, **{k: str(v) for k, v in how["environment"].items()}}
        subprocess.run([str(word) for word in words], check=True, capture_output=True, env=environment)
        return np.ascontiguousarray(cv2.imread(str(at / "out.png"))[:, :, ::-1])


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {k: float(np.mean([row[k] for row in rows])) for k in rows[0]}


def evaluate(a: argparse.Namespace) -> dict:
    tests = cases(a.photos, a.first + a.count, a.held_out)[a.first :]
    print(f"{len(tests)} held-out photos, mean masked share {np.mean([(t.mask > 127).mean() for t in tests]):.3f}")
    judge, rows, pictures = Judge(a.squeeze), {}, {}
    if a.out:
        a.out.mkdir(parents=True, exist_ok=True)
        (a.out / "each.jsonl").unlink(missing_ok=True)
    fillers = {path.stem if len({p.stem for p in a.models}) > 1 else str(path): Filler(path, a.threads)
               for path in a.models}  # fmt: skip

    def note(label: str, case: Case, fill: np.ndarray, photo: np.ndarray, mask: np.ndarray) -> None:
        rows.setdefault(label, []).append(judge(photo, composite(photo, fill, mask), mask))
        pictures.setdefault(label, []).append(composite(photo, fill, mask))

    for case in tests:
        if a.program and a.unguided:
            how = {"lambda": 0, "radius": 3, "environment": {"TW": 3, "MU": 1, "MX": 0.3}}
            note("patch", case, synthesise(a.program, case, None, how), case.photo, case.mask)
        for name, filler in fillers.items():
            for side in a.sides:
                small = filler(case, side)
                if side < SIDE:
                    note(f"{name} {side} native", case, small, scaled(case.photo, side), shrink(case.mask, side))
                full = scaled(small, SIDE)
                note(f"{name} {side}", case, full, case.photo, case.mask)
                for strength in a.strengths if a.program else ():
                    how = {"lambda": strength, "radius": a.radius, "environment": {"TW": 3, "MU": 1, "MX": 0.3}}
                    fill = synthesise(a.program, case, full, how)
                    note(f"patch, {name} {side}, lambda {strength:g}", case, fill, case.photo, case.mask)
        if a.out:
            # Line by line, so that a run that is stopped has not been for nothing.
            with (a.out / "each.jsonl").open("a") as file:
                file.write(json.dumps({"photo": case.name, **{label: found[-1] for label, found in rows.items()}}) + "\n")
    table = {label: mean(found) for label, found in rows.items()}
    if a.out:
        (a.out / "scores.json").write_text(json.dumps({"photos": len(tests), "mean": table}, indent=1) + "\n")
        for start in range(0, len(tests), 8):
            chosen = [label for label in pictures if "native" not in label]
            lines = [[plots.veiled(tests[i].photo, tests[i].mask), *(pictures[label][i] for label in chosen)]
                     for i in range(start, min(start + 8, len(tests)))]  # fmt: skip
            plots.sheet(lines, a.out / f"sheet-{start // 8:02d}.png")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help="ONNX files")
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--squeeze", default="", help="features of the perceptual distance")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--first", type=int, default=0, help="leave out this many photos at the start")
    parser.add_argument("--unguided", action="store_true", help="also run the program without a guide")
    parser.add_argument("--held-out", type=float, default=Config().held_out)
    parser.add_argument("--sides", type=int, nargs="+", default=[256])
    parser.add_argument("--program", type=Path, help="patch synthesis: IMAGE MASK GUIDE|- OUT lambda r radius")
    parser.add_argument("--strengths", type=float, nargs="+", default=[0.6])
    parser.add_argument("--radius", type=int, default=3, help="blur of the guide at full size")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="folder for sheets, scores.json and each.jsonl")
    for label, row in evaluate(parser.parse_args()).items():
        print(f"{label:44s}", " ".join(f"{k} {v:.4f}" for k, v in row.items()))


if __name__ == "__main__":
    main()
