#!/usr/bin/env python3
"""Judges every fill over rendered pairs and held-out photos; writes a page. See README.md beside this file."""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import cases as listed  # noqa: E402
import fills as offered  # noqa: E402
import page  # noqa: E402
import scores  # noqa: E402

OURS = ("patch", "swift", "auto")
PEERS = ("telea", "navier-stokes", "biharmonic", "patchmatch", "texture-synthesis", "prototype")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    parser.add_argument("--scenes", type=Path, default=ROOT / "scenes" / "out")
    parser.add_argument("--photos", type=Path, help="a folder of photos or tar archives of them")
    parser.add_argument("--count", type=int, default=32, help="how many held-out photos")
    parser.add_argument("--skip", type=int, default=0, help="how many of them to leave out first, since something was tuned on them")
    parser.add_argument("--features", type=Path, help="the feature network of the perceptual distance (.npz)")
    parser.add_argument("--prototype", type=Path, help="a program `pm` to compare with")
    parser.add_argument("--fills", default=",".join(OURS + PEERS))
    parser.add_argument("--only", help="cases whose name contains this")
    parser.add_argument("--again", default="", help="fills to make anew, after the product has changed")
    parser.add_argument("--docs", type=Path, help="also write the summary and a few sheets into this folder")
    return parser.parse_args()


def fillers(a, hands, window):
    peers = {
        "telea": offered.telea,
        "navier-stokes": offered.navier_stokes,
        "biharmonic": offered.biharmonic,
        "patchmatch": offered.patchmatch,
        "texture-synthesis": hands.texture_synthesis,
    }
    if a.prototype:
        peers["prototype"] = offered.prototype(a.prototype, lambda case, out: hands.fill("swift", case, out))
    known = {route: hands.ours(route) for route in OURS}
    known |= {name: offered.within(fill, window) for name, fill in peers.items()}
    wanted = a.fills.split(",")
    unknown = set(wanted) - set(OURS + PEERS)
    if unknown:
        raise SystemExit(f"there is no fill called {', '.join(sorted(unknown))}")
    return {name: known[name] for name in wanted if name in known}


def judged(case, name, fill, window, scorer, folder, again):
    """The row of one fill of one case; what is there already is not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, row = folder / f"{name}.png", folder / f"{name}.json"
    if row.exists() and not again:
        kept = json.loads(row.read_text())
        if scorer.squeeze is None or "perceptual" in kept:
            return kept
    if again or not picture.exists() or not row.exists():
        started = time.perf_counter()
        seconds = fill(case, picture)
        print(f"{case.name} {name}: {seconds:.2f} s ({time.perf_counter() - started:.1f})", flush=True)
    else:
        seconds = json.loads(row.read_text())["seconds"]
    found = {"seconds": seconds, **scorer(case, picture, window)}
    row.write_text(json.dumps(found))
    return found


def window_of(case, hands, folder):
    """The smallest rectangle around all windows of the product."""
    kept = folder / "window.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rects = hands.fill("patch", case, folder / "window.png")["windows"]
        (folder / "window.png").unlink()
        left, top = min(r[0] for r in rects), min(r[1] for r in rects)
        right, bottom = max(r[0] + r[2] for r in rects), max(r[1] + r[3] for r in rects)
        kept.write_text(json.dumps([left, top, right - left, bottom - top]))
    return json.loads(kept.read_text())


def main():
    a = arguments()
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "-p", "judge"], cwd=ROOT, check=True)
    program, model = ROOT / "target" / "release" / "judge", ROOT / "public" / "models" / "swift.onnx"
    hands = offered.Hands(program, model)
    scorer = scores.Scorer(program, a.features)
    found = listed.scenes(a.scenes)
    if a.photos:
        found += listed.photos(a.photos, a.skip, a.count, a.out / "photos")
    if a.only:
        found = [case for case in found if a.only in case.name]
    if not found:
        raise SystemExit("nothing to judge: render the scenes first (scenes/README.md), or give --photos")
    again = set(a.again.split(",")) if a.again else set()
    folder_of = lambda case: a.out / case.kind / case.name
    known = fillers(a, hands, lambda case: window_of(case, hands, folder_of(case)))
    rows = []
    for case in found:
        folder = folder_of(case)
        window = window_of(case, hands, folder)
        for name in known:
            judged(case, name, known[name], window, scorer, folder, name in again)
        # Other fills may be there from other runs.
        kept = {name: folder / f"{name}.json" for name in OURS + PEERS}
        rows.append((case, window, {name: json.loads(file.read_text()) for name, file in kept.items() if file.exists()}))
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    page.write(a.out, rows, OURS + PEERS, digest, a.docs)
    print(a.out / "index.html")


if __name__ == "__main__":
    main()
