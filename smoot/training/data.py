"""The images of a split, batch by batch on the device, where they are normalised and augmented.

A split that fits lives there whole, as uint8; a larger one is read from the disk, for a GPU by processes that read
ahead. Either way the same batches come out, bit for bit.
"""

import signal
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psutil
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from smoot.core.machine import Machine
from smoot.core.seeding import derive
from smoot.core.termination import SIGNALS
from smoot.data.store import Split
from smoot.training.augment import Augment, augment, draws
from smoot.training.step import Batch

READERS = 2  # processes that read ahead where the images stream to a GPU
SHARE = 0.25  # of the free memory that one split may fill


class Images:
    """A split, as a device sees it."""

    def __init__(self, split: Split, description: dict[str, Any], machine: Machine, data: str = "auto") -> None:
        """split: (N, C, H, W) uint8 images. description: that of the data set, for its mean and std.

        data: "resident", "streamed", or "auto", which is resident where it fits.
        """
        self.machine = machine
        self.split = split
        self.readers = READERS if machine.device.type == "cuda" else 0
        self.resident = data == "resident" or (data == "auto" and split.images.nbytes < SHARE * _free(machine))
        if self.resident:
            self.pixels = torch.from_numpy(np.array(split.images)).to(machine.device)
        self.labels = torch.from_numpy(np.array(split.labels)).to(machine.device)
        self.mean, self.std = (
            torch.tensor(description[key], dtype=torch.float32, device=machine.device)[:, None, None] * 255
            for key in ("mean", "std")
        )

    def __len__(self) -> int:
        return len(self.labels)

    def normalise(self, pixels: Tensor) -> Tensor:
        """(b, C, H, W) uint8 → float32, with the training images' mean 0 and standard deviation 1 by channel."""
        return ((pixels.float() - self.mean) / self.std).contiguous(memory_format=self.machine.memory_format)

    def in_order(self, batch_size: int) -> Iterator[Tensor]:
        """Every image once, normalised, in the order of the split."""
        for pixels in self._read(torch.arange(len(self)).split(batch_size)):
            yield self.normalise(pixels)

    def shuffled(self, batch_size: int, seed: int, epoch: int, done: int, options: Augment) -> Iterator[Batch]:
        """This rank's part of an epoch's full batches, but for the first `done`; epochs count from 0.

        The order and the augmentation depend on seed and epoch alone.
        """
        generator = torch.Generator().manual_seed(derive(seed, "order", epoch))
        steps = steps_per_epoch(len(self), batch_size)
        order = torch.randperm(len(self), generator=generator)[: steps * batch_size].split(batch_size)[done:]
        part = self.machine.world.part(len(order[0])) if order else slice(0)
        chances = draws(len(self), seed, epoch)
        reading = self._read([index[part] for index in order])
        for number, (index, pixels) in enumerate(zip(order, reading, strict=True), epoch * steps + done):
            chance = self.machine.put(chances[index[part]])
            index = self.machine.put(index)
            images = self.normalise(augment(pixels, chance, options))
            yield Batch(images, self.labels[index[part]], index, number, part.start)

    def _read(self, places: Sequence[Tensor]) -> Iterator[Tensor]:
        """(b, C, H, W) uint8 on the device, for each of `places`, (b,)."""
        if self.resident:
            for index in places:
                yield self.pixels.index_select(0, self.machine.put(index))
        else:
            loader = DataLoader(
                _Rows(self.split),
                batch_size=None,
                sampler=places,
                num_workers=self.readers,
                worker_init_fn=_leave_signals_to_the_parent,
                pin_memory=self.machine.device.type == "cuda",
            )
            for pixels in loader:
                yield pixels.to(self.machine.device, non_blocking=True)


class _Rows(Dataset):
    def __init__(self, split: Split) -> None:
        self.split = split

    def __getitem__(self, index: Tensor) -> Tensor:
        return torch.from_numpy(self.split.images[index.numpy()])


def _leave_signals_to_the_parent(worker: int) -> None:
    """A scheduler's signal goes to the whole group; the parent still needs its readers to end as it should."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Full batches in an epoch: a last, smaller one is left out, as BatchNorm is unlike itself on it."""
    return max(1, images // batch_size)


def _free(machine: Machine) -> int:
    """Bytes of the device's memory that are free."""
    if machine.device.type == "cuda":
        return torch.cuda.mem_get_info(machine.device)[0]
    return psutil.virtual_memory().available
