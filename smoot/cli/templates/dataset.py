"""NAME: 1,797 handwritten digits of 8×8 pixels, which scikit-learn ships: no download.

`smoot new dataset` has written this file. Put your own images, parameters and text in its place: `smoot.datasets` says
what a data set is, and `image_folder` reads images in folders without any code.
"""

import numpy as np
from pydantic import Field

from smoot.data.contract import Dataset, DatasetCard, DatasetParams, in_memory
from smoot.data.split import cut

CARD = DatasetCard(
    title="NAME",
    source="Alpaydin, Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository 1998",
    licence="CC BY 4.0",
    size="1,797, grey 8×8",
    classes="10",
    masks="foreground",
)


class Params(DatasetParams):
    val: int = Field(200, ge=10, le=600)
    """Validation images."""
    test: int = Field(500, ge=10, le=600)
    """Test images."""


def load(params: Params) -> Dataset:
    """The splits, stratified by class. A digit's own pixels, all that are not black, are its object mask."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)[:, None]
    rest, test = cut(in_memory(images, digits.target, images > 0), params.test, params.seed)
    train, val = cut(rest, params.val, params.seed)
    return Dataset([str(digit) for digit in range(10)], {"train": train, "val": val, "test": test})


def where() -> str:
    return "the package scikit-learn"
