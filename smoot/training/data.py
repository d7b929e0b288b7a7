"""Images on the device: a split lives there as uint8, and is normalised batch by batch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from smoot.core.compute import Machine
from smoot.core.seeding import derive
from smoot.data.store import Split
from smoot.training.step import Batch


class Images:
    """A split on the device."""

    def __init__(self, split: Split, description: dict[str, Any], machine: Machine) -> None:
        """split: (N, C, H, W) uint8 images. description: that of the data set, for its mean and std."""
        self.pixels = torch.from_numpy(np.array(split.images)).to(machine.device)
        self.labels = torch.from_numpy(np.array(split.labels)).to(machine.device)
        self.memory_format = machine.memory_format
        self.mean, self.std = (
            torch.tensor(description[key], dtype=torch.float32, device=machine.device)[:, None, None] * 255
            for key in ("mean", "std")
        )

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, index: Tensor) -> Batch:
        images = (self.pixels[index].float() - self.mean) / self.std
        return Batch(images.contiguous(memory_format=self.memory_format), self.labels[index], index)

    def in_order(self, batch_size: int) -> Iterator[Batch]:
        """Every image once, in the order of the split."""
        for index in torch.arange(len(self), device=self.labels.device).split(batch_size):
            yield self.batch(index)

    def shuffled(self, batch_size: int, seed: int, epoch: int) -> Iterator[Batch]:
        """One epoch of full batches, in an order that depends on seed and epoch alone."""
        generator = torch.Generator().manual_seed(derive(seed, "order", epoch))
        order = torch.randperm(len(self), generator=generator).to(self.labels.device)
        for index in order.split(batch_size)[: steps_per_epoch(len(self), batch_size)]:
            yield self.batch(index)


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Full batches in an epoch: a last, smaller one is left out, as BatchNorm is unlike itself on it."""
    return max(1, images // batch_size)
