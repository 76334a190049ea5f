"""Photos: which are held out, reading them from folders and archives, and cutting batches on the device."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import masks

SUFFIXES = (".webp", ".jpg", ".jpeg", ".png")

# Its own threads would not survive the fork of the mask workers, and photos are decoded side by side anyway.
cv2.setNumThreads(0)


def rank(name: str) -> float:
    """A number in 0..1 that depends on the file's name alone: the split is the same on every machine."""
    return int.from_bytes(hashlib.sha256(Path(name).name.encode()).digest()[:6], "big") / 2**48


def is_held_out(name: str, share: float) -> bool:
    return rank(name) < share


def decode(data: bytes, side: int, long: int) -> np.ndarray | None:
    """RGB (h, w, 3) with a short side of at most `side` and a long one of at most `long` (its middle is kept)."""
    photo = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if photo is None:
        return None
    h, w = photo.shape[:2]
    scale = side / min(h, w)
    if scale < 1:
        size = (max(side, round(w * scale)), max(side, round(h * scale)))
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    h, w = photo.shape[:2]
    if w > long:
        photo = photo[:, (w - long) // 2 : (w - long) // 2 + long]
    if h > long:
        photo = photo[(h - long) // 2 : (h - long) // 2 + long]
    return np.ascontiguousarray(photo[:, :, ::-1])


def archive_members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name.lower().endswith(SUFFIXES):
                yield Path(member.name).name, archive.extractfile(member).read()


def read_named(folder: Path, skip: set[str]) -> Iterator[tuple[str, bytes]]:
    """Photos in a folder and in the tar archives beside them; `skip` holds sources already read and gains the new."""
    for path in sorted(folder.rglob("*")):
        if str(path) in skip or not path.is_file():
            continue
        if path.suffix == ".tar":
            skip.add(str(path))
            yield from archive_members(path)
        elif path.suffix.lower() in SUFFIXES:
            skip.add(str(path))
            yield path.name, path.read_bytes()


def read_photos(
    folder: Path, skip: set[str], side: int, long: int, workers: int, wanted: Callable[[str], bool] = lambda _: True
) -> list[tuple[str, np.ndarray]]:
    named = [item for item in read_named(folder, skip) if wanted(item[0])]
    with ThreadPoolExecutor(workers) as pool:
        photos = list(pool.map(lambda item: decode(item[1], side, long), named))
    return [(name, photo) for (name, _), photo in zip(named, photos, strict=True) if photo is not None]


def pack(photos: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Photos end to end: (pixels,) int32, and (n, 3) of each one's start, height and width.

    Four bytes a pixel, the last unused: one aligned read fetches all three colours.
    """
    rows, start = [], 0
    for photo in photos:
        rows.append((start, *photo.shape[:2]))
        start += photo.shape[0] * photo.shape[1]
    flat = np.zeros((start, 4), np.uint8)
    for photo, (at, high, wide) in zip(photos, rows, strict=True):
        flat[at : at + high * wide, :3] = photo.reshape(-1, 3)
    return flat.view(np.int32)[:, 0], np.array(rows, np.int64)


class PhotoStore:
    """Photos of any size as one flat tensor of pixels on the device, from which whole batches are sampled at once."""

    def __init__(self, device: torch.device):
        self.device = device
        self.pixels = torch.empty(0, dtype=torch.int32, device=device)
        self.shape = torch.empty(0, 3, dtype=torch.long, device=device)

    def __len__(self) -> int:
        return len(self.shape)

    def add(self, pixels: np.ndarray, rows: np.ndarray) -> None:
        """More photos, as `pack` packs them."""
        moved = torch.from_numpy(rows + np.array([len(self.pixels), 0, 0])).to(self.device)
        self.pixels = torch.cat([self.pixels, torch.from_numpy(pixels).to(self.device)])
        self.shape = torch.cat([self.shape, moved])

    def batch(
        self, count: int, size: int, draw: torch.Generator, view_power: float = 1.0, halved: float = 0.0
    ) -> Tensor:
        """(count, 3, size, size) in 0..1: random squares of random photos, mirrored at will, lightly tinted.

        A `view_power` below one draws more of the squares that take in all of a photo's short side.

        A square of more than `size` pixels is averaged down, so that fine texture stays free of aliasing; one of
        `size` pixels is copied exactly; a smaller one is stretched, as a soft photo would be. Between two sizes the
        average is a little softer than the photo; the share `halved` of the squares has no part in that.
        """
        device = self.device

        def chance(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=draw, device=device)

        start, high, wide = self.shape[(chance(count) * len(self)).long()].unbind(1)
        short = torch.minimum(high, wide).float()
        least = short.clamp_max(size * 0.9)
        side = least + (short - least) * chance(count) ** view_power
        # A fifth of all squares keep the photo's own pixels.
        kind = chance(count)
        own, half = (kind < 0.2) & (short >= size), (kind > 1 - halved) & (short >= 2 * size)
        side = torch.where(own, float(size), torch.where(half, 2.0 * size, side))
        exact = own | half
        scale = side / size
        top, left = chance(count) * (high - side), chance(count) * (wide - side)
        top, left = torch.where(exact, top.floor(), top), torch.where(exact, left.floor(), left)
        grid = torch.arange(size, device=device) + 0.5
        mirrored = torch.where(chance(count)[:, None] < 0.5, size - grid, grid)
        spread = 0.5 * (scale - 1).clamp(0, 1)
        total = torch.zeros(count, size, size, 3, device=device)
        for dy in (-1, 1):
            for dx in (-1, 1):
                y = top[:, None] + grid * scale[:, None] - 0.5 + dy * spread[:, None]
                x = left[:, None] + mirrored * scale[:, None] - 0.5 + dx * spread[:, None]
                total += self.bilinear(start, high, wide, y, x)
        tint = 1 + 0.12 * (chance(count, 1, 1, 3) - 0.5) + 0.25 * (chance(count, 1, 1, 1) - 0.5)
        return (total / (4 * 255) * tint).clamp(0, 1).permute(0, 3, 1, 2)

    def bilinear(self, start: Tensor, high: Tensor, wide: Tensor, y: Tensor, x: Tensor) -> Tensor:
        y = y.clamp_min(0).minimum((high - 1)[:, None].float())
        x = x.clamp_min(0).minimum((wide - 1)[:, None].float())
        y0, x0 = y.long(), x.long()
        y1, x1 = (y0 + 1).minimum((high - 1)[:, None]), (x0 + 1).minimum((wide - 1)[:, None])
        fy, fx = (y - y0)[:, :, None, None], (x - x0)[:, None, :, None]

        def taps(row: Tensor, column: Tensor) -> Tensor:
            at = start[:, None, None] + row[:, :, None] * wide[:, None, None] + column[:, None, :]
            found = torch.index_select(self.pixels, 0, at.flatten()).view(torch.uint8)
            return found.view(*at.shape, 4)[..., :3].float()

        upper = taps(y0, x0) * (1 - fx) + taps(y0, x1) * fx
        lower = taps(y1, x0) * (1 - fx) + taps(y1, x1) * fx
        return upper * (1 - fy) + lower * fy


class MaskStore:
    """A bank of masks on the device; each draw turns, mirrors, scales and moves them."""

    def __init__(self, count: int, side: int, seed: int, pool: Executor | None, device: torch.device | None = None):
        parts = max(1, min(count // 8, 64))
        jobs = [(count // parts, side, seed * 1009 + i) for i in range(parts)]
        banks = list((pool.map if pool else map)(masks.bank, *zip(*jobs, strict=True)))
        self.bank = torch.from_numpy(np.concatenate(banks)).to(device)

    def add(self, more: np.ndarray) -> None:
        """More masks of the bank's own size, (n, side, side) uint8."""
        self.bank = torch.cat([self.bank, torch.from_numpy(more).to(self.bank.device)])

    def batch(self, count: int, size: int, draw: torch.Generator) -> Tensor:
        """(count, 1, size, size), 0 or 1."""
        device = self.bank.device

        def chance(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=draw, device=device)

        plain = (self.bank[(chance(count) * len(self.bank)).long()] > 127).float()[:, None]
        angle = (chance(count) - 0.5) * 0.9
        zoom = torch.exp((chance(count) - 0.65) * 0.9)
        mirror = torch.where(chance(count) < 0.5, -1.0, 1.0)
        cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
        shift = (chance(count, 2) - 0.5) * 0.5
        matrix = torch.stack([cos * mirror, -sin, shift[:, 0], sin * mirror, cos, shift[:, 1]], 1).view(count, 2, 3)
        grid = F.affine_grid(matrix, [count, 1, size, size], align_corners=False)
        moved = (F.grid_sample(plain, grid, mode="bilinear", align_corners=False) > 0.4).float()
        share = moved.mean((1, 2, 3), keepdim=True)
        usable = (share > masks.LEAST) & (share < masks.MOST)
        return torch.where(usable, moved, F.interpolate(plain, size=(size, size), mode="nearest"))


def leave_rims(image: Tensor, mask: Tensor, share: float, draw: torch.Generator) -> Tensor:
    """What a hasty brush leaves: in some windows a thin edge of something strange stays just outside of the mask.

    The strange thing is the next window of the batch; the edge is one to four pixels wide and has gaps.
    """
    count, device = len(image), image.device
    chosen = torch.rand(count, 1, 1, 1, generator=draw, device=device) < share
    grown = mask
    for step in range(4):
        wider = F.max_pool2d(grown, 3, 1, 1)
        goes_on = torch.rand(count, 1, 1, 1, generator=draw, device=device) < (1.0 if step == 0 else 0.55)
        grown = torch.where(goes_on, wider, grown)
    coarse = torch.rand(count, 1, 6, 6, generator=draw, device=device)
    gaps = F.interpolate(coarse, size=image.shape[2:], mode="bilinear", align_corners=False) > 0.45
    rim = ((grown - mask) > 0.5) & gaps & chosen
    return torch.where(rim, image.roll(1, 0), image)


def held_out_windows(named: list[tuple[str, np.ndarray]], count: int, side: int, seed: int) -> tuple[list, list, list]:
    """The `count` held-out photos of lowest rank with a fixed mask each: names, squares (side, side, 3), masks.

    The mask depends on the seed and the photo's name, so that a photo keeps its mask whatever else is in the set.
    """
    names, squares, holes = [], [], []
    for name, photo in sorted(named, key=lambda item: rank(item[0]))[:count]:
        h, w = photo.shape[:2]
        short = min(h, w)
        square = photo[(h - short) // 2 : (h + short) // 2, (w - short) // 2 : (w + short) // 2]
        way = cv2.INTER_AREA if short > side else cv2.INTER_CUBIC
        square = square if short == side else cv2.resize(square, (side, side), interpolation=way)
        names.append(name)
        squares.append(square)
        holes.append(masks.sample(np.random.default_rng([seed, int(rank(name) * 2**32)]), side))
    return names, squares, holes
