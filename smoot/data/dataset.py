"""What a data set is: the contract of the modules in `smoot.datasets`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from smoot.data.store import Split


@dataclass(frozen=True)
class About:
    """What a reader must know of a data set, in one place.

    size: the images and their form, such as "60,000 + 10,000, grey 28×28". classes: how many. masks: what is known of
    the objects' places, if anything.
    """

    title: str
    source: str
    licence: str
    size: str
    classes: str
    masks: str = "none"


@dataclass(frozen=True)
class Source:
    """N images that are read a few at a time, so that a split can be larger than the memory.

    labels: (N,) int64. shape: (C, H, W). masked: whether it has masks. read: the images at some places, (n,) ints, as
    a Split; the same for the same places each time.
    """

    labels: np.ndarray
    shape: tuple[int, int, int]
    masked: bool
    read: Callable[[np.ndarray], Split] = field(repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> "Source":
        """The images at `rows`, (n,) ints, in that order."""
        return Source(self.labels[rows], self.shape, self.masked, lambda places: self.read(rows[places]))


def in_memory(images: np.ndarray, labels: np.ndarray, masks: np.ndarray | None = None) -> Source:
    """A source of arrays: images (N, C, H, W) uint8, labels (N,), masks (N, 1, H, W) of `Region`, or bool, or None."""
    if masks is None:
        masks = np.empty((0, 1, *images.shape[2:]), np.uint8)
    everything = Split(images, np.asarray(labels, np.int64), masks.astype(np.uint8, copy=False))
    return Source(everything.labels, images.shape[1:], len(masks) > 0, everything.take)


@dataclass(frozen=True)
class Dataset:
    """classes: their names, in the order of the labels. splits: "train", "val" and "test".

    details: what dataset.json says beyond what every data set has.
    """

    classes: list[str]
    splits: dict[str, Source]
    details: dict[str, Any] = field(default_factory=dict)
