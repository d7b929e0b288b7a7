"""Oxford-IIIT pets: 7,349 photographs of 37 breeds of cats and dogs, with the animals' outlines, downloaded."""

from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import Field

from smoot.data.archives import Archive, locate, provide
from smoot.data.contract import Dataset, DatasetCard, Source
from smoot.data.damage import damage_named
from smoot.data.split import cut
from smoot.datasets._photographs import PhotographParams, photographs

CARD = DatasetCard(
    title="Oxford-IIIT Pet",
    source="Parkhi, Vedaldi, Zisserman, Jawahar, Cats and Dogs, CVPR 2012",
    licence="CC BY-SA 4.0",
    size="3,680 + 3,669, colour, any size",
    classes="37",
    masks="the animal, outlined by hand",
)
FOLDER = "oxford-iiit-pet"
BACKGROUND = 2  # in the files' masks, where 1 is the animal and 3 its border


class Params(PhotographParams):
    val: int = Field(740, ge=37, le=3000)
    """Validation images, cut from the 3,680 training images."""


def load(params: Params) -> Dataset:
    """Its own test set, and its training set cut by class. The animal, border included, is the object.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    root = provide("oxford_pets", _archives())
    official, classes = _source(root, "trainval", params.size)
    train, val = cut(official, params.val, params.seed)
    return Dataset(classes, {"train": train, "val": val, "test": _source(root, "test", params.size)[0]})


def where() -> Path | None:
    return locate(_archives())


def _archives() -> list[Archive]:
    from torchvision.datasets import OxfordIIITPet  # here, as it takes seconds that checking params.yaml must not pay

    holds = {
        "images.tar.gz": ["images"],
        "annotations.tar.gz": ["annotations/trainval.txt", "annotations/test.txt", "annotations/trimaps"],
    }
    files = [(url, url.rpartition("/")[2], md5) for url, md5 in OxfordIIITPet._RESOURCES]
    return [
        Archive(f"{FOLDER}/{name}", (url,), md5, tuple(f"{FOLDER}/{held}" for held in holds[name]))
        for url, name, md5 in files
    ]


def _source(root: Path, split: str, size: int) -> tuple[Source, list[str]]:
    """(the images, the names of the classes)"""
    from torchvision.datasets import OxfordIIITPet

    notes = root / FOLDER / "annotations"
    with damage_named(notes):
        files = OxfordIIITPet(root, split=split)

    trimaps = dict(zip(files._images, files._segs, strict=True))

    def mask_of(image: Path, _size: tuple[int, int]) -> Image.Image:
        with damage_named(trimaps[image], notes), Image.open(trimaps[image]) as trimap:
            return trimap.convert("L").point([0 if value == BACKGROUND else 255 for value in range(256)])

    return photographs(files._images, np.array(files._labels), size, mask_of=mask_of), files.classes
