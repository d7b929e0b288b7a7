"""Data sets on disk, as every later stage reads them: memory-mapped arrays, and a dataset.json that describes them."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from smoot.core.errors import SmootError
from smoot.core.files import read_json

SPLITS = ("train", "val", "test")
ARRAYS = ("images", "labels", "masks")


class Region(IntEnum):
    """What a pixel shows: the object that the label names, or something that an explanation should not point at."""

    BACKGROUND = 0
    OBJECT = 1
    DISTRACTOR = 2
    SHORTCUT = 3


@dataclass(frozen=True)
class Split:
    """N images of one split.

    images: (N, C, H, W) uint8. labels: (N,) int64. masks: (N, 1, H, W) uint8, the `Region` of every pixel;
    (0, 1, H, W) where the data set knows no objects.
    """

    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> "Split":
        """The images at `rows`, places or bools."""
        masks = self.masks[rows] if len(self.masks) else self.masks
        return Split(self.images[rows], self.labels[rows], masks)


def describe(folder: Path) -> dict[str, Any]:
    """What dataset.json says: title, classes, shape, sizes, mean, std, source, licence, sha256, and more by data set.

    mean and std are those of the training images, one value a channel, on the scale from 0 to 1.
    Raises SmootError where the data set is not there.
    """
    try:
        return read_json(folder / "dataset.json")
    except FileNotFoundError:
        raise SmootError(f"{folder}: no data set there; `smoot fetch --dataset {folder.name}` first") from None


def open_split(folder: Path, name: str) -> Split:
    """One split, memory-mapped and read-only."""
    return Split(*(np.load(folder / f"{name}_{array}.npy", mmap_mode="r") for array in ARRAYS))
