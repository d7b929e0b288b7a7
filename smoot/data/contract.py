"""What a data set is: the contract of the modules in `smoot.datasets`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import Field

from smoot.artifacts.dataset import Region, Split
from smoot.core.errors import SmootError
from smoot.core.params_file import Block

Leaks = Literal["allow", "refuse", "drop"]


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
    names: Sequence[object] | None = field(default=None, repr=False)
    """(N,) what an image is called in messages, such as its file; None: its split and place."""

    def __len__(self) -> int:
        return len(self.labels)

    def name(self, split: str, row: int) -> str:
        """What an image is called in messages. split: of which the source is."""
        return f"{split} {row}" if self.names is None else str(self.names[row])

    def take(self, rows: np.ndarray) -> "Source":
        """The images at `rows`, (n,) ints, in that order."""
        names = None if self.names is None else [self.names[row] for row in rows.tolist()]
        return Source(self.labels[rows], self.shape, self.masked, lambda places: self.read(rows[places]), names)


def in_memory(images: np.ndarray, labels: np.ndarray, masks: np.ndarray | None = None) -> Source:
    """A source of arrays.

    images: (N, C, H, W) uint8. labels: (N,) ints. masks: (N, 1, H, W) of `Region`, or bool, or None. Raises
    SmootError where they are anything else: what would be wrapped or cut is refused.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if images.ndim != 4:
        raise SmootError(f"images: of shape {images.shape}; (N, C, H, W) is needed")
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        raise SmootError(f"labels: {labels.dtype} of shape {labels.shape}; (N,) ints are needed")
    if masks is None or len(masks) == 0:
        masks = np.empty((0, 1, *images.shape[2:]), np.uint8)
    masks = np.asarray(masks)
    source = Source(labels.astype(np.int64), images.shape[1:], len(masks) > 0, lambda places: everything.take(places))
    everything = Split(images, source.labels, masks.astype(np.uint8) if masks.dtype == bool else masks)
    check_part(everything, source, "in_memory")
    return source


def check_part(part: Split, source: Source, name: str) -> None:
    """Raises SmootError where arrays that were read are not what their source promises. name: of the source."""
    n, (_, height, width) = len(part.labels), source.shape
    regions, masked = f"bools, or uint8 from 0 to {max(Region)}", n if source.masked else 0
    forms = {
        "images": (part.images, (n, *source.shape), "uint8 from 0 to 255"),
        "masks": (part.masks, (masked, 1, height, width), regions),
    }
    for array, (values, shape, allowed) in forms.items():
        if values.dtype != np.uint8:
            raise SmootError(f"{name}: {array}: {values.dtype}; allowed: {allowed}")
        if values.shape != shape:
            raise SmootError(f"{name}: {array}: of shape {values.shape}; {shape} is needed")
    if part.masks.size and (top := int(part.masks.max())) > max(Region):
        meaning = ", ".join(f"{region.value} {region.name.lower()}" for region in Region)
        raise SmootError(f"{name}: masks: value {top}; allowed: bools, or {meaning}")


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
    leaks: Leaks = "allow"
    """What happens where an image is in more than one split: it is said, refused, or left out of training, and of
    validation where the test set has it."""
    masks: str | None = None
    """What its masks are, if that is another thing than its card says."""
    told: Callable[[], list[str]] = list
    """What should be said of it, a line each, once all of it has been read. Raises SmootError where that shows that it
    cannot be used."""
    licence: str | None = None
    """Its licence, if that is another one than its card says."""
