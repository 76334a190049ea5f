"""Train the generator on one GPU or, under `torchrun`, several: timed stages, a moving average, logs, sheets, checkpoints.

New archives put into the photo folder while it runs are read as they come (move them there whole, by rename).
"""

import argparse
import dataclasses
import json
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import checkpoint
import plots
import silhouettes
import warm
from config import Config, parse_stages
from data import MaskStore, PhotoStore, held_out_windows, is_held_out, leave_rims, read_photos
from losses import (
    FeatureCritic,
    PixelCritic,
    Squeeze,
    hinge_critic,
    hinge_generator,
    matching,
    perceptual,
    perceptual_masked,
    shifted,
)
from masks import shrink
from model import Generator, count_parameters
from parallel import Group

CHECK_SIDE = 256
# Steps between two looks at the first process's clock.
CLOCK_STEPS = 10


class Inbox:
    """Reads new photos on a thread, and cuts outlines out of them; the loop takes both over between two steps."""

    def __init__(self, config: Config, seed: int):
        self.config, self.seed, self.seen = config, seed, set()
        self.lock, self.waiting, self.outlines = threading.Lock(), [], []
        self.uncut: list[np.ndarray] = []
        self.tried = 0
        self.held_out: list[tuple[str, np.ndarray]] = []

    def read(self) -> None:
        c = self.config
        photos = read_photos(Path(c.photos), self.seen, c.photo_side, c.photo_long, c.workers)
        with self.lock:
            for name, photo in photos:
                (self.held_out if is_held_out(name, c.held_out) else self.waiting).append((name, photo))
            self.uncut += [photo for name, photo in photos if not is_held_out(name, c.held_out)]

    def cut(self) -> None:
        """A few more outlines, as long as more are wanted."""
        c = self.config
        count = min(64, c.silhouettes - self.tried, len(self.uncut))
        if count <= 0:
            return
        photos, self.uncut = self.uncut[:count], self.uncut[count:]
        found = silhouettes.harvest(photos, count, c.mask_side, self.seed * 1013 + self.tried, max(1, c.workers // 2))
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

    def take(self) -> list[np.ndarray]:
        with self.lock:
            photos, self.waiting = [p for _, p in self.waiting], []
        return photos

    def take_outlines(self) -> np.ndarray | None:
        with self.lock:
            found, self.outlines = self.outlines, []
        return np.concatenate(found) if found else None


class Fast:
    """A function through the compiler; plain if that fails, since without it a run is slower, not lost."""

    def __init__(self, plain: Callable, on: bool, say: Callable[[str], None]):
        self.plain, self.say, self.failed = plain, say, False
        self.compiled = torch.compile(plain, dynamic=False) if on else None

    def __call__(self, compiled: bool, *inputs):
        if compiled and self.compiled is not None and not self.failed:
            try:
                return self.compiled(*inputs)
            except Exception as error:
                self.say(f"compilation of {self.plain.__class__.__name__} failed: {repr(error)[:400]}")
                self.failed = True
        return self.plain(*inputs)


class Look(nn.Module):
    """The feature distance between fills and truths, (B), and the taps it was read from."""

    def __init__(self, squeeze: Squeeze):
        super().__init__()
        self.squeeze = squeeze

    def forward(self, near: Tensor, far: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        with torch.no_grad():
            real = self.squeeze(far)
        fake = self.squeeze(near)
        return perceptual(fake, real), fake, real


def channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


class Trainer:
    def __init__(self, config: Config):
        self.config = config
        self.group = Group(config.device)
        self.first = self.group.rank == 0
        self.out = Path(config.out)
        self.out.mkdir(parents=True, exist_ok=True)
        if self.first:
            config.save(self.out / "config.json")
        self.device = self.group.device
        self.cuda = self.device.type == "cuda"
        torch.manual_seed(config.seed)
        if self.cuda:
            torch.backends.cudnn.benchmark = True
            torch.backends.cuda.matmul.allow_tf32 = True
            torch.backends.cudnn.allow_tf32 = True
        # Networks start alike everywhere, batches and masks do not.
        seed = config.seed + 101 * self.group.rank
        self.draw = torch.Generator(self.device).manual_seed(seed)
        self.shift_draw = torch.Generator().manual_seed(seed)
        self.born = time.time()

        # First of all: the workers are forked, which is best done before anything else holds threads.
        self.masks = MaskStore(config.masks, config.mask_side, seed, config.workers, self.device)
        self.say(f"{len(self.masks.bank)} masks, mean share {(self.masks.bank > 127).float().mean().item():.3f}")

        self.inbox = Inbox(config, seed)
        self.inbox.read()
        self.photos = PhotoStore(self.device)
        self.photos.add(self.inbox.take())
        if not len(self.photos):
            raise SystemExit(f"no photo to train on in {config.photos}")
        self.say(f"{len(self.photos)} photos, {len(self.inbox.held_out)} held out")

        def placed(module: nn.Module) -> nn.Module:
            return module.to(self.device, memory_format=torch.channels_last)

        self.generator, self.average = placed(Generator(config.model)), placed(Generator(config.model))
        self.pixel_critic, self.feature_critic = placed(PixelCritic()), placed(FeatureCritic())
        self.squeeze = placed(Squeeze(config.squeeze)).requires_grad_(False)
        critics = [*self.pixel_critic.parameters(), *self.feature_critic.parameters()]
        self.critic_parameters = critics
        kind = dict(fused=True) if self.cuda else {}
        self.optimizer = torch.optim.AdamW(
            self.generator.parameters(), lr=config.rate, betas=(0.9, 0.99), weight_decay=0.01, **kind
        )
        self.critic_optimizer = torch.optim.AdamW(
            critics, lr=config.critic_rate, betas=(0.5, 0.99), weight_decay=0.0, **kind
        )
        self.step, self.share_before, self.skipped, self.told = 0, 0.0, 0, 0.0
        if config.init:
            fresh = warm.load(self.generator, Path(config.init))
            self.say(f"started from {config.init}; new blocks: {', '.join(fresh) or 'none'}")
        if config.resume:
            self.resume(Path(config.resume))
        self.average.load_state_dict(self.generator.state_dict() if not config.resume else self.average.state_dict())
        self.average.requires_grad_(False).eval()
        on = config.compile and self.cuda
        self.fast_generator, self.fast_look = Fast(self.generator, on, self.say), Fast(Look(self.squeeze), on, self.say)
        self.fast_pixels = Fast(self.pixel_critic, on, self.say)
        self.fast_features = Fast(self.feature_critic, on, self.say)
        self.say(f"{count_parameters(self.generator) / 1e6:.2f} M parameters, critics "
                 f"{sum(p.numel() for p in critics) / 1e6:.2f} M")  # fmt: skip
        self.checks = self.fix_checks()
        self.group.agree([*self.generator.state_dict().values(), *self.pixel_critic.state_dict().values(),
                          *self.feature_critic.state_dict().values()])  # fmt: skip
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
        self.generator.load_state_dict(state["generator"])
        self.average.load_state_dict(state["average"])
        self.pixel_critic.load_state_dict(state["pixel_critic"])
        self.feature_critic.load_state_dict(state["feature_critic"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.critic_optimizer.load_state_dict(state["critic_optimizer"])
        self.step, self.share_before = state["step"], state["share"]
        self.say(f"resumed {path} at step {self.step}, share {self.share_before:.3f}")

    def save(self, share: float) -> None:
        if not self.first:
            return
        checkpoint.save_generator(self.out / "average.pt", self.average, step=self.step, share=share)
        parts = ("generator", "average", "pixel_critic", "feature_critic", "optimizer", "critic_optimizer")
        state = {part: getattr(self, part).state_dict() for part in parts}
        checkpoint.write(self.out / "full.pt", {**state, "step": self.step, "share": share})

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

    def rate_factor(self, share: float) -> float:
        c = self.config
        late = max(0.0, share - c.decay_from) / (1 - c.decay_from)
        cosine = c.rate_floor + (1 - c.rate_floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, late)))
        return min(1.0, (self.step + 1) / c.warmup_steps) * cosine

    def half_precision(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.cuda)

    def train_step(self, size: int, count: int, share: float, compiled: bool) -> dict[str, Tensor]:
        c, w = self.config, self.config.weights
        factor = self.rate_factor(share)
        for group in self.optimizer.param_groups:
            group["lr"] = c.rate * factor
        for group in self.critic_optimizer.param_groups:
            group["lr"] = c.critic_rate * max(factor, 0.1)
        image = channels_last(self.photos.batch(count, size, self.draw))
        mask = self.masks.batch(count, size, self.draw)
        seen = channels_last(leave_rims(image, mask, c.rims, self.draw))
        ramp = min(1.0, max(0.0, (share - c.adversarial_from) / c.adversarial_ramp))
        # The critics learn a little ahead of the day they are first listened to.
        critics_learn = share > c.adversarial_from - c.adversarial_ramp
        judged = max(1, round(count * c.critics_see))

        with self.half_precision():
            fill = self.fast_generator(compiled, seen, mask)
        fill = torch.where(mask > 0.5, fill.float(), image)
        area = mask.mean((1, 2, 3)).clamp_min(0.01)
        l1 = ((fill - image).abs().mean(1, keepdim=True) * mask).mean((1, 2, 3)) / area
        near, far, where = shifted([fill, image, mask], self.shift_draw)
        with self.half_precision():
            look, fake_taps, real_taps = self.fast_look(compiled, channels_last(near), channels_last(far))
            half, _, _ = self.fast_look(compiled, channels_last(F.avg_pool2d(near, 2)), channels_last(F.avg_pool2d(far, 2)))
        # By the root of the area: small masks weigh more than their share of the window, less than large ones.
        weighed = ((look + w.half_size * half) / area.clamp_min(0.02).sqrt()).mean()
        loss = w.l1 * l1.mean() + w.perceptual * 0.4 * weighed
        values = {"l1": l1.mean(), "perceptual": look.mean(), "half_size": half.mean()}

        fill, image, mask, where = (x[:judged] for x in (fill, image, mask, where))
        fake_taps, real_taps = ([t[:judged] for t in taps] for taps in (fake_taps, real_taps))
        if ramp > 0:
            self.pixel_critic.requires_grad_(False)
            self.feature_critic.requires_grad_(False)
            with self.half_precision():
                verdicts = self.fast_pixels(compiled, channels_last(fill))
                with torch.no_grad():
                    truths = self.fast_pixels(compiled, channels_last(image))
                feature_verdicts = self.fast_features(compiled, fake_taps)
            adversarial = hinge_generator([v for v, _ in verdicts], mask)
            match = matching([f for _, f in verdicts], [f for _, f in truths])
            by_features = hinge_generator(feature_verdicts, where)
            loss = loss + ramp * (w.adversarial * adversarial + w.adversarial_features * by_features)
            loss = loss + ramp * w.matching * match
            values |= {"adversarial": adversarial, "matching": match, "adversarial_features": by_features}

        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        values["gradient"] = self.descend(self.optimizer, list(self.generator.parameters()), c.clip)

        if critics_learn:
            self.pixel_critic.requires_grad_(True)
            self.feature_critic.requires_grad_(True)
            with self.half_precision():
                both = self.fast_pixels(compiled, channels_last(torch.cat([image, fill.detach()])))
                feature_real = self.fast_features(compiled, real_taps)
                feature_fake = self.fast_features(compiled, [t.detach() for t in fake_taps])
            critic = hinge_critic([v[:judged] for v, _ in both], [v[judged:] for v, _ in both], mask)
            feature_critic = hinge_critic(feature_real, feature_fake, where)
            self.critic_optimizer.zero_grad(set_to_none=True)
            (critic + feature_critic).backward()
            self.descend(self.critic_optimizer, self.critic_parameters, 10.0)
            values |= {"critic": critic, "feature_critic": feature_critic}

        with torch.no_grad():
            keep = min(c.ema, (self.step + 1) / (self.step + 20))
            torch._foreach_lerp_(list(self.average.parameters()), list(self.generator.parameters()), 1 - keep)
        self.step += 1
        return {name: value.detach() for name, value in values.items()}

    def descend(self, optimizer: torch.optim.Optimizer, parameters: list[Tensor], clip: float) -> Tensor:
        """One step down the mean gradient of all processes, unless that is no number; its norm before clipping."""
        self.group.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, clip)
        if torch.isfinite(norm):
            optimizer.step()
        else:
            self.skipped += 1
        return norm

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
        fills = torch.cat([self.average(i, m) for i, m in zip(image.split(16), mask.split(16), strict=True)])
        fills = fills.float().clamp(0, 1)
        a, b = self.squeeze(fills), self.squeeze(image)
        hole = mask.sum((1, 2, 3))
        error = ((fills - image) * mask).square().sum((1, 2, 3)) / (3 * hole)
        row = {
            "step": self.step, "share": round(share, 4), "photos": len(image),
            "perceptual": perceptual(a, b).mean().item(),
            "perceptual_masked": perceptual_masked(a, b, mask).mean().item(),
            "l1": (((fills - image).abs() * mask).sum((1, 2, 3)) / (3 * hole)).mean().item(),
            "psnr": (-10 * torch.log10(error.clamp_min(1e-10))).mean().item(),
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
        sums: dict[str, Tensor] = {}
        counts: dict[str, int] = {}
        logged = saved = sheeted = time.time()
        since = 0
        while (share := self.share()) < 1:
            stage = next(s for s in self.config.stages if share < s.until)
            # The first steps run without the compiler: its gain can then be read off the log.
            compiled = self.config.compile and self.step >= min(50, self.config.log_every)
            values = self.train_step(stage.size, stage.batch, share, compiled)
            since += stage.batch * self.group.size
            for name, value in values.items():
                sums[name] = sums.get(name, 0) + value
                counts[name] = counts.get(name, 0) + 1
            if self.step % self.config.log_every == 0:
                row = {"step": self.step, "share": round(share, 4), "size": stage.size}
                row |= {name: (total / counts[name]).item() for name, total in sums.items()}
                now = time.time()
                row |= {"rate": self.optimizer.param_groups[0]["lr"], "images_s": since / (now - logged)}
                self.append("log.jsonl", row)
                self.say(" ".join(f"{k} {v:.4g}" for k, v in row.items())
                         + f" skipped {self.skipped} masks {len(self.masks.bank)}")  # fmt: skip
                sums, counts, since = {}, {}, 0
                self.read_overrides()
                fresh = self.inbox.take()
                if fresh:
                    self.photos.add(fresh)
                    self.say(f"{len(fresh)} more photos, {len(self.photos)} in all")
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
