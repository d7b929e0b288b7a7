"""CIFAR-100: 60,000 colour photographs of 100 kinds of things, downloaded.

torchvision checks the MD5 of each batch file before it unpickles it.
"""

from pathlib import Path

from smoot.data.archives import locate
from smoot.data.contract import Dataset, DatasetCard
from smoot.datasets import _cifar

CARD = DatasetCard(
    title="CIFAR-100",
    source="Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto 2009",
    licence="none stated; the author asks to be cited",
    size="50,000 + 10,000, colour 32×32",
    classes="100",
)

Params = _cifar.Params


def load(params: Params) -> Dataset:
    from torchvision.datasets import CIFAR100  # here, as it takes seconds that checking params.yaml must not pay

    return _cifar.load("cifar100", CIFAR100, params.val, params.seed)


def where() -> Path | None:
    from torchvision.datasets import CIFAR100

    return locate(_cifar.archives(CIFAR100))
