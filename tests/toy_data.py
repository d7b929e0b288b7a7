"""Small data sets."""

from pathlib import Path

import numpy as np

from smoot.artifacts.dataset import Split
from smoot.artifacts.paths import SPLITS
from smoot.data.contract import Dataset, DatasetCard, Source, in_memory
from smoot.data.write import write_dataset

CARD = DatasetCard(title="Toy", source="made here", licence="none", size="a few", classes="4")


def bright_rows(size: int, side: int = 8, channels: int = 1) -> Split:
    """Four classes, told apart by the two rows that are bright. No masks."""
    rng = np.random.default_rng(0)
    labels = np.arange(size) % 4
    images = rng.integers(0, 80, (size, channels, side, side), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[:, 2 * label : 2 * label + 2] += 150
    return Split(images, labels.astype(np.int64), np.empty((0, 1, side, side), np.uint8))


def source(split: Split) -> Source:
    return in_memory(split.images, split.labels, split.masks if len(split.masks) else None)


def write_data(folder: Path, *splits: Split) -> None:
    """The data set of `splits`, for training, validation and test, as the fetch stage writes it."""
    sources = dict(zip(SPLITS, map(source, splits), strict=True))
    classes = "abcdefgh"[: int(splits[0].labels.max()) + 1]
    write_dataset(folder, Dataset(list(classes), sources), CARD)
