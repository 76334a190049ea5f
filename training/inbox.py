"""Photos and outlines that arrive while a run goes on; everything slow happens off the loop's thread."""

import threading
import time
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

import silhouettes
from config import Config
from data import is_held_out, pack, read_photos


class Inbox:
    """Reads new photos on a thread, and has outlines cut out of them; the loop takes both over between two steps."""

    def __init__(self, config: Config, seed: int, pool: Executor | None):
        self.config, self.seed, self.pool, self.seen = config, seed, pool, set()
        self.lock, self.waiting, self.outlines = threading.Lock(), [], []
        self.uncut: list[np.ndarray] = []
        self.tried = 0
        self.held_out: list[tuple[str, np.ndarray]] = []

    def read(self) -> None:
        c = self.config
        named = read_photos(Path(c.photos), self.seen, c.photo_side, c.photo_long, c.workers)
        photos = [photo for name, photo in named if not is_held_out(name, c.held_out)]
        packed = [pack(photos)] if photos else []
        with self.lock:
            self.held_out += [item for item in named if is_held_out(item[0], c.held_out)]
            self.waiting += packed
            missing = max(0, c.silhouettes - self.tried - len(self.uncut))
            self.uncut += [silhouettes.reduced(photo) for photo in photos[:missing]]

    def cut(self) -> None:
        """A few more outlines, as long as more are wanted."""
        c = self.config
        count = min(64, c.silhouettes - self.tried, len(self.uncut))
        if count <= 0:
            return
        photos, self.uncut = self.uncut[:count], self.uncut[count:]
        found = silhouettes.harvest(photos, c.mask_side, self.seed * 1013 + self.tried, self.pool)
        self.tried += count
        with self.lock:
            self.outlines.append(found)

    def watch(self, pause: float) -> None:
        def loop() -> None:
            while True:
                time.sleep(pause)
                try:
                    self.read()
                    self.cut()
                except Exception as error:
                    print("inbox:", repr(error), flush=True)

        threading.Thread(target=loop, daemon=True).start()

    def take(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Photos as `data.pack` packs them, one pair for each time that some were found."""
        with self.lock:
            packed, self.waiting = self.waiting, []
        return packed

    def take_outlines(self) -> np.ndarray | None:
        with self.lock:
            found, self.outlines = self.outlines, []
        return np.concatenate(found) if found else None
