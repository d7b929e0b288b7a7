"""Caltech-101: 8,677 photographs of 101 kinds of things, with the objects' outlines, downloaded."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from pydantic import Field

from smoot.data.archives import Archive, locate, provide
from smoot.data.contract import Dataset, DatasetCard, Source
from smoot.data.damage import damage_named
from smoot.data.split import cut
from smoot.datasets._photographs import PhotographParams, photographs

CARD = DatasetCard(
    title="Caltech-101",
    source="Li, Andreeto, Ranzato, Perona, Caltech 101, CaltechDATA 2022, https://doi.org/10.22002/D1.20086",
    licence="CC BY 4.0",
    size="8,677, colour or grey, any size",
    classes="101",
    masks="the object, outlined by hand",
)
FOLDER = "caltech101"
ARCHIVES = [
    Archive(
        path=f"{FOLDER}/caltech-101.zip",
        urls=("https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip",),
        md5="3138e1922a9193bfa496528edbbc45d0",
        holds=(f"{FOLDER}/101_ObjectCategories", f"{FOLDER}/Annotations"),
        inner=(f"{FOLDER}/caltech-101/101_ObjectCategories.tar.gz", f"{FOLDER}/caltech-101/Annotations.tar"),
    )
]


class Params(PhotographParams):
    val: int = Field(1000, ge=101, le=3000)
    """Validation images."""
    test: int = Field(2000, ge=101, le=3000)
    """Test images: the data set has no test set of its own."""


def load(params: Params) -> Dataset:
    """The splits, stratified by class; what is inside an object's outline is its mask. Without the background class.

    Raises UnavailableError where it is neither on this machine nor can be downloaded, SmootError where it is damaged.
    """
    source, classes = _source(provide("caltech101", ARCHIVES), params.size)
    rest, test = cut(source, params.test, params.seed)
    train, val = cut(rest, params.val, params.seed)
    return Dataset(classes, {"train": train, "val": val, "test": test})


def where() -> Path | None:
    return locate(ARCHIVES)


def outlined(contour: np.ndarray, box: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """The inside of an outline, white on black, as an image of `size`, (width, height).

    contour: (2, n), x and y of its corners, from the box's upper left corner on. box: top, bottom, left, right. All
    count from 1, as MATLAB does.
    """
    top, _, left, _ = box.ravel().tolist()
    corners = [(x + left - 1, y + top - 1) for x, y in contour.T.tolist()]
    image = Image.new("L", size)
    ImageDraw.Draw(image).polygon(corners, fill=255)
    return image


def _source(root: Path, size: int) -> tuple[Source, list[str]]:
    """(the images, the names of the classes)"""
    from scipy.io import loadmat
    from torchvision.datasets import Caltech101  # here, as it takes seconds that checking params.yaml must not pay

    images, outlines = (root / path for path in ARCHIVES[0].holds)
    with damage_named(images):
        files = Caltech101(root)
    places = list(zip(files.y, files.index, strict=True))
    paths = [images / files.categories[y] / f"image_{i:04d}.jpg" for y, i in places]
    notes = {
        path: outlines / files.annotation_categories[y] / f"annotation_{i:04d}.mat"
        for path, (y, i) in zip(paths, places, strict=True)
    }

    def mask_of(image: Path, size: tuple[int, int]) -> Image.Image:
        with damage_named(notes[image], outlines):
            note = loadmat(notes[image], variable_names=["obj_contour", "box_coord"])
            return outlined(note["obj_contour"], note["box_coord"], size)

    return photographs(paths, np.array(files.y), size, mask_of=mask_of), files.categories
