"""What is judged: rendered pairs, whose truth is known, and held-out photos under random masks."""

import hashlib
import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training"))

import masks  # noqa: E402

SUFFIXES = (".webp", ".jpg", ".jpeg", ".png")
SIDE = 512
SEED = 2024
# As training/config.py has it: these photos were never trained on.
HELD_OUT = 0.05


@dataclass
class Case:
    """A photo with something in it, where it is, and what is behind it."""

    name: str
    kind: str
    """`scene` or `photo`."""
    photo: Path
    mask: Path
    """White is to be filled."""
    truth: Path


def rank(name: str) -> float:
    """A number in 0..1 that depends on the file's name alone; the same rule as in training/data.py."""
    return int.from_bytes(hashlib.sha256(Path(name).name.encode()).digest()[:6], "big") / 2**48


def scenes(folder: Path) -> list[Case]:
    """Every scene that is rendered in `folder`; masks with shadow and reflection, since the truth has neither."""
    found = []
    for at in sorted(folder.iterdir()) if folder.is_dir() else []:
        files = [at / f"{name}.png" for name in ("with", "mask_shadow", "without")]
        if all(file.exists() for file in files):
            found.append(Case(at.name, "scene", *files))
    return found


def _named(folder: Path):
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".tar":
            with tarfile.open(path) as archive:
                for member in archive:
                    name = Path(member.name).name
                    # Only what is held out is read at all.
                    if member.isfile() and name.lower().endswith(SUFFIXES) and rank(name) < HELD_OUT:
                        yield name, archive.extractfile(member).read()
        elif path.suffix.lower() in SUFFIXES and rank(path.name) < HELD_OUT:
            yield path.name, path.read_bytes()


def photos(folder: Path, skip: int, count: int, out: Path) -> list[Case]:
    """The `count` held-out photos of lowest rank after `skip` others, as squares of SIDE pixels with a fixed random mask."""
    found = []
    for name, data in sorted(_named(folder), key=lambda item: rank(item[0]))[skip : skip + count]:
        at = out / Path(name).stem
        files = [at / f"{part}.png" for part in ("photo", "mask", "truth")]
        if not all(file.exists() for file in files):
            at.mkdir(parents=True, exist_ok=True)
            photo = Image.open(io.BytesIO(data)).convert("RGB")
            short = min(photo.size)
            left, top = (photo.width - short) // 2, (photo.height - short) // 2
            square = photo.crop((left, top, left + short, top + short)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            square.save(files[2])
            mask = masks.sample(np.random.default_rng([SEED, int(rank(name) * 2**32)]), SIDE)
            cv2.imwrite(str(files[1]), mask)
            hidden = np.array(square)
            # Nobody can peep: what is to be filled is not there.
            hidden[mask > 127] = 128
            Image.fromarray(hidden).save(files[0])
        found.append(Case(Path(name).stem, "photo", *files))
    return found
