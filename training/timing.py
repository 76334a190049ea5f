"""Milliseconds a run of several ONNX files on the CPU, taken in turns so that a busy machine slows all of them alike."""

import argparse
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort


def session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def medians(paths: list[Path], threads: int, side: int, rounds: int) -> list[float]:
    """One median for each file, after a warm-up round."""
    sessions = [session(path, threads) for path in paths]
    image = np.random.default_rng(1).random((1, 3, side, side), np.float32)
    mask = np.zeros((1, 1, side, side), np.float32)
    mask[:, :, side // 3 : 2 * side // 3, side // 3 : 2 * side // 3] = 1
    times: list[list[float]] = [[] for _ in paths]
    for turn in range(rounds + 1):
        for taken, runner in zip(times, sessions, strict=True):
            begun = time.perf_counter()
            runner.run(None, {"image": image, "mask": mask})
            if turn:
                taken.append((time.perf_counter() - begun) * 1e3)
    return [float(np.median(taken)) for taken in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help="the first is what the others are compared with")
    parser.add_argument("--sides", type=int, nargs="+", default=[128, 256, 512])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=9)
    a = parser.parse_args()
    for threads in a.threads:
        for side in a.sides:
            found = medians(a.models, threads, side, a.rounds)
            cells = "  ".join(f"{p.stem} {t:.0f} ms ({t / found[0]:.2f}x)" for p, t in zip(a.models, found, strict=True))
            print(f"{threads} threads, {side} px: {cells}", flush=True)


if __name__ == "__main__":
    main()
