"""CIFAR-10: 60,000 colour photographs of 10 kinds of things, downloaded.

torchvision checks the MD5 of each batch file before it unpickles it.
"""

from pathlib import Path

from smoot.data.archives import locate
from smoot.data.contract import Dataset, DatasetCard
from smoot.datasets import _cifar

CARD = DatasetCard(
    title="CIFAR-10",
    source="Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto 2009",
    licence="none stated; the author asks to be cited",
    size="50,000 + 10,000, colour 32×32",
    classes="10",
)

Params = _cifar.Params


def load(params: Params) -> Dataset:
    from torchvision.datasets import CIFAR10  # here, as it takes seconds that checking params.yaml must not pay

    return _cifar.load("cifar10", CIFAR10, params.val, params.seed)


def where() -> Path | None:
    from torchvision.datasets import CIFAR10

    return locate(_cifar.archives(CIFAR10))
