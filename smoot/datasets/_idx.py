"""Data sets in the files of MNIST: 70,000 grey images of 28×28 pixels, 10 classes, light on black."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from smoot.data.archives import Archive, provide
from smoot.data.contract import Dataset, DatasetParams, Source, in_memory
from smoot.data.damage import damage_named
from smoot.data.split import cut


class Params(DatasetParams):
    val: int = Field(5000, ge=10, le=50_000)
    """Validation images, cut from the 60,000 training images."""


def archives(kind: type[Any]) -> list[Archive]:
    """The files of `kind`, torchvision's MNIST or a subclass."""
    folder = f"{kind.__name__}/raw"
    return [
        Archive(
            path=f"{folder}/{name}",
            urls=tuple(f"{mirror}{name}" for mirror in kind.mirrors),
            md5=md5,
            holds=(f"{folder}/{name.removesuffix('.gz')}",),
        )
        for name, md5 in kind.resources
    ]


def load(
    name: str, kind: type[Any], classes: Sequence[str], val: int, seed: int, elsewhere: Sequence[Path] = ()
) -> Dataset:
    """Its own test set, and its training set cut by class. All pixels that are not black are the object.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    root = provide(name, archives(kind), elsewhere)
    official, test = (_source(kind, root, train) for train in (True, False))
    train, val_ = cut(official, val, seed)
    return Dataset(list(classes), {"train": train, "val": val_, "test": test})


def _source(kind: type[Any], root: Path, train: bool) -> Source:
    with damage_named(root / kind.__name__):
        files = kind(root, train=train)
        images, labels = files.data.numpy()[:, np.newaxis], files.targets.numpy()
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images, {len(labels)} labels")
    return in_memory(images, labels, images > 0)
