"""The images of a split, batch by batch on the device, where they are normalised and augmented.

A split that fits lives there whole, as uint8; a larger one is read from the disk, for a GPU by processes that read
ahead. Either way the same batches come out, bit for bit.
"""

import signal
from collections.abc import Iterator, Sequence

import numpy as np
import psutil
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from smoot.artifacts.dataset import DatasetInfo, Split, normalise
from smoot.core.machine import Hardware
from smoot.core.seeding import derive
from smoot.core.termination import SIGNALS
from smoot.training.augment import augment, draws
from smoot.training.batch import Batch
from smoot.training.recipe import Recipe

READERS = 2  # processes that read ahead where the images stream to a GPU
SHARE = 0.25  # of the free memory that one split may fill


class Images:
    """A split, as a device sees it."""

    def __init__(
        self,
        split: Split,
        info: DatasetInfo,
        machine: Hardware,
        data: str = "auto",
        masks: bool = False,
        rows: np.ndarray | None = None,
    ) -> None:
        """data: "resident", "streamed", or "auto", which is resident where it fits.

        masks: whether the batches have them; the split then has them too. rows: (n,) places of the split, which are all
        that there is of it; None for the whole.
        """
        self.machine = machine
        self.channels = info.shape[0]
        self.rows = _Rows(split, masks, rows)
        self.readers = READERS if machine.device.type == "cuda" else 0
        self.resident = data == "resident" or (data == "auto" and self.rows.nbytes < SHARE * _free(machine))
        if self.resident:
            self.pixels = self.rows.all().to(machine.device)
        self.labels = _copied(split.labels if rows is None else split.labels[rows]).to(machine.device)
        self.mean, self.std = (torch.from_numpy(values).to(machine.device) for values in info.scale)

    def __len__(self) -> int:
        return len(self.labels)

    def normalise(self, pixels: Tensor) -> Tensor:
        """(b, C, H, W) uint8 → float32, with the training images' mean 0 and standard deviation 1 by channel."""
        return normalise(pixels.float(), self.mean, self.std).contiguous(memory_format=self.machine.memory_format)

    def in_order(self, batch_size: int) -> Iterator[Tensor]:
        """Every image once, normalised, in the order of the split."""
        for pixels in self._read(torch.arange(len(self)).split(batch_size)):
            yield self.normalise(pixels[:, : self.channels])

    def shuffled(self, recipe: Recipe, seed: int, epoch: int, done: int = 0) -> Iterator[Batch]:
        """This process's part of an epoch's full batches, but for the first `done`; epochs count from 0.

        The order and the augmentation depend on seed and epoch alone.
        """
        generator = torch.Generator().manual_seed(derive(seed, "order", epoch))
        steps, size = recipe.steps_per_epoch(len(self)), recipe.batch_size
        order = torch.randperm(len(self), generator=generator)[: steps * size].split(size)[done:]
        part = self.machine.world.part(len(order[0])) if order else slice(0)
        chances = draws(len(self), seed, epoch)
        reading = self._read([index[part] for index in order])
        for number, (index, pixels) in enumerate(zip(order, reading, strict=True), epoch * steps + done):
            chance = self.machine.put(chances[index[part]])
            whole_index = self.machine.put(index)
            own_index = whole_index[part]
            pixels, masks = augment(pixels, chance, recipe.augment).tensor_split([self.channels], dim=1)
            yield Batch(
                self.normalise(pixels),
                self.labels[own_index],
                own_index,
                whole_index,
                number,
                part.start,
                masks if self.rows.masks else None,
            )

    def _read(self, places: Sequence[Tensor]) -> Iterator[Tensor]:
        """(b, C, H, W) uint8 on the device, for each of `places`, (b,); with the masks as one more channel."""
        if self.resident:
            for index in places:
                yield self.pixels.index_select(0, self.machine.put(index))
        else:
            loader = DataLoader(
                self.rows,
                batch_size=None,
                sampler=places,
                num_workers=self.readers,
                worker_init_fn=_leave_signals_to_the_parent,
                pin_memory=self.machine.device.type == "cuda",
            )
            for pixels in loader:
                yield pixels.to(self.machine.device, non_blocking=True)


class _Rows(Dataset):
    """Images of a split, (N, C, H, W) uint8; with their masks, if asked for, as one more channel."""

    def __init__(self, split: Split, masks: bool, rows: np.ndarray | None) -> None:
        self.split, self.masks, self.rows = split, masks, rows

    def __len__(self) -> int:
        return len(self.split if self.rows is None else self.rows)

    @property
    def nbytes(self) -> int:
        whole = self.split.images.nbytes + (self.split.masks.nbytes if self.masks else 0)
        return whole * len(self) // max(1, len(self.split))

    def all(self) -> Tensor:
        whole = self.rows is None and not self.masks
        return _copied(self.split.images) if whole else self[torch.arange(len(self))]

    def __getitem__(self, index: Tensor) -> Tensor:
        places = index.numpy() if self.rows is None else self.rows[index.numpy()]
        images = torch.from_numpy(self.split.images[places])
        return torch.cat([images, torch.from_numpy(self.split.masks[places])], 1) if self.masks else images


def _copied(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(array))


def _leave_signals_to_the_parent(worker: int) -> None:
    """A scheduler's signal goes to the whole group; the parent still needs its readers to end as it should."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _free(machine: Hardware) -> int:
    """Bytes of the device's memory that are free."""
    if machine.device.type == "cuda":
        return torch.cuda.mem_get_info(machine.device)[0]
    return psutil.virtual_memory().available
