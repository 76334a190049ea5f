"""One step of the generator and its critics, written so that a CUDA graph can hold it.

A captured step repeats the same work on the same places of memory. So nothing here reads a value back from the device,
and what changes from step to step (rates, loss weights, the average's pace) lies in tensors that never move: the dials.
"""

import gc
import math
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import warm
from config import Config
from losses import (
    Colours,
    FeatureCritic,
    PixelCritic,
    Squeeze,
    hinge_critic,
    hinge_generator,
    matching,
    perceptual,
    shifted,
)
from model import Generator
from parallel import Group

DIALS = (
    "l1", "colour", "specks", "perceptual", "half_size", "adversarial", "adversarial_features", "matching", "follow",
)  # fmt: skip
PARTS = ("generator", "average", "pixel_critic", "feature_critic", "optimizer", "critic_optimizer")


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


class Dials:
    """Numbers on the device that are written only when they change."""

    def __init__(self, names: tuple[str, ...], device: torch.device):
        self.at = {name: torch.zeros((), device=device) for name in names}
        self.told: dict[str, float] = {}

    def turn(self, name: str, value: float) -> None:
        if self.told.get(name) != value:
            self.told[name] = value
            self.at[name].fill_(value)


class Learner:
    """The networks, their optimisers, and the step that moves them."""

    def __init__(self, config: Config, group: Group, say: Callable[[str], None]):
        self.config, self.group, self.device = config, group, group.device
        self.cuda = self.device.type == "cuda"

        def placed(module: nn.Module) -> nn.Module:
            return module.to(self.device, memory_format=torch.channels_last)

        self.generator, self.average = placed(Generator(config.model)), placed(Generator(config.model))
        self.average.requires_grad_(False).eval()
        self.pixel_critic, self.feature_critic = placed(PixelCritic()), placed(FeatureCritic())
        self.squeeze = placed(Squeeze(config.squeeze)).requires_grad_(False)
        self.critic_parameters = [*self.pixel_critic.parameters(), *self.feature_critic.parameters()]
        self.dials = Dials((*DIALS, "rate", "critic_rate"), self.device)
        # The fused kernels take the rate from the device, and skip a step themselves where `found_inf` says so.
        how = dict(fused=True, capturable=self.cuda)
        self.optimizer = torch.optim.AdamW(
            self.generator.parameters(), lr=self.dials.at["rate"], betas=(0.9, 0.99), weight_decay=0.01, **how
        )
        self.critic_optimizer = torch.optim.AdamW(
            self.critic_parameters, lr=self.dials.at["critic_rate"], betas=(0.5, 0.99), weight_decay=0.0, **how
        )
        self.skipped = torch.zeros((), device=self.device)
        if config.init:
            fresh = warm.load(self.generator, Path(config.init))
            say(f"started from {config.init}; new blocks: {', '.join(fresh) or 'none'}")
        self.average.load_state_dict(self.generator.state_dict())
        on = config.compile and self.cuda
        self.fast_generator, self.fast_look = Fast(self.generator, on, say), Fast(Look(self.squeeze), on, say)
        self.fast_colours = Fast(Colours(), on, say)

    def state(self) -> dict:
        return {part: getattr(self, part).state_dict() for part in PARTS}

    def load(self, state: dict) -> None:
        for part in PARTS:
            getattr(self, part).load_state_dict(state[part])
        # Reading an optimiser's state puts other tensors in the place of its rate.
        for optimizer, dial in ((self.optimizer, "rate"), (self.critic_optimizer, "critic_rate")):
            for group in optimizer.param_groups:
                group["lr"] = self.dials.at[dial]

    def turn_dials(self, step: int, share: float) -> None:
        c, w = self.config, self.config.weights
        late = max(0.0, share - c.decay_from) / (1 - c.decay_from)
        cosine = c.rate_floor + (1 - c.rate_floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, late)))
        factor = min(1.0, (step + 1) / c.warmup_steps) * cosine
        ramp = min(1.0, max(0.0, (share - c.adversarial_from) / c.adversarial_ramp))
        for name, value in {
            "rate": c.rate * factor, "critic_rate": c.critic_rate * max(factor, 0.1),
            "l1": w.l1, "colour": w.colour, "specks": w.specks, "perceptual": w.perceptual, "half_size": w.half_size,
            "adversarial": ramp * w.adversarial, "adversarial_features": ramp * w.adversarial_features,
            "matching": ramp * w.matching, "follow": 1 - min(c.ema, (step + 1) / (step + 20)),
        }.items():  # fmt: skip
            self.dials.turn(name, value)

    def half_precision(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.cuda)

    def advance(self, image: Tensor, seen: Tensor, mask: Tensor, shift: Tensor, compiled: bool, critics: bool):
        """One step on pictures, what the generator sees of them, masks, and the shift (2) of the feature losses' crop.

        Without `critics` neither critic is asked or taught. Returns losses by name, on the device.
        """
        w, count = self.dials.at, len(image)
        with self.half_precision():
            fill = self.fast_generator(compiled, seen, mask)
        fill = torch.where(mask > 0.5, fill.float(), image)
        area = mask.mean((1, 2, 3)).clamp_min(0.01)
        l1, colour, specks = (x.mean() for x in self.fast_colours(compiled, fill, image, mask))
        near, far, where = shifted([fill, image, mask], shift)
        with self.half_precision():
            look, fake_taps, real_taps = self.fast_look(compiled, channels_last(near), channels_last(far))
            half, _, _ = self.fast_look(compiled, channels_last(F.avg_pool2d(near, 2)), channels_last(F.avg_pool2d(far, 2)))
        # By a root of the area: small masks weigh more than their share of the window, less than large ones.
        weighed = ((look + w["half_size"] * half) / area.clamp_min(0.02) ** self.config.area_power).mean()
        loss = w["l1"] * l1 + w["colour"] * colour + w["specks"] * specks + w["perceptual"] * 0.4 * weighed
        values = {"l1": l1, "colour": colour, "specks": specks, "perceptual": look.mean(), "half_size": half.mean()}

        judged = max(1, round(count * self.config.critics_see))
        fill, image, mask, where = (x[:judged] for x in (fill, image, mask, where))
        fake_taps, real_taps = ([t[:judged] for t in taps] for taps in (fake_taps, real_taps))
        if critics:
            self.pixel_critic.requires_grad_(False)
            self.feature_critic.requires_grad_(False)
            with self.half_precision():
                verdicts = self.pixel_critic(channels_last(fill))
                with torch.no_grad():
                    truths = self.pixel_critic(channels_last(image))
                feature_verdicts = self.feature_critic(fake_taps)
            adversarial = hinge_generator([v for v, _ in verdicts], mask)
            match = matching([f for _, f in verdicts], [f for _, f in truths])
            by_features = hinge_generator(feature_verdicts, where)
            loss = loss + w["adversarial"] * adversarial + w["adversarial_features"] * by_features
            loss = loss + w["matching"] * match
            values |= {"adversarial": adversarial, "matching": match, "adversarial_features": by_features}

        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        values["gradient"] = self.descend(self.optimizer, list(self.generator.parameters()), self.config.clip)

        if critics:
            self.pixel_critic.requires_grad_(True)
            self.feature_critic.requires_grad_(True)
            with self.half_precision():
                both = self.pixel_critic(channels_last(torch.cat([image, fill.detach()])))
                feature_real = self.feature_critic(real_taps)
                feature_fake = self.feature_critic([t.detach() for t in fake_taps])
            critic = hinge_critic([v[:judged] for v, _ in both], [v[judged:] for v, _ in both], mask)
            feature_critic = hinge_critic(feature_real, feature_fake, where)
            self.critic_optimizer.zero_grad(set_to_none=True)
            (critic + feature_critic).backward()
            self.descend(self.critic_optimizer, self.critic_parameters, 10.0)
            values |= {"critic": critic, "feature_critic": feature_critic}

        with torch.no_grad():
            behind = torch._foreach_sub(list(self.generator.parameters()), list(self.average.parameters()))
            torch._foreach_mul_(behind, w["follow"])
            torch._foreach_add_(list(self.average.parameters()), behind)
        return {name: value.detach() for name, value in values.items()}

    def descend(self, optimizer: torch.optim.Optimizer, parameters: list[Tensor], clip: float) -> Tensor:
        """One step down the mean gradient of all processes, unless that is no number; its norm before clipping."""
        self.group.average_gradients(parameters)
        norm = torch.nn.utils.clip_grad_norm_(parameters, clip)
        # The optimiser's kernels look at this on the device: asking here would stop the queue at every step.
        optimizer.found_inf = 1 - torch.isfinite(norm).float()
        optimizer.step()
        self.skipped += optimizer.found_inf
        return norm


class Captured:
    """`advance` for one shape of batch as one CUDA graph: a replay costs the processor one launch in place of thousands."""

    WARM = 4

    def __init__(self, learner: Learner, inputs: list[Tensor], compiled: bool, critics: bool):
        self.inputs = [x.clone() for x in inputs]
        # Real steps, on the stream that capture wants: optimisers make their state in them, libraries choose kernels.
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(self.WARM):
                learner.advance(*self.inputs, compiled, critics)
        torch.cuda.current_stream().wait_stream(side)
        torch.cuda.synchronize()
        # Whatever an earlier step left to the collector would tie the captured one to another stream.
        gc.collect()
        torch.cuda.empty_cache()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.values = learner.advance(*self.inputs, compiled, critics)

    def __call__(self, inputs: list[Tensor]) -> dict[str, Tensor]:
        for kept, new in zip(self.inputs, inputs, strict=True):
            kept.copy_(new)
        self.graph.replay()
        return self.values
