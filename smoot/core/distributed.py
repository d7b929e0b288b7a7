"""World: the processes that train one model together, each on its part of every batch. Usually there is one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from smoot.core.errors import SmootError
from smoot.core.lazy import torch
from smoot.core.params_file import PARAMS_FILE

if TYPE_CHECKING:
    from torch import Tensor, nn


PATIENCE = timedelta(days=1)


def launched() -> int | None:
    """How many processes torchrun has started with this one, or None where it was not torchrun."""
    return int(os.environ["WORLD_SIZE"]) if "WORLD_SIZE" in os.environ else None


@dataclass(frozen=True)
class World:
    """The processes, as one of them sees them. With one alone, every method gives back what it was given."""

    rank: int = 0
    """This process's number, from 0."""
    size: int = 1
    """How many there are."""

    @classmethod
    def join(cls, processes: int) -> World:
        """Meets the other processes that torchrun has started.

        Raises SmootError where there are not as many as params.yaml asks for: the number can change a result.
        """
        if (launched() or 1) != processes:
            raise SmootError(f"{PARAMS_FILE}: training.processes: {processes}, but torchrun started {launched() or 1}")
        if processes == 1:
            return cls()
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        # The first process may have to wait for another run of the same cell, and the others for it.
        torch.distributed.init_process_group(backend, timeout=PATIENCE)
        return cls(torch.distributed.get_rank(), torch.distributed.get_world_size())

    def leave(self) -> None:
        if self.size > 1:
            torch.distributed.destroy_process_group()

    @property
    def main(self) -> bool:
        """Whether this is the process that writes files and speaks."""
        return self.rank == 0

    def part(self, length: int) -> slice:
        """This process's share of `length` things, which is a multiple of `size`."""
        share = length // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def align(self, model: nn.Module) -> None:
        """Gives all processes the first one's weights, as another processor may have drawn them a little otherwise."""
        if self.size > 1:
            for tensor in model.state_dict().values():
                torch.distributed.broadcast(tensor, 0)

    def average_gradients(self, model: nn.Module) -> None:
        """Gives all processes the mean of their gradients, once a step has made them by however many passes.

        A weight without a gradient counts as one whose gradient is 0.
        """
        if self.size > 1:
            weights = [weight for weight in model.parameters() if weight.requires_grad]
            gradients = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
            sums = torch.cat([gradient.flatten() for gradient in gradients])
            torch.distributed.all_reduce(sums)
            means = (sums / self.size).split([weight.numel() for weight in weights])
            for weight, gradient, mean in zip(weights, gradients, means, strict=True):
                weight.grad = gradient.copy_(mean.view(weight.shape))

    def gather(self, values: Tensor) -> Tensor:
        """(b, ...) of each process → (b · size, ...) of all, in the order of their numbers, on each of them."""
        if self.size == 1:
            return values
        parts = [torch.empty_like(values) for _ in range(self.size)]
        torch.distributed.all_gather(parts, values)
        return torch.cat(parts)

    def average_buffers(self, model: nn.Module) -> None:
        """Gives all processes the mean of their buffers, such as BatchNorm's running statistics."""
        if self.size > 1:
            for buffer in filter(torch.is_floating_point, model.buffers()):
                torch.distributed.all_reduce(buffer)
                buffer /= self.size

    def share(self, values: list[float]) -> list[float]:
        """The first process's values, which are as many on all of them."""
        if self.size == 1:
            return values
        shared = torch.tensor(values, dtype=torch.float64)
        torch.distributed.broadcast(shared, 0)
        return shared.tolist()

    def any(self, flag: bool) -> bool:
        """Whether the flag is up in any process."""
        if self.size == 1:
            return flag
        flags = torch.tensor(int(flag))
        torch.distributed.all_reduce(flags, torch.distributed.ReduceOp.MAX)
        return bool(flags)

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            torch.distributed.barrier()
