#!/usr/bin/env python3
"""Judges every fill over rendered pairs and held-out photos; writes a page. See README.md beside this file."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

# One thread for each job, also where NumPy would take more; to be said before it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import cases as listed  # noqa: E402
import fills as offered  # noqa: E402
import page  # noqa: E402
import scores  # noqa: E402

OURS = ("patch", "swift", "auto")
# The same by the earlier network that `--before` names.
BEFORE = {"swift-before": "swift", "auto-before": "auto"}
PEERS = ("telea", "navier-stokes", "biharmonic", "patchmatch", "texture-synthesis", "prototype")
FILLS = ("patch", "swift-before", "swift", "auto-before", "auto", *PEERS)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    parser.add_argument("--scenes", type=Path, default=ROOT / "scenes" / "out")
    parser.add_argument("--photos", type=Path, help="a folder of photos or tar archives of them")
    parser.add_argument("--count", type=int, default=32, help="how many held-out photos")
    parser.add_argument("--skip", type=int, default=0, help="how many of them to leave out first, since something was tuned on them")
    parser.add_argument("--features", type=Path, help="the feature network of the perceptual distance (.npz)")
    parser.add_argument("--before", type=Path, help="an earlier swift (.onnx), to fill by it as well, alone and as guide")
    parser.add_argument("--prototype", type=Path, help="a program `pm` to compare with")
    parser.add_argument("--program", type=Path, help="the program `judge`; it is built unless it is named")
    parser.add_argument("--fills", default=",".join(FILLS))
    parser.add_argument("--limit", type=float, help="seconds after which a peer is cut off")
    parser.add_argument("--jobs", type=int, default=1, help="cases that are judged side by side")
    parser.add_argument("--only", help="cases whose name contains this")
    parser.add_argument("--again", default="", help="fills to make anew, after the product has changed")
    parser.add_argument("--docs", type=Path, help="also write the summary and a few sheets into this folder")
    return parser.parse_args()


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def origins(a, program, model):
    """The files that each fill comes out of, as digests; peers of a registry are pinned and need none."""
    made_by = {name: [] for name in FILLS}
    made_by["patch"] = [digest(program)]
    made_by["swift"] = made_by["auto"] = [digest(program), digest(model)]
    if a.before:
        made_by["swift-before"] = made_by["auto-before"] = [digest(program), digest(a.before)]
    if a.prototype:
        made_by["prototype"] = [digest(a.prototype), digest(program), digest(model)]
    return made_by


class Judge:
    """What one job needs to judge cases, one after the other."""

    def __init__(self, a, program, model):
        self.a = a
        self.made_by = origins(a, program, model)
        self.hands = offered.Hands(program, model)
        self.scorer = scores.Scorer(program, a.features)
        self.again = set(a.again.split(",")) if a.again else set()
        peers = {name: offered.peer(name, a.limit) for name in ("telea", "navier-stokes", "biharmonic", "patchmatch")}
        peers["texture-synthesis"] = offered.texture_synthesis(program, a.limit)
        if a.prototype:
            guide = lambda case, out: self.hands.fill("swift", case, out)
            peers["prototype"] = offered.prototype(a.prototype, guide, a.limit)
        known = {route: self.hands.ours(route) for route in OURS}
        if a.before:
            before = offered.Hands(program, a.before)
            known |= {name: before.ours(route) for name, route in BEFORE.items()}
        known |= {name: offered.within(fill, self.window_of) for name, fill in peers.items()}
        self.fills = {name: known[name] for name in a.fills.split(",") if name in known}

    def folder(self, case):
        return self.a.out / case.kind / case.name

    def window_of(self, case):
        """The smallest rectangle around all windows of the product."""
        folder = self.folder(case)
        kept = folder / "window.json"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            rects = self.hands.fill("patch", case, folder / "window.png")["windows"]
            (folder / "window.png").unlink()
            left, top = min(r[0] for r in rects), min(r[1] for r in rects)
            right, bottom = max(r[0] + r[2] for r in rects), max(r[1] + r[3] for r in rects)
            kept.write_text(json.dumps([left, top, right - left, bottom - top]))
        return json.loads(kept.read_text())

    def holds(self, name, kept):
        """Whether a row says what would come out now."""
        if name in self.again or kept.get("made_by") != self.made_by[name]:
            return False
        limit = self.a.limit
        return "cut_off" not in kept or (limit is not None and limit <= kept["cut_off"])

    def judge(self, case):
        """Every fill of one case. What is there already is not made again."""
        window = self.window_of(case)
        for name, fill in self.fills.items():
            folder = self.folder(case)
            picture, row = folder / f"{name}.png", folder / f"{name}.json"
            kept = json.loads(row.read_text()) if row.exists() else None
            if kept and not self.holds(name, kept):
                kept = None
            if kept and ("cut_off" in kept or self.scorer.squeeze is None or "perceptual" in kept):
                continue
            if kept and picture.exists():
                seconds = kept["seconds"]
            else:
                started = time.perf_counter()
                try:
                    seconds = fill(case, picture)
                except offered.CutOff:
                    row.write_text(json.dumps({"made_by": self.made_by[name], "cut_off": self.a.limit}))
                    print(f"{case.name} {name}: cut off", flush=True)
                    continue
                print(f"{case.name} {name}: {seconds:.2f} s ({time.perf_counter() - started:.1f})", flush=True)
            scored = self.scorer(case, picture, window)
            row.write_text(json.dumps({"made_by": self.made_by[name], "seconds": seconds, **scored}))


def begin(*told):
    global judge
    judge = Judge(*told)


def one(case):
    judge.judge(case)


def run(found, jobs, *told):
    """Judges the cases, `jobs` of them at a time, each in one process."""
    if jobs == 1:
        work = Judge(*told)
        for case in found:
            work.judge(case)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin, told) as pool:
        for done in as_completed([pool.submit(one, case) for case in found]):
            done.result()


def main():
    a = arguments()
    unknown = set(a.fills.split(",")) - set(FILLS)
    if unknown:
        raise SystemExit(f"there is no fill called {', '.join(sorted(unknown))}")
    program = a.program
    if not program:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "-p", "judge"], cwd=ROOT, check=True)
        program = ROOT / "target" / "release" / "judge"
    model = ROOT / "public" / "models" / "swift.onnx"
    found = listed.scenes(a.scenes)
    if a.photos:
        found += listed.photos(a.photos, a.skip, a.count, a.out / "photos")
    if a.only:
        found = [case for case in found if a.only in case.name]
    if not found:
        raise SystemExit("nothing to judge: render the scenes first (scenes/README.md), or give --photos")
    run(found, a.jobs, a, program, model)
    rows = []
    for case in found:
        folder = a.out / case.kind / case.name
        # Other fills may be there from other runs.
        kept = {name: folder / f"{name}.json" for name in FILLS}
        read = {name: json.loads(file.read_text()) for name, file in kept.items() if file.exists()}
        rows.append((case, json.loads((folder / "window.json").read_text()), read))
    networks = {"swift": model} | ({"swift-before": a.before} if a.before else {})
    digests = {name: digest(path) for name, path in networks.items()}
    page.write(a.out, rows, FILLS, digests, a.docs)
    print(a.out / "index.html")


if __name__ == "__main__":
    main()
