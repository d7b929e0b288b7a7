"""World: the processes that train one model together, each on its part of every batch. Usually there is one."""

import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from smoot.core.errors import SmootError

PATIENCE = timedelta(days=1)


def launched() -> int | None:
    """How many processes torchrun has started with this one, or None where it was not torchrun."""
    return int(os.environ["WORLD_SIZE"]) if "WORLD_SIZE" in os.environ else None


@dataclass(frozen=True)
class World:
    """This process is number `rank` of `size`. With one, every method gives back what it was given."""

    rank: int = 0
    size: int = 1

    @classmethod
    def join(cls, processes: int) -> "World":
        """Meets the other processes that torchrun has started.

        Raises SmootError where there are not as many as params.yaml asks for: the number can change a result.
        """
        if (launched() or 1) != processes:
            raise SmootError(f"params.yaml: training.processes: {processes}, but torchrun started {launched() or 1}")
        if processes == 1:
            return cls()
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        # The first rank may have to wait for another run of the same cell, and the others for it.
        dist.init_process_group(backend, timeout=PATIENCE)
        return cls(dist.get_rank(), dist.get_world_size())

    def leave(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()

    @property
    def main(self) -> bool:
        """Whether this is the process that writes files and speaks."""
        return self.rank == 0

    def part(self, length: int) -> slice:
        """This rank's share of `length` things, which is a multiple of `size`."""
        share = length // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model whose backward passes average the gradients over all ranks."""
        if self.size == 1:
            return model
        with warnings.catch_warnings():
            # Its new name is not known to all the versions that are allowed.
            warnings.filterwarnings("ignore", message=".*broadcast_buffers", category=FutureWarning)
            return DistributedDataParallel(model, broadcast_buffers=False)

    def alone(self, model: nn.Module) -> AbstractContextManager:
        """Within it, a wrapped model's passes leave the gradients of this rank alone, for a later pass to average."""
        return model.no_sync() if isinstance(model, DistributedDataParallel) else nullcontext()

    def gather(self, values: Tensor) -> Tensor:
        """(b, ...) of each rank → (b · size, ...) of all, in the order of the ranks, on all of them."""
        if self.size == 1:
            return values
        parts = [torch.empty_like(values) for _ in range(self.size)]
        dist.all_gather(parts, values)
        return torch.cat(parts)

    def average_buffers(self, model: nn.Module) -> None:
        """Gives all ranks the mean of their buffers, such as BatchNorm's running statistics."""
        if self.size > 1:
            for buffer in filter(torch.is_floating_point, model.buffers()):
                dist.all_reduce(buffer)
                buffer /= self.size

    def share(self, values: list[float]) -> list[float]:
        """The first rank's values, which are as many on all ranks."""
        if self.size == 1:
            return values
        shared = torch.tensor(values, dtype=torch.float64)
        dist.broadcast(shared, 0)
        return shared.tolist()

    def any(self, flag: bool) -> bool:
        """Whether the flag is up on any rank."""
        if self.size == 1:
            return flag
        flags = torch.tensor(int(flag))
        dist.all_reduce(flags, dist.ReduceOp.MAX)
        return bool(flags)

    def wait(self) -> None:
        """Until all ranks are here."""
        if self.size > 1:
            dist.barrier()
