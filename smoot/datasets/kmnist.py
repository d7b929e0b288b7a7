"""KMNIST: 70,000 handwritten Kuzushiji, the cursive characters of old Japanese books, downloaded."""

from pathlib import Path

from smoot.artifacts.dataset import FOREGROUND
from smoot.data.archives import locate
from smoot.data.contract import Dataset, DatasetCard
from smoot.datasets import _idx

CARD = DatasetCard(
    title="Kuzushiji-MNIST",
    source="Clanuwat, Bober-Irizar, Kitamoto, Lamb, Yamamoto, Ha, Deep Learning for Classical Japanese Literature, "
    "arXiv:1812.01718, 2018",
    licence="CC BY-SA 4.0",
    size="60,000 + 10,000, grey 28×28",
    classes="10",
    masks=FOREGROUND,
)

Params = _idx.Params


def load(params: Params) -> Dataset:
    from torchvision.datasets import KMNIST  # here, as it takes seconds that checking params.yaml must not pay

    return _idx.load("kmnist", KMNIST, KMNIST.classes, params.val, params.seed)


def where() -> Path | None:
    from torchvision.datasets import KMNIST

    return locate(_idx.archives(KMNIST))
