"""Street View House Numbers: 99,289 colour photographs of digits on houses, downloaded."""

from pathlib import Path

import numpy as np
from pydantic import Field

from smoot.data.archives import Archive, locate, provide
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, Source, in_memory
from smoot.data.damage import damage_named
from smoot.data.split import cut

CARD = DatasetCard(
    title="Street View House Numbers",
    source="Netzer, Wang, Coates, Bissacco, Wu, Ng, Reading Digits in Natural Images with Unsupervised Feature "
    "Learning, NIPS Workshop on Deep Learning and Unsupervised Feature Learning 2011",
    licence="for non-commercial use only",
    size="73,257 + 26,032, colour 32×32",
    classes="10",
)


class Params(DatasetParams):
    val: int = Field(5000, ge=10, le=60_000)
    """Validation images, cut from the 73,257 training images."""


def load(params: Params) -> Dataset:
    """Its own test set, and its training set cut by class. There are no object masks.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    root = provide("svhn", _archives())
    train, val = cut(_source(root, "train"), params.val, params.seed)
    return Dataset([str(digit) for digit in range(10)], {"train": train, "val": val, "test": _source(root, "test")})


def where() -> Path | None:
    return locate(_archives())


def _archives() -> list[Archive]:
    from torchvision.datasets import SVHN  # here, as it takes seconds that checking params.yaml must not pay

    files = [SVHN.split_list[split] for split in ("train", "test")]
    return [Archive(name, (url,), md5) for url, name, md5 in files]


def _source(root: Path, split: str) -> Source:
    from torchvision.datasets import SVHN

    with damage_named(root / SVHN.split_list[split][1]):
        files = SVHN(root, split=split)
        return in_memory(np.ascontiguousarray(files.data), files.labels)
