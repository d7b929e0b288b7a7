"""Data sets on disk: one folder of memory-mapped arrays, described by a dataset.json that is written last."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from smoot.core.errors import SmootError
from smoot.core.files import read_json, write_json, write_npy

SPLITS = ("train", "val", "test")
ARRAYS = ("images", "labels", "masks")


@dataclass(frozen=True)
class Split:
    """N images of one split.

    images: (N, C, H, W) uint8. labels: (N,) int64. masks: (N, 1, H, W) bool, true on the object; (0, 1, H, W) where
    the data set knows no objects.
    """

    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: np.ndarray) -> "Split":
        masks = self.masks[rows] if len(self.masks) else self.masks
        return Split(self.images[rows], self.labels[rows], masks)


def write(folder: Path, splits: dict[str, Split], description: dict[str, Any]) -> None:
    """Writes all splits and dataset.json: `description`, and what is measured here.

    mean and std are those of the training images, one value a channel, on the scale from 0 to 1.
    """
    checksums = {}
    for name in SPLITS:
        for array in ARRAYS:
            path = folder / f"{name}_{array}.npy"
            write_npy(path, getattr(splits[name], array))
            with path.open("rb") as file:
                checksums[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    train = splits["train"].images
    measured = {
        "shape": list(train.shape[1:]),
        "sizes": {name: len(splits[name]) for name in SPLITS},
        "mean": [float(train[:, channel].mean(dtype=np.float64)) / 255 for channel in range(train.shape[1])],
        "std": [float(train[:, channel].std(dtype=np.float64)) / 255 for channel in range(train.shape[1])],
        "sha256": checksums,
    }
    write_json(folder / "dataset.json", description | measured)


def describe(folder: Path) -> dict[str, Any]:
    """What dataset.json says: classes, shape, sizes, mean, std, source, licence, sha256.

    Raises SmootError where the data set is not there.
    """
    try:
        return read_json(folder / "dataset.json")
    except FileNotFoundError:
        raise SmootError(f"{folder}: no data set there; `smoot fetch --dataset {folder.name}` first") from None


def open_split(folder: Path, name: str) -> Split:
    """One split, memory-mapped and read-only."""
    return Split(*(np.load(folder / f"{name}_{array}.npy", mmap_mode="r") for array in ARRAYS))
