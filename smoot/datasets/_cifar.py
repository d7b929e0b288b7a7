"""CIFAR-10 and CIFAR-100: 60,000 colour photographs, 32×32 pixels, in batches that Python has pickled.

Reading a pickle runs whatever code it holds. These are read by torchvision, which checks the MD5 of every one of them
before, so that none but the author's is.
"""

from pathlib import Path
from typing import Any

from pydantic import Field

from smoot.data.archives import Archive, provide
from smoot.data.contract import Dataset, DatasetParams, Source, in_memory
from smoot.data.damage import damage_named
from smoot.data.split import cut


class Params(DatasetParams):
    val: int = Field(5000, ge=10, le=40_000)
    """Validation images, cut from the 50,000 training images."""


def archives(kind: type[Any]) -> list[Archive]:
    """The file of `kind`, torchvision's CIFAR10 or CIFAR100."""
    names = [name for name, _ in kind.train_list + kind.test_list] + [kind.meta["filename"]]
    holds = tuple(f"{kind.base_folder}/{name}" for name in names)
    return [Archive(kind.filename, (kind.url,), kind.tgz_md5, holds)]


def load(name: str, kind: type[Any], val: int, seed: int) -> Dataset:
    """Its own test set, and its training set cut by class. There are no object masks.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    root = provide(name, archives(kind))
    official, classes = _source(kind, root, train=True)
    train, val_ = cut(official, val, seed)
    return Dataset(classes, {"train": train, "val": val_, "test": _source(kind, root, train=False)[0]})


def _source(kind: type[Any], root: Path, train: bool) -> tuple[Source, list[str]]:
    """(the images, the names of the classes)"""
    with damage_named(root / kind.base_folder):
        files = kind(root, train=train)
        return in_memory(files.data.transpose(0, 3, 1, 2), files.targets), list(files.classes)
