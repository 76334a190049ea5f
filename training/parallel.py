"""One process a GPU: who we are, the mean of gradients, and one clock for all."""

import os

import torch
import torch.distributed as dist
from torch import Tensor


class Group:
    """The processes of one run, as `torchrun` starts them; alone without it."""

    def __init__(self, device: str):
        self.rank, self.size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        local = int(os.environ.get("LOCAL_RANK", 0))
        self.device = torch.device(f"cuda:{local}" if device == "cuda" else device)
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
        if self.size > 1:
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def average_gradients(self, parameters: list[Tensor]) -> None:
        """Replace every gradient by its mean over the processes, in one exchange."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.reshape(-1) for g in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        parts = flat.split([g.numel() for g in gradients])
        torch._foreach_copy_(gradients, [part.view(g.shape) for part, g in zip(parts, gradients, strict=True)])

    def agree(self, tensors: list[Tensor]) -> None:
        """Give all processes the first one's values."""
        for tensor in tensors if self.size > 1 else []:
            dist.broadcast(tensor, 0)

    def first_says(self, values: list[float]) -> list[float]:
        """The first process's numbers, for all: decisions by the clock must fall at the same step everywhere."""
        if self.size == 1:
            return values
        told = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.broadcast(told, 0)
        return told.tolist()

    def close(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()
