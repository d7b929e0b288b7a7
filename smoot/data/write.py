"""Writing a data set to disk, a few images at a time: whole or not at all."""

import math
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from smoot.artifacts.dataset import DatasetInfo, Split
from smoot.artifacts.paths import ARRAYS, SPLITS, DataFolder
from smoot.core.errors import SmootError, TransientError
from smoot.core.files import npy_file
from smoot.core.folders import atomic_folder
from smoot.core.progress import Progress
from smoot.core.text import count
from smoot.data.contract import Dataset, DatasetCard, Source, check_part
from smoot.data.twins import Twins, named

CHUNK, FEWEST = 2**22, 8  # bytes of images read at once, but so many images at least


class Moments:
    """Mean and standard deviation by channel, of images that come in chunks; exact, so that chunks do not matter."""

    def __init__(self, channels: int) -> None:
        self.count, self.sums, self.squares = 0, [0] * channels, [0] * channels

    def add(self, images: np.ndarray) -> None:
        """images: (n, C, H, W) uint8."""
        self.count += images[:, 0].size
        for channel in range(images.shape[1]):
            counts = np.bincount(images[:, channel].ravel(), minlength=256).tolist()
            self.sums[channel] += sum(value * count for value, count in enumerate(counts))
            self.squares[channel] += sum(value**2 * count for value, count in enumerate(counts))

    @property
    def mean(self) -> tuple[float, ...]:
        """On the scale from 0 to 1."""
        return tuple(total / self.count / 255 for total in self.sums)

    @property
    def std(self) -> tuple[float, ...]:
        """On the scale from 0 to 1; 1 for a channel that is the same everywhere, as images are divided by it."""
        pairs = zip(self.sums, self.squares, strict=True)
        return tuple(math.sqrt(square * self.count - total**2) / self.count / 255 or 1.0 for total, square in pairs)


def write_dataset(folder: Path, dataset: Dataset, card: DatasetCard) -> Twins:
    """Writes all splits, and dataset.json: what is known of the data set, and what is measured here.

    folder: that of a `DataFolder`. Raises SmootError where the labels are not those of the classes, the disk is too
    small, or an image is in more than one split of a data set that refuses it. Whatever fails, what was in `folder` is
    still there.
    """
    check_arrays(dataset, folder.name)
    free, needed = _free(folder), sum(map(_size, dataset.splits.values()))
    if needed > free:
        raise TransientError(
            f"{folder}: {needed / 2**20:.1f} MiB are needed, {free / 2**20:.1f} MiB are free on its disk"
        )
    moments, checksums = Moments(dataset.splits["train"].shape[0]), dict[str, str]()
    names, twins = DataFolder(folder.name), Twins(dataset.splits)
    with atomic_folder(folder) as temporary:
        with Progress(f"fetch {folder.name}", sum(map(len, dataset.splits.values()))) as progress:
            for name in SPLITS:
                checksums |= _write_split(temporary, names, name, dataset, progress, moments, twins)
        dataset.told()  # which refuses what only all of it can show
        info = DatasetInfo(
            title=card.title,
            source=dataset.source or card.source,
            licence=dataset.licence or card.licence,
            classes=tuple(dataset.classes),
            sizes={name: len(dataset.splits[name]) for name in SPLITS},
            masks=(dataset.masks or card.masks) if dataset.splits["test"].masked else "",
            shape=dataset.splits["train"].shape,
            mean=moments.mean,
            std=moments.std,
            sha256=checksums,
            slots=None if dataset.slots is None else tuple(map(tuple, dataset.slots.tolist())),
        )
        info.write(temporary / names.info.name)
    return twins


def check_arrays(dataset: Dataset, name: str) -> None:
    """Raises SmootError where the splits' shapes differ, or a label names no class, or a class has no image."""
    shapes = {split: source.shape for split, source in dataset.splits.items()}
    if len(set(shapes.values())) > 1:
        raise SmootError(f"{name}: the images of its splits differ in shape: {shapes}")
    classes = len(dataset.classes)
    for split, source in dataset.splits.items():
        wrong = (source.labels < 0) | (source.labels >= classes)
        if wrong.any():
            row = int(wrong.argmax())
            raise SmootError(
                f"{name}: label {source.labels[row]} of {split} image {row}: allowed: 0 to {classes - 1}, "
                f"as there are {classes} classes"
            )
        counts = np.bincount(source.labels, minlength=classes)
        if empty := [dataset.classes[label] for label in np.flatnonzero(counts == 0)]:
            raise SmootError(f"{name}: no {split} image of class {', '.join(empty[:10])}; every class needs one")


def chunks(source: Source) -> Iterator[Split]:
    """The whole of `source`, in its order."""
    rows = max(FEWEST, CHUNK // math.prod(source.shape))
    for start in range(0, len(source), rows):
        yield source.read(np.arange(start, min(start + rows, len(source))))


def _write_split(
    folder: Path, names: DataFolder, split: str, dataset: Dataset, progress: Progress, moments: Moments, twins: Twins
) -> dict[str, str]:
    """The SHA-256 of each file, by its name. names: of the files in `folder`. The training split is measured."""
    source = dataset.splits[split]
    height, width = source.shape[1:]
    forms = {
        "images": ((len(source), *source.shape), np.uint8),
        "labels": ((len(source),), np.int64),
        "masks": ((len(source) if source.masked else 0, 1, height, width), np.uint8),
    }
    paths = {array: folder / names.array(split, array).name for array in ARRAYS}
    with ExitStack() as stack:
        files = {array: stack.enter_context(npy_file(paths[array], *forms[array])) for array in ARRAYS}
        for part in chunks(source):
            check_part(part, source, f"{names.dataset}: {split}")
            for array, file in files.items():
                file.add(getattr(part, array))
            twins.add(split, part)
            if dataset.leaks == "refuse" and twins.crossing:
                found = twins.across_splits()
                raise SmootError(
                    f"{names.dataset}: {count(len(found), 'image is', 'images are')} in more than one split, byte for "
                    f"byte, as far as images were read: {named(found)}; remove them, leave them out of training by "
                    "`leaks: drop`, or allow them by `leaks: allow`"
                )
            if split == "train":
                moments.add(part.images)
            progress.advance(len(part))
    return {paths[array].name: file.sha256 for array, file in files.items()}


def _size(source: Source) -> int:
    """Bytes on disk, but for the headers."""
    pixels = math.prod(source.shape[1:]) * (source.shape[0] + source.masked)
    return len(source) * (pixels + 8)


def _free(folder: Path) -> int:
    """Bytes that are free where `folder` is or will be."""
    return shutil.disk_usage(next(parent for parent in folder.absolute().parents if parent.exists())).free
