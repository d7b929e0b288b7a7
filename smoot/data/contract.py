"""What a data set is: the contract of the modules in `smoot.datasets`."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from smoot.artifacts.dataset import Split
from smoot.core.params_file import Block


@dataclass(frozen=True)
class DatasetCard:
    """What a reader must know of a data set, in one place."""

    title: str
    source: str
    """Authors, venue, year."""
    licence: str
    size: str
    """The images and their form, such as "60,000 + 10,000, grey 28×28"."""
    classes: str
    """How many."""
    masks: str = "none"
    """What is known of the objects' places, if anything."""


class DatasetParams(Block):
    """What every data set can be asked for; the base of each one's `Params`."""

    seed: int = Field(0, ge=0)
    """The seed of all that is random in the data, such as which images are for validation. The training seeds do not
    matter to it."""
    train: int | None = Field(None, ge=1)
    """How many training images are kept, each class in proportion. Those of a smaller number are a part of those of a
    larger one. null: all."""


@dataclass(frozen=True)
class Source:
    """N images that are read a few at a time, so that a split can be larger than the memory."""

    labels: np.ndarray
    """(N,) int64."""
    shape: tuple[int, int, int]
    """(C, H, W)."""
    masked: bool
    """Whether it has masks."""
    read: Callable[[np.ndarray], Split] = field(repr=False)
    """The images at some places, (n,) ints; the same for the same places each time."""

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
    """A data set, ready to be read and written to disk."""

    classes: list[str]
    """Their names, in the order of the labels."""
    splits: dict[str, Source]
    """"train", "val" and "test"."""
    slots: np.ndarray | None = None
    """(classes, 4) ints: where a shortcut's mark stands for each class: top, left, height, width; if there is one."""
    source: str | None = None
    """Where it comes from, if that is another thing than its card says."""
    leaks_refused: bool = False
    """Whether it cannot be used where an image is in more than one split."""
    licence: str | None = None
    """Its licence, if that is another one than its card says."""
