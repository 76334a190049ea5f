"""The training step: what makes it fit to be captured, and that it trains."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from config import Config
from parallel import Group
from step import Learner
from test_model import SMALL

CPU = torch.device("cpu")


class Listing(TorchDispatchMode):
    """Every operation with its plain arguments and its tensors' shapes: what a captured graph would fix."""

    def __init__(self):
        super().__init__()
        self.seen: list[str] = []

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        flat, _ = tree_flatten((args, kwargs or {}))
        told = [tuple(x.shape) if isinstance(x, torch.Tensor) else x for x in flat]
        # Objects that only mark a span for a profiler are made anew each time.
        self.seen.append(f"{operation} {[x for x in told if not isinstance(x, torch.ScriptObject)]}")
        return operation(*args, **(kwargs or {}))


@pytest.fixture()
def learner(squeeze_file) -> Learner:
    torch.manual_seed(4)
    config = Config(device="cpu", squeeze=str(squeeze_file), model=SMALL, warmup_steps=4, area_power=0.25)
    learner = Learner(config, Group("cpu"), lambda _: None)
    torch.nn.init.normal_(learner.generator.last.weight, 0, 0.1)
    return learner


def inputs(seed: int) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    image = torch.rand(2, 3, 64, 64, generator=draw)
    mask = torch.zeros(2, 1, 64, 64)
    mask[:, :, 8 + seed : 30, 20:44] = 1
    return [image, image, mask, torch.tensor([seed, 8 - seed])]


def test_steps_differ_only_in_what_lies_on_the_device(learner):
    lists = []
    for step, share in enumerate((0.1, 0.35, 0.9, 0.2)):
        learner.config.weights.l1, learner.config.weights.specks = 1.0 + step, 3.0 + step
        learner.turn_dials(step, share)
        batch = inputs(step)
        with Listing() as listing:
            learner.advance(*batch, False, True)
        lists.append(listing.seen)
    # The first step makes the optimisers' state; a graph is captured later.
    assert len(lists[1]) > 500
    assert [pair for pair in zip(lists[1], lists[2], strict=True) if len(set(pair)) > 1] == []
    assert [pair for pair in zip(lists[1], lists[3], strict=True) if len(set(pair)) > 1] == []
    assert [line for line in lists[1] if "_local_scalar_dense" in line or "nonzero" in line] == []


def test_the_average_follows_and_losses_fall(learner):
    _, _, mask, shift = inputs(0)
    image = torch.linspace(0.2, 0.8, 64).expand(2, 3, 64, 64).contiguous()
    losses = []
    for step in range(12):
        learner.turn_dials(step, 0.0)
        losses.append(learner.advance(image, image, mask, shift, False, False)["l1"].item())
    assert losses[-1] < 0.9 * losses[0]

    def distance(module: torch.nn.Module) -> float:
        return sum((a - b).square().sum().item() for a, b in zip(module.parameters(), before, strict=True)) ** 0.5

    before = [p.clone() for p in learner.average.parameters()]
    learner.turn_dials(12, 0.0)
    gap = [(a - b).clone() for a, b in zip(learner.generator.parameters(), before, strict=True)]
    learner.dials.turn("rate", 0.0)
    learner.dials.turn("follow", 0.25)
    learner.advance(image, image, mask, shift, False, False)
    came = distance(learner.average)
    assert came == pytest.approx(0.25 * sum(g.square().sum().item() for g in gap) ** 0.5, rel=1e-3)


def test_critics_are_heard_only_as_far_as_their_dials_are_turned(learner):
    def gradient(share: float, critics: bool) -> torch.Tensor:
        learner.turn_dials(0, share)
        learner.dials.turn("rate", 0.0)
        learner.dials.turn("critic_rate", 0.0)
        learner.advance(*inputs(1), False, critics)
        return learner.generator.last.weight.grad.clone()

    c = learner.config
    alone, silent = gradient(c.adversarial_from, False), gradient(c.adversarial_from, True)
    assert torch.allclose(alone, silent, atol=1e-6)
    assert not torch.allclose(alone, gradient(1.0, True), atol=1e-4)


def test_a_step_that_is_no_number_is_skipped(learner):
    learner.turn_dials(0, 0.5)
    learner.advance(*inputs(0), False, True)
    before = [p.clone() for p in learner.generator.parameters()]
    image, seen, mask, shift = inputs(1)
    learner.advance(image * float("nan"), seen, mask, shift, False, False)
    assert learner.skipped.item() == 1
    assert all(torch.equal(a, b) for a, b in zip(learner.generator.parameters(), before, strict=True))
    learner.advance(*inputs(1), False, False)
    assert not all(torch.equal(a, b) for a, b in zip(learner.generator.parameters(), before, strict=True))


def test_a_state_read_back_goes_on_alike_and_obeys_the_dials(learner, tmp_path):
    learner.turn_dials(0, 0.5)
    learner.advance(*inputs(0), False, True)
    torch.save(learner.state(), tmp_path / "full.pt")
    other = Learner(learner.config, learner.group, lambda _: None)
    other.load(torch.load(tmp_path / "full.pt", weights_only=True))
    for one in (learner, other):
        one.turn_dials(1, 0.7)
        one.advance(*inputs(2), False, True)
    pairs = zip(learner.generator.parameters(), other.generator.parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)
    assert other.optimizer.param_groups[0]["lr"] is other.dials.at["rate"]
