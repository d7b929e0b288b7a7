"""Leaving images that the test set has out of training and validation."""

from dataclasses import replace

import numpy as np

from smoot.core.progress import Progress
from smoot.core.text import count
from smoot.data.contract import Dataset
from smoot.data.twins import digests, named
from smoot.data.write import chunks

NOUNS = {"train": "training image", "val": "validation image"}


def without_leaks(dataset: Dataset, label: str) -> tuple[Dataset, list[str]]:
    """(the data set without training images that validation or test has, byte for byte, and without validation images
    that test has; a line for each split that has lost some).

    All images are read for that, and so twice in all. label: of the progress.
    """
    splits, lines = dict(dataset.splits), []
    held: set[bytes] = set()
    with Progress(label, sum(map(len, splits.values()))) as progress:
        for split in ("test", "val", "train"):
            source, own = splits[split], list[bytes]()
            for part in chunks(source):
                own += digests(part.images)
                progress.advance(len(part))
            keep = np.array([digest not in held for digest in own], dtype=bool)
            if not keep.all():
                splits[split] = source.take(np.flatnonzero(keep))
                left = np.flatnonzero(~keep).tolist()
                names: list[tuple[str, ...]] = [(source.name(split, row),) for row in left]
                images = count(len(left), NOUNS[split])
                lines.append(f"{images} left out, as a later split has the same: {named(names)}")
            held.update(own)
    return replace(dataset, splits=splits), lines
