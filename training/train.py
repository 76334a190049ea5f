"""Train the generator on one GPU or, under `torchrun`, several: timed stages, a moving average, logs, sheets, checkpoints.

New archives put into the photo folder while it runs are read as they come (move them there whole, by rename).
"""

import argparse
import dataclasses
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import checkpoint
import plots
from config import Config, Stage, parse_stages
from data import MaskStore, PhotoStore, held_out_windows, leave_rims
from inbox import Inbox
from losses import draw_shift, fine, opponents, perceptual, perceptual_masked
from masks import shrink
from model import count_parameters
from parallel import Group
from step import Captured, Learner, channels_last

CHECK_SIDE = 256
# Steps between two looks at the first process's clock.
CLOCK_STEPS = 10
# A run's first steps go plain, the next ones compiled, the rest as a graph: the log shows what each is worth.
PLAIN_STEPS, EAGER_STEPS = 25, 50


def specks(fills: Tensor, image: Tensor, mask: Tensor) -> Tensor:
    """(B): the share of masked pixels whose colour stands out more than in all but half a percent of the photo."""
    made, real = (fine(opponents(x)).square().sum(1, keepdim=True).sqrt() for x in (fills, image))
    limit = real.flatten(1).quantile(0.995, 1)[:, None, None, None]
    return ((made > limit) * mask).sum((1, 2, 3)) / mask.sum((1, 2, 3))


class Trainer:
    def __init__(self, config: Config):
        self.config = config
        self.born = time.time()
        # First of all: the workers are forked, and must hold neither threads nor a hand on the GPU. They give way.
        pool = ProcessPoolExecutor(config.workers, initializer=os.nice, initargs=(10,)) if config.workers > 1 else None
        self.first = int(os.environ.get("RANK", 0)) == 0
        seed = config.seed + 101 * int(os.environ.get("RANK", 0))
        self.masks = MaskStore(config.masks, config.mask_side, seed, pool)

        self.group = Group(config.device)
        self.device = self.group.device
        self.cuda = self.device.type == "cuda"
        self.masks.bank = self.masks.bank.to(self.device)
        self.say(f"{len(self.masks.bank)} masks, mean share {(self.masks.bank > 127).float().mean().item():.3f}")
        self.out = Path(config.out)
        self.out.mkdir(parents=True, exist_ok=True)
        if self.first:
            config.save(self.out / "config.json")
        torch.manual_seed(config.seed)
        if self.cuda:
            torch.backends.cudnn.benchmark = True
            torch.backends.cuda.matmul.allow_tf32 = True
            torch.backends.cudnn.allow_tf32 = True
        # Networks start alike everywhere, batches and masks do not.
        self.draw = torch.Generator(self.device).manual_seed(seed)

        self.inbox = Inbox(config, seed, pool)
        self.inbox.read()
        self.photos = PhotoStore(self.device)
        for packed in self.inbox.take():
            self.photos.add(*packed)
        if not len(self.photos):
            raise SystemExit(f"no photo to train on in {config.photos}")
        self.say(f"{len(self.photos)} photos, {len(self.inbox.held_out)} held out")

        self.learner = Learner(config, self.group, self.say)
        self.step, self.share_before, self.told = 0, 0.0, 0.0
        if config.resume:
            self.resume(Path(config.resume))
        self.captured: tuple[tuple, Captured] | None = None
        learner = self.learner
        self.say(f"{count_parameters(learner.generator) / 1e6:.2f} M parameters, critics "
                 f"{sum(p.numel() for p in learner.critic_parameters) / 1e6:.2f} M")  # fmt: skip
        self.checks = self.fix_checks()
        self.group.agree([*learner.generator.state_dict().values(), *learner.pixel_critic.state_dict().values(),
                          *learner.feature_critic.state_dict().values()])  # fmt: skip
        self.critics_before = self.critics_learn(self.share_before)
        self.begun = time.time()

    # -- bookkeeping ---------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        if self.first or "failed" in text:
            print(f"[{time.time() - self.born:7.1f}] {text}", flush=True)

    def append(self, name: str, row: dict) -> None:
        if not self.first:
            return
        with (self.out / name).open("a") as file:
            file.write(json.dumps(row) + "\n")

    def resume(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.learner.load(state)
        self.step, self.share_before = state["step"], state["share"]
        self.say(f"resumed {path} at step {self.step}, share {self.share_before:.3f}")

    def save(self, share: float, name: str = "average.pt") -> None:
        if not self.first:
            return
        checkpoint.save_generator(self.out / name, self.learner.average, step=self.step, share=share)
        checkpoint.write(self.out / "full.pt", {**self.learner.state(), "step": self.step, "share": share})

    def read_overrides(self) -> None:
        """A person who watches a run may change loss weights and its length in a JSON file, without a restart."""
        path = Path(self.config.overrides)
        if not self.config.overrides or not path.exists():
            return
        try:
            wanted = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            self.say(f"overrides not read: {error!r}")
            return
        for name, value in wanted.items():
            target = self.config.weights if hasattr(self.config.weights, name) else self.config
            if name not in ("minutes", "compile", "rate", "critic_rate") and target is self.config:
                self.say(f"override {name!r} is not known")
            elif getattr(target, name) != value:
                self.say(f"{name}: {getattr(target, name)} -> {value}")
                setattr(target, name, value)

    def share(self) -> float:
        """How much of the run has passed, by the first process's clock, or by steps where their number is given."""
        if self.config.steps:
            return self.step / self.config.steps
        if self.step % CLOCK_STEPS == 0:
            passed = (time.time() - self.begun) / (self.config.minutes * 60)
            [self.told] = self.group.first_says([self.share_before + passed * (1 - self.share_before)])
        return self.told

    # -- one step ------------------------------------------------------------------------------------------------

    def critics_learn(self, share: float) -> bool:
        """The critics learn a little ahead of the day they are first listened to."""
        return share > self.config.adversarial_from - self.config.adversarial_ramp

    def batch(self, size: int, count: int) -> list[Tensor]:
        c = self.config
        image = channels_last(self.photos.batch(count, size, self.draw, c.view_power, c.halved))
        mask = self.masks.batch(count, size, self.draw)
        seen = channels_last(leave_rims(image, mask, c.rims, self.draw))
        return [image, seen, mask, draw_shift(self.draw, self.device)]

    def train_step(self, stage: Stage, share: float) -> dict[str, Tensor]:
        c, ran = self.config, self.step - self.first_step
        compiled, critics = c.compile and ran >= PLAIN_STEPS, self.critics_learn(share)
        if critics and not self.critics_before:
            self.critics_before = True
            self.save(share, "average-before-critics.pt")
        self.learner.turn_dials(self.step, share)
        inputs = self.batch(stage.size, stage.batch)
        self.step += 1
        if not (c.graph and self.cuda and self.group.size == 1 and ran >= EAGER_STEPS):
            return self.learner.advance(*inputs, compiled, critics)
        kind = (stage.size, stage.batch, compiled, critics)
        if self.captured is None or self.captured[0] != kind:
            self.captured = None
            begun = time.time()
            self.captured = kind, Captured(self.learner, inputs, compiled, critics)
            self.say(f"captured {kind} in {time.time() - begun:.1f} s, "
                     f"{torch.cuda.max_memory_reserved() / 2**30:.0f} GiB at most")  # fmt: skip
        return self.captured[1](inputs)

    # -- looking -------------------------------------------------------------------------------------------------

    def fix_checks(self) -> tuple[Tensor, Tensor]:
        """Held-out pictures of CHECK_SIDE pixels and their masks, fixed once the first photos are there."""
        _, squares, holes = held_out_windows(
            self.inbox.held_out, self.config.held_out_photos, CHECK_SIDE * 2, self.config.seed
        )
        if not squares:
            return torch.empty(0, 3, CHECK_SIDE, CHECK_SIDE), torch.empty(0, 1, CHECK_SIDE, CHECK_SIDE)
        image = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255
        mask = torch.from_numpy(np.stack([shrink(h, CHECK_SIDE) for h in holes]))[:, None].float() / 255
        return F.avg_pool2d(image, 2).to(self.device), mask.to(self.device)

    @torch.no_grad()
    def check(self, share: float, with_sheet: bool) -> None:
        image, mask = self.checks
        if not len(image) or not self.first:
            return
        average = self.learner.average
        fills = torch.cat([average(i, m) for i, m in zip(image.split(16), mask.split(16), strict=True)])
        fills = fills.float().clamp(0, 1)
        a, b = self.learner.squeeze(fills), self.learner.squeeze(image)
        hole = mask.sum((1, 2, 3))
        error = ((fills - image) * mask).square().sum((1, 2, 3)) / (3 * hole)
        row = {
            "step": self.step, "share": round(share, 4), "photos": len(image),
            "perceptual": perceptual(a, b).mean().item(),
            "perceptual_masked": perceptual_masked(a, b, mask).mean().item(),
            "l1": (((fills - image).abs() * mask).sum((1, 2, 3)) / (3 * hole)).mean().item(),
            "psnr": (-10 * torch.log10(error.clamp_min(1e-10))).mean().item(),
            "specks": specks(fills, image, mask).mean().item(),
        }  # fmt: skip
        self.append("checks.jsonl", row)
        self.say("held out " + " ".join(f"{k} {v:.4f}" for k, v in row.items()))
        if with_sheet:
            def pixels(x: Tensor) -> np.ndarray:
                return (x * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()

            photos, made, holes = pixels(image[:24]), pixels(fills[:24]), (mask[:24, 0] * 255).byte().cpu().numpy()
            rows = [[plots.veiled(p, h), f] for p, f, h in zip(photos, made, holes, strict=True)]
            plots.sheet(rows, self.out / f"sheet-{self.step:06d}.jpg", across=3)

    # -- the loop ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self.inbox.watch(2.0)
        self.first_step = self.step
        self.check(self.share_before, False)
        sums: dict[str, Tensor] = {}
        counts: dict[str, int] = {}
        logged = saved = sheeted = time.time()
        since = 0
        while (share := self.share()) < 1:
            stage = next(s for s in self.config.stages if share < s.until)
            values = self.train_step(stage, share)
            since += stage.batch * self.group.size
            for name, value in values.items():
                sums[name] = sums.get(name, 0) + value
                counts[name] = counts.get(name, 0) + 1
            if self.step % self.config.log_every == 0:
                row = {"step": self.step, "share": round(share, 4), "size": stage.size}
                row |= {name: (total / counts[name]).item() for name, total in sums.items()}
                now = time.time()
                row |= {"rate": self.learner.dials.told["rate"], "images_s": since / (now - logged)}
                self.append("log.jsonl", row)
                self.say(" ".join(f"{k} {v:.4g}" for k, v in row.items())
                         + f" skipped {int(self.learner.skipped)} masks {len(self.masks.bank)}")  # fmt: skip
                sums, counts, since = {}, {}, 0
                self.read_overrides()
                for packed in self.inbox.take():
                    self.photos.add(*packed)
                    self.say(f"{len(packed[1])} more photos, {len(self.photos)} in all")
                outlines = self.inbox.take_outlines()
                if outlines is not None and len(outlines):
                    self.masks.add(outlines)
                if now - saved > self.config.save_every:
                    saved = now
                    self.save(share)
                    with_sheet = now - sheeted > self.config.sheet_every
                    sheeted = now if with_sheet else sheeted
                    self.check(share, with_sheet)
                logged = time.time()
        self.save(1.0)
        self.check(1.0, True)
        self.say(f"done after {self.step} steps")
        self.group.close()


def parse() -> Config:
    config = Config()
    parser = argparse.ArgumentParser(description=__doc__)
    plain = {f.name: f for f in dataclasses.fields(Config) if f.type in (str, int, float, bool)}
    for name, f in plain.items():
        kind = (lambda text: text.lower() in ("1", "true", "yes")) if f.type is bool else f.type
        parser.add_argument("--" + name.replace("_", "-"), type=kind, default=f.default, help=f"default {f.default!r}")
    parser.add_argument("--stages", type=parse_stages, default=config.stages, help="size:batch:until,...")
    for group in ("model", "weights"):
        for f in dataclasses.fields(getattr(config, group)):
            parser.add_argument(f"--{group}.{f.name}", type=f.type, default=f.default)
    for name, value in vars(parser.parse_args()).items():
        group, dot, field = name.partition(".")
        setattr(getattr(config, group) if dot else config, field if dot else name, value)
    if not config.squeeze:
        parser.error("--squeeze FILE.npz is needed: the features of the perceptual loss")
    return config


if __name__ == "__main__":
    Trainer(parse()).run()
