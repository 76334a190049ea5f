"""The fills that are compared: what the site offers, and what a user could take instead.

Each is a function of a case and a target file that writes the whole photo and returns its seconds; every fill of the
product comes out of the product's own crate.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

HERE = Path(__file__).resolve().parent


class CutOff(Exception):
    """A peer took longer than it may."""


class Hands:
    """The program `judge`, and the network that it asks for."""

    def __init__(self, program: Path, model: Path):
        self.program = program
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def fill(self, route, case, out: Path, *options: str) -> dict:
        """Fills by `patch`, `swift` or `auto`. Returns windows and seconds."""
        words = [self.program, "fill", case.photo, case.mask, route, out, *options]
        with subprocess.Popen([str(w) for w in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            said = {}
            while line := run.stdout.readline():
                said = json.loads(line)
                if "run" in said:
                    self._answer(run, said["run"])
        if run.returncode:
            raise RuntimeError(f"{route} failed on {case.name}")
        return said

    def _answer(self, run, heads):
        inputs = {}
        for head in heads:
            count = int(np.prod(head["shape"]))
            data = run.stdout.read(4 * count)
            inputs[head["name"]] = np.frombuffer(data, "<f4").reshape(head["shape"])
        (output,) = self.session.get_outputs()
        result = self.session.run([output.name], inputs)[0].astype("<f4")
        run.stdin.write(json.dumps({"name": output.name, "shape": result.shape}).encode() + b"\n")
        run.stdin.write(result.tobytes())
        run.stdin.flush()

    def ours(self, route, *options):
        def fill(case, out):
            said = self.fill(route, case, out, *options)
            return said["seconds"] + said["model_seconds"]

        return fill


def peer(name, limit=None):
    """A fill of peers.py."""

    def fill(case, out):
        words = [sys.executable, HERE / "peers.py", name, case.photo, case.mask, out]
        return json.loads(_said(words, limit))["seconds"]

    return fill


def texture_synthesis(program: Path, limit=None):
    def fill(case, out):
        words = [program, "texture-synthesis", case.photo, case.mask, out]
        return json.loads(_said(words, limit).splitlines()[-1])["seconds"]

    return fill


def prototype(program: Path, guide, limit=None):
    """The rough program that came before the product, guided by the swift picture; `guide` makes it."""

    def fill(case, out):
        with tempfile.TemporaryDirectory() as folder:
            steer = Path(folder) / "guide.png"
            guide(case, steer)
            start = time.perf_counter()
            words = [program, case.photo, case.mask, steer, out, "0.6", "3"]
            _said(words, limit, env={"TW": "3", "MU": "1", "MX": "0.3"})
            return time.perf_counter() - start

    return fill


def _said(words, limit, **how):
    """The standard output of a program, which is ended after `limit` seconds."""
    try:
        done = subprocess.run([str(w) for w in words], check=True, stdout=subprocess.PIPE, timeout=limit, **how)
    except subprocess.TimeoutExpired as late:
        raise CutOff from late
    return done.stdout


def within(fill, window_of):
    """A peer that sees the window that the product would see, no more and no less; the rest of the photo stays."""

    def whole(case, out):
        x, y, width, height = window_of(case)
        cut = (slice(y, y + height), slice(x, x + width))
        photo = cv2.imread(str(case.photo))
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{name}.png" for name in ("photo", "mask", "filled")]
            cv2.imwrite(str(files[0]), photo[cut])
            cv2.imwrite(str(files[1]), cv2.imread(str(case.mask), 0)[cut])
            seconds = fill(replace(case, photo=files[0], mask=files[1]), files[2])
            filled = cv2.imread(str(files[2]))
        hole = cv2.imread(str(case.mask), 0)[cut] > 127
        photo[cut][hole] = filled[hole]
        cv2.imwrite(str(out), photo)
        return seconds

    return whole
