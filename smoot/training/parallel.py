"""A part of the whole batch's images, as one process sees it that holds some of them: the adapter of masked methods.

Its tensors are those of this process, so that an algorithm reads alike for one process and for several. Each process
takes part in every pass, and draws for all of the images, so that an image's numbers do not depend on their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.training.batch import Batch
from smoot.training.context import Context

if TYPE_CHECKING:
    from torch import Tensor


FEWEST = 2  # images in a pass: BatchNorm fails on one


class Subset:
    """n images of the whole batch, of which this process holds `count`."""

    def __init__(self, chosen: Tensor, batch: Batch, context: Context, stream: str) -> None:
        """chosen: (n,) int64 places in the whole batch, ascending, on the CPU, n ≥ 2; the same in every process.

        stream: of the random numbers.
        """
        ends = torch.tensor([batch.start, batch.start + len(batch)])
        first, last = torch.searchsorted(chosen, ends).tolist()
        self.total, self.count, self._own = len(chosen), last - first, slice(first, last)
        self.rows = context.machine.put(_padded(chosen[self._own] - batch.start))
        """(m,) places among this process's images. Where `count` is less than 2, its first image stands for those that
        a pass needs besides; it has no weight."""
        self._processes = context.machine.world.size
        self._generator = context.generator(stream, batch.number)

    def uniform(self, like: Tensor) -> Tensor:
        """Random numbers from 0 to 1 of the shape and kind of `like`, (m, ...), drawn in a fixed memory layout."""
        shape = (self.total, *like.shape[1:])
        numbers = torch.rand(shape, generator=self._generator, device=like.device, dtype=like.dtype)
        return _padded(numbers[self._own])

    def mean(self, values: Tensor, weight: float = 1.0) -> Tensor:
        """weight · the mean of (m,) values, as this process's share: the mean over processes is that over all n."""
        return weight * self._processes / self.total * values[: self.count].sum()

    def spread(self, values: Tensor, batch: Batch) -> Tensor:
        """(m,) values, each at its image's place of (b,), which is NaN elsewhere."""
        spread = values.new_full((len(batch),), torch.nan)
        spread[self.rows[: self.count]] = values[: self.count]
        return spread


def _padded(values: Tensor) -> Tensor:
    """Zeros appended to the first axis, up to FEWEST."""
    missing = FEWEST - len(values)
    return torch.cat([values, values.new_zeros(missing, *values.shape[1:])]) if missing > 0 else values
