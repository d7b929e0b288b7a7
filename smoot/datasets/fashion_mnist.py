"""Fashion-MNIST: 70,000 pictures of clothes, from Debian's package dataset-fashion-mnist, else downloaded."""

from pathlib import Path

from smoot.artifacts.dataset import FOREGROUND
from smoot.data.archives import locate
from smoot.data.contract import Dataset, DatasetCard
from smoot.datasets import _idx

CARD = DatasetCard(
    title="Fashion-MNIST",
    source="Xiao, Rasul, Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, "
    "arXiv:1708.07747, 2017",
    licence="MIT",
    size="60,000 + 10,000, grey 28×28",
    classes="10",
    masks=FOREGROUND,
)
DEBIAN = Path("/usr/share/datasets/fashion-mnist")

Params = _idx.Params


def load(params: Params) -> Dataset:
    from torchvision.datasets import FashionMNIST  # here, as it takes seconds that checking params.yaml must not pay

    return _idx.load("fashion_mnist", FashionMNIST, FashionMNIST.classes, params.val, params.seed, [DEBIAN])


def where() -> Path | None:
    from torchvision.datasets import FashionMNIST

    return locate(_idx.archives(FashionMNIST), [DEBIAN])
