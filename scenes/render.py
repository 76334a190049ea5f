#!/usr/bin/env python3
"""Renders the scenes with and without their object; stops and resumes at any point.

    python3 scenes/render.py [--draft] [--threads 2] [--jobs 1] [--out out] [scene ...]

The environment variable BLENDER names the program when it is not on the path.
"""

import argparse
import ast
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lib import develop, exr, masks  # noqa: E402


def looks(scene):
    """The set's own settings, read without Blender: the literal `LOOK` of its file."""
    tree = ast.parse((HERE / "sets" / f"{scene}.py").read_text())
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "LOOK":
            return ast.literal_eval(statement.value)
    return {}


def raw(scene, view, target, size, samples, threads, window=None):
    """Renders one view, or a window of it, to `target` unless that file is there."""
    if target.exists():
        return
    partial = target.with_suffix(".part.exr")
    start = time.time()
    command = ["nice", "-n", "19", os.environ.get("BLENDER", "blender"), "-b", "--factory-startup", "--python", str(HERE / "lib" / "stage.py"), "--"]
    command += ["--scene", scene, "--view", view, "--out", str(partial), "--samples", str(samples)]
    command += ["--width", str(size[0]), "--height", str(size[1]), "--threads", str(threads)]
    if window:
        command += ["--window", *map(str, window)]
    log = target.with_suffix(".log")
    with open(log, "w") as sink:
        code = subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT).returncode
    if code or not partial.exists():
        raise RuntimeError(f"{scene} ({view}) failed:\n" + "\n".join(log.read_text().splitlines()[-25:]))
    partial.rename(target)
    print(f"{scene} {target.stem}: {time.time() - start:.0f} s", flush=True)


def window(scene, folder, threads):
    """The part of the picture that the object changes, as fractions (left, top, right, bottom).

    Found on a small, noisy pair: with one seed, pixels that the object does not reach are all but equal.
    """
    kept = folder / "window.json"
    if kept.exists():
        return json.loads(kept.read_text())
    size = (256, 176)
    for view in ("with", "without"):
        raw(scene, view, folder / f"probe-{view}.exr", size, 6, threads)
    a, b = exr.read(folder / "probe-with.exr"), exr.read(folder / "probe-without.exr")
    index = exr.layer(a, "IndexOB", "X")[..., 0] > 0.5
    a, b = (develop.blur(np.maximum(exr.layer(c, "Combined", "RGB"), 0).mean(-1), 1.0) for c in (a, b))
    change = develop.blur((np.abs(a - b) / (0.5 * (a + b) + 0.01) > 0.04).astype(np.float32), 1.0) > 0.45
    # Light that bounces about indoors differs a little everywhere; what counts is joined to the object.
    near = develop.blur(index.astype(np.float32), 2.0) > 0.01
    changed = masks.largest_near(change, near)
    rows, columns = (np.flatnonzero(changed.any(axis)) for axis in (1, 0))
    air = 5
    found = [
        max(0, columns[0] - air) / size[0],
        max(0, rows[0] - air) / size[1],
        min(size[0], columns[-1] + 1 + air) / size[0],
        min(size[1], rows[-1] + 1 + air) / size[1],
    ]
    kept.write_text(json.dumps(found))
    return found


def linear(path):
    """Colour, albedo, normal and object index of one view."""
    channels = exr.read(path)
    return [exr.layer(channels, name, parts) for name, parts in (
        ("Combined", "RGB"), ("Denoising Albedo", "RGB"), ("Denoising Normal", "XYZ"), ("IndexOB", "X"))]


def feather(window, height, width, soft=12):
    """1 inside the window, falling to 0 at its borders, but not where they are the picture's."""
    left, top, right, bottom = (round(f * n) for f, n in zip(window, (width, height, width, height)))
    ramps = []
    for low, high, length in ((top, bottom, height), (left, right, width)):
        at = np.arange(length) + 0.5
        rise = np.ones(length) if low <= 0 else np.clip((at - low - 1) / soft, 0, 1)
        fall = np.ones(length) if high >= length else np.clip((high - 1 - at) / soft, 0, 1)
        ramps.append(np.minimum(rise, fall))
    return np.minimum.outer(*ramps).astype(np.float32)[..., None]


def finish(scene, folder, seed):
    """Develops both views and paints the masks from the raw files in `folder`."""
    look = looks(scene)
    *before, index = linear(folder / "with.exr")
    first = develop.denoise(*before)
    Image.fromarray(develop.develop(first, look, seed)).save(folder / "with.png")
    if not (folder / "without.exr").exists():
        return
    *after, _ = linear(folder / "without.exr")
    inside = feather(json.loads((folder / "window.json").read_text()), *first.shape[:2])
    after = [inside * b + (1 - inside) * a for a, b in zip(before, after)]
    # Outside the window both views are the same render, and so must their denoised pixels be.
    second = inside * develop.denoise(*after) + (1 - inside) * first
    Image.fromarray(develop.develop(second, look, seed)).save(folder / "without.png")
    body, shadow = masks.object_and_shadow(index[..., 0], first, second, look.get("shadow", 0.07))
    for name, exact, margin in (("mask", body, 9), ("mask_shadow", shadow, 11)):
        loose = masks.painted(exact, seed + 2, margin)
        Image.fromarray(loose.astype(np.uint8) * 255).save(folder / f"{name}.png", optimize=True)
    np.savez_compressed(folder / "exact.npz", body=body, shadow=shadow)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--draft", action="store_true", help="400 pixels wide, 14 samples, into <out>-draft")
    parser.add_argument("--views", default="with,without")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=1, help="scenes that are rendered side by side")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--out", default=str(HERE / "out"))
    parser.add_argument("--again", action="store_true", help="render anew what is there")
    parser.add_argument("--develop", action="store_true", help="develop the raw files anew")
    arguments = parser.parse_args()
    every = sorted(p.stem for p in (HERE / "sets").glob("*.py") if p.stem != "__init__")
    wanted = arguments.scenes or every
    unknown = sorted(set(wanted) - set(every))
    if unknown:
        raise SystemExit(f"No such scene: {', '.join(unknown)}. There are: {', '.join(every)}")
    size, samples = ((400, 275), 14) if arguments.draft else ((1024, 704), 48)
    samples = arguments.samples or samples
    root = pathlib.Path(arguments.out + ("-draft" if arguments.draft else ""))

    def whole(scene):
        folder = root / scene
        folder.mkdir(parents=True, exist_ok=True)
        if arguments.again:
            for old in folder.iterdir():
                old.unlink()
        pictures = [folder / f"{name}.png" for name in ("with", "without", "mask", "mask_shadow")]
        if all(p.exists() for p in pictures) and not arguments.develop:
            return
        views = arguments.views.split(",")
        if "with" in views:
            raw(scene, "with", folder / "with.exr", size, samples, arguments.threads)
        if "without" in views:
            part = window(scene, folder, arguments.threads)
            raw(scene, "without", folder / "without.exr", size, samples, arguments.threads, part)
        # The seed comes from the name alone, so that adding a scene changes no other.
        finish(scene, folder, seed=sum(map(ord, scene)) * 101)

    # Blender does the work; a thread here only waits for it.
    failures = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {pool.submit(whole, scene): scene for scene in wanted}
        for done in concurrent.futures.as_completed(running):
            if done.exception():
                failures.append(f"{running[done]}: {done.exception()}")
    if failures:
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
