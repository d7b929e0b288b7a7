"""Imagenette: 13,394 photographs of 10 kinds of things that are easily told apart, out of ImageNet, downloaded."""

from pathlib import Path
from typing import Literal, get_args

import numpy as np
from pydantic import Field

from smoot.data.archives import Archive, locate, provide
from smoot.data.contract import Dataset, DatasetCard, Source
from smoot.data.damage import damage_named
from smoot.data.split import cut
from smoot.datasets._photographs import PhotographParams, photographs

CARD = DatasetCard(
    title="Imagenette",
    source="Howard, https://github.com/fastai/imagenette: 10 classes of Deng et al., ImageNet: A Large-Scale "
    "Hierarchical Image Database, CVPR 2009",
    licence="Apache-2.0 for the code; the images are ImageNet's, for non-commercial research",
    size="9,469 + 3,925, colour, any size",
    classes="10",
)
Version = Literal["160px", "320px", "full"]


class Params(PhotographParams):
    val: int = Field(1000, ge=10, le=8000)
    """Validation images, cut from the 9,469 training images."""
    version: Version = "160px"
    """The download, by the shorter side of its images. Take a larger one where `size` is larger."""


def load(params: Params) -> Dataset:
    """Its folder "val" as the test set, and its folder "train" cut by class. There are no object masks.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    root = provide("imagenette", _archives(params.version))
    official, classes = _source(root, "train", params)
    train, val = cut(official, params.val, params.seed)
    return Dataset(classes, {"train": train, "val": val, "test": _source(root, "val", params)[0]})


def where() -> Path | None:
    return next(filter(None, (locate(_archives(version)) for version in get_args(Version))), None)


def _archives(version: Version) -> list[Archive]:
    from torchvision.datasets import Imagenette  # here, as it takes seconds that checking params.yaml must not pay

    url, md5 = Imagenette._ARCHIVES[version]
    name = url.rpartition("/")[2]
    folder = name.removesuffix(".tgz")
    return [Archive(name, (url,), md5, (f"{folder}/train", f"{folder}/val"))]


def _source(root: Path, split: str, params: Params) -> tuple[Source, list[str]]:
    """(the images, the names of the classes)"""
    from torchvision.datasets import Imagenette

    with damage_named((root / _archives(params.version)[0].holds[0]).parent):
        files = Imagenette(root, split=split, size=params.version)
        paths, labels = zip(*files._samples, strict=True)
    return photographs([*map(Path, paths)], np.array(labels), params.size), [names[0] for names in files.classes]
