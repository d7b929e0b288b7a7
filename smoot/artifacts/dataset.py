"""A data set on disk, as every later stage reads it: memory-mapped arrays, and what describes them."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np

from smoot.artifacts.paths import ARRAYS, DataFolder
from smoot.artifacts.record import Record, SealedRecord
from smoot.core.errors import SmootError

Array = TypeVar("Array", bound=Any)
"""A NumPy array or a tensor, on any device."""


FOREGROUND = "foreground"
"""What masks are called that are all of an image that is not black."""


class Region(IntEnum):
    """What a pixel shows: the object that the label names, or something that an explanation should not point at."""

    BACKGROUND = 0
    OBJECT = 1
    DISTRACTOR = 2
    SHORTCUT = 3


@dataclass(frozen=True)
class Split:
    """N images of one split."""

    images: np.ndarray
    """(N, C, H, W) uint8."""
    labels: np.ndarray
    """(N,) int64."""
    masks: np.ndarray
    """(N, 1, H, W) uint8, the `Region` of every pixel; (0, 1, H, W) where the data set knows no objects."""

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> "Split":
        """The images at `rows`, places or bools."""
        masks = self.masks[rows] if len(self.masks) else self.masks
        return Split(self.images[rows], self.labels[rows], masks)


class DatasetSummary(Record):
    """What a reader of a report is told of a data set."""

    title: str
    source: str
    """Authors, venue, year."""
    licence: str
    classes: tuple[str, ...]
    """Their names, in the order of the labels."""
    sizes: dict[str, int]
    """How many images each split has."""
    masks: str = ""
    """What its masks of objects are; empty where it has none, or an older version wrote it."""


class DatasetInfo(DatasetSummary, SealedRecord):
    """dataset.json."""

    shape: tuple[int, int, int]
    """The shape of an image: channels, height, width."""
    mean: tuple[float, ...]
    """The mean of the training images, by channel, on the scale from 0 to 1."""
    std: tuple[float, ...]
    """The standard deviation, as `mean`; never 0."""
    sha256: dict[str, str]
    """The SHA-256 of each array file."""
    slots: tuple[tuple[int, int, int, int], ...] | None = None
    """Where a shortcut's mark stands for each class: top, left, height, width; None without a shortcut."""

    @property
    def summary(self) -> DatasetSummary:
        return DatasetSummary(**{name: getattr(self, name) for name in DatasetSummary.model_fields})

    @property
    def scale(self) -> tuple[np.ndarray, np.ndarray]:
        """(mean, std) for `normalise`, (C, 1, 1) float32 each, of pixel values from 0 to 255."""
        mean, std = (np.asarray(values, np.float32)[:, None, None] * 255 for values in (self.mean, self.std))
        return mean, std

    @property
    def pixel_range(self) -> tuple[np.ndarray, np.ndarray]:
        """(black, white), normalised, (C, 1, 1) float32 each: no valid pixel lies outside."""
        mean, std = self.scale
        return normalise(np.zeros_like(mean), mean, std), normalise(np.full_like(mean, 255), mean, std)


def normalise(pixels: Array, mean: Array, std: Array) -> Array:
    """(n, C, H, W) floats from 0 to 255 → mean 0 and standard deviation 1 by channel, over the training images.

    mean, std: `DatasetInfo.scale`, or tensors of it where the pixels are a tensor.
    """
    return (pixels - mean) / std


def read_info(folder: DataFolder) -> DatasetInfo:
    """Raises SmootError where the data set is not there, or not whole."""
    if not folder.info.exists():
        raise SmootError(f"{folder.path}: no data set there; `smoot fetch --dataset {folder.dataset}` first")
    return DatasetInfo.read(folder.info, f"`smoot fetch --dataset {folder.dataset}` makes it anew")


def open_split(folder: DataFolder, info: DatasetInfo, name: str) -> Split:
    """One split, memory-mapped and read-only. Raises SmootError where a file is not what `info` says."""
    arrays = {array: _mapped(folder, info, name, array) for array in ARRAYS}
    return Split(**arrays)


def _mapped(folder: DataFolder, info: DatasetInfo, split: str, array: str) -> np.ndarray:
    path, size = folder.array(split, array), info.sizes[split]
    remedy = f"`smoot fetch --dataset {folder.dataset}` makes it anew"
    try:
        content = np.lib.format.open_memmap(path, mode="r")
    except FileNotFoundError:
        raise SmootError(f"{path}: not there; {remedy}") from None
    except (OSError, ValueError, EOFError) as error:
        raise SmootError(f"{path}: damaged ({error}); {remedy}") from None
    height, width = info.shape[1:]
    shapes: dict[str, list[tuple[int, ...]]] = {
        "images": [(size, *info.shape)],
        "labels": [(size,)],
        "masks": [(size, 1, height, width), (0, 1, height, width)],
    }
    dtype = np.int64 if array == "labels" else np.uint8
    if content.dtype != dtype:
        raise SmootError(f"{path}: damaged ({content.dtype} instead of {dtype.__name__}); {remedy}")
    if array == "labels" and size and not 0 <= content.min() <= content.max() < len(info.classes):
        raise SmootError(f"{path}: damaged (labels of no class); {remedy}")
    if content.shape not in (expected := shapes[array]):
        raise SmootError(f"{path}: of shape {content.shape}, where {folder.info} says {expected[0]}; {remedy}")
    return content
