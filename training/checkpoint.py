"""Checkpoints: what a run saves, and how a generator is read back from one."""

import dataclasses
import os
from pathlib import Path

import torch
from torch import nn

from config import ModelConfig
from model import Generator


def halved(module: nn.Module) -> dict:
    """The state in half precision: a small file to bring back from a machine."""
    return {k: v.half() if v.is_floating_point() else v for k, v in module.state_dict().items()}


def write(path: Path, content: dict) -> None:
    """Write whole or not at all: a run may end in the middle of a save."""
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    os.replace(partial, path)


def save_generator(path: Path, generator: Generator, **facts) -> None:
    write(path, {"generator": halved(generator), "model": dataclasses.asdict(generator.config), **facts})


def load_generator(path: Path) -> Generator:
    content = torch.load(path, map_location="cpu", weights_only=True)
    generator = Generator(ModelConfig(**content["model"]))
    generator.load_state_dict({k: v.float() for k, v in content["generator"].items()})
    return generator
