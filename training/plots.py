"""Pictures of a run: curves from its logs, and sheets of fills."""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

VEIL = np.array([230, 40, 60], np.float32)


def veiled(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The photo with what is to be filled under a red veil; RGB uint8."""
    out = image.astype(np.float32)
    where = mask > 127
    out[where] = out[where] * 0.35 + VEIL * 0.65
    return out.astype(np.uint8)


def sheet(rows: list[list[np.ndarray]], path: Path, across: int = 1, quality: int = 92) -> None:
    """Rows of equal pictures, `across` rows beside each other, as JPEG or PNG by the name."""
    strips = [np.concatenate(row, 1) for row in rows]
    across = max(1, min(across, len(strips)))
    lines = [np.concatenate(strips[i : i + across], 1) for i in range(0, len(strips) - across + 1, across)]
    picture = np.ascontiguousarray(np.concatenate(lines, 0)[:, :, ::-1])
    if not cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, quality]):
        raise OSError(f"cannot write {path}")


def read_log(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()] if path.exists() else []


def curves(run: Path, out: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    log, checks = read_log(run / "log.jsonl"), read_log(run / "checks.jsonl")
    if not log:
        raise SystemExit(f"{run}/log.jsonl is missing or empty")
    panels = ["l1", "colour", "specks", "perceptual", "matching", "adversarial", "critic", "adversarial_features",
              "feature_critic"]  # fmt: skip
    panels = [p for p in panels if any(p in row for row in log)]
    figure, axes = plt.subplots(2, (len(panels) + 3) // 2, figsize=(15, 6.5))
    axes = list(axes.flat)
    for axis, name in zip(axes, panels, strict=False):
        points = [(row["step"], row[name]) for row in log if name in row]
        axis.plot(*zip(*points, strict=True), linewidth=0.9)
        axis.set_title(name)
    axis = axes[len(panels)]
    for name in ("perceptual", "l1"):
        values = np.array([row[name] for row in checks])
        if len(values):
            axis.plot([row["step"] for row in checks], values / values[0], label=name)
    axis.set_title("held out, share of the first check")
    axis.legend()
    for axis in axes:
        axis.grid(alpha=0.3)
        axis.set_xlabel("step")
    for axis in axes[len(panels) + 1 :]:
        axis.set_visible(False)
    figure.tight_layout()
    figure.savefig(out, dpi=70)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="a run's folder, with log.jsonl and checks.jsonl")
    parser.add_argument("out", type=Path, help="picture to write")
    a = parser.parse_args()
    curves(a.run, a.out)


if __name__ == "__main__":
    main()
