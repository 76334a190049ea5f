"""Every setting of a run, in one place; a run writes its own copy next to its log."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class ModelConfig:
    """Widths and depths of the generator. Channels at 1/2, 1/4, 1/8 and 1/16 of the window."""

    half: int = 32
    quarter: int = 72
    eighth: int = 144
    trunk: int = 224
    heads: int = 7
    depth: int = 6
    blocks_quarter: int = 2
    blocks_eighth: int = 2
    up_eighth: int = 3
    up_quarter: int = 2
    up_half: int = 1
    match: int = 64


@dataclass
class Stage:
    """Train at `size` pixels with batches of `batch` until the share `until` of the run has passed."""

    size: int
    batch: int
    until: float


@dataclass
class Weights:
    """Weights of the losses. A running program re-reads them from `Config.overrides`, if that file exists."""

    l1: float = 1.5
    """Of luma alone; colours have weights of their own."""
    colour: float = 1.5
    specks: float = 3.0
    """Of the colours' fine part."""
    perceptual: float = 1.0
    adversarial: float = 0.12
    matching: float = 10.0
    adversarial_features: float = 0.05
    half_size: float = 0.3
    """The feature distance once more at half the size, where it judges larger shapes."""


@dataclass
class Config:
    photos: str = "photos"
    squeeze: str = ""
    out: str = "run"
    minutes: float = 25.0
    steps: int = 0
    resume: str = ""
    init: str = ""
    """An exported file, or an `average.pt`, whose weights the generator starts from, with fresh critics."""
    seed: int = 17
    device: str = "cuda"
    compile: bool = True
    graph: bool = True
    """Capture the whole step as one CUDA graph. A run whose capture fails ends; start it again without."""
    overrides: str = ""

    model: ModelConfig = field(default_factory=ModelConfig)
    weights: Weights = field(default_factory=Weights)
    stages: list[Stage] = field(default_factory=lambda: [Stage(256, 64, 0.76), Stage(384, 28, 1.0)])

    rate: float = 8e-4
    critic_rate: float = 3e-4
    warmup_steps: int = 300
    decay_from: float = 0.3
    rate_floor: float = 0.02
    ema: float = 0.999
    clip: float = 1.0
    adversarial_from: float = 0.2
    adversarial_ramp: float = 0.06
    area_power: float = 0.5
    """The feature losses of each window are divided by this power of its masked share: 0 counts every pixel alike."""
    view_power: float = 1.0
    """Below one, more of the squares take in all of a photo's short side."""
    halved: float = 0.25
    """The share of squares that are halved exactly, each pixel the mean of four, as a photo of twice the side is seen."""
    critics_see: float = 0.5
    """The share of every batch that the critics judge; they cost more than the generator."""
    rims: float = 0.12
    """The share of windows in which a strange thing's edge is left outside of the mask, as by a hasty brush."""

    photo_side: int = 512
    photo_long: int = 896
    masks: int = 6000
    mask_side: int = 512
    silhouettes: int = 3000
    """How many outlines are cut out of the first photos to be laid over others as masks."""
    held_out: float = 0.05
    held_out_photos: int = 64
    workers: int = 12

    log_every: int = 50
    save_every: float = 60.0
    sheet_every: float = 100.0

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n")


def parse_stages(text: str) -> list[Stage]:
    """`256:64:0.76,384:28:1` -> stages; the shares must rise and end at 1, the sizes be multiples of 16."""
    stages = []
    for part in text.split(","):
        size, batch, until = part.split(":")
        stages.append(Stage(int(size), int(batch), float(until)))
    shares = [s.until for s in stages]
    if shares != sorted(set(shares)) or shares[-1] != 1.0:
        raise ValueError(f"the shares of {text!r} must rise and end at 1")
    if any(s.size % 16 or s.size <= 0 or s.batch <= 0 for s in stages):
        raise ValueError(f"{text!r}: sizes are positive multiples of 16, batches positive")
    return stages
