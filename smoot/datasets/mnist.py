"""MNIST: 70,000 handwritten digits, downloaded."""

from pathlib import Path

from smoot.artifacts.dataset import FOREGROUND
from smoot.data.archives import locate
from smoot.data.contract import Dataset, DatasetCard
from smoot.datasets import _idx

CARD = DatasetCard(
    title="MNIST",
    source="LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition, "
    "Proceedings of the IEEE 1998",
    licence="CC BY-SA 3.0",
    size="60,000 + 10,000, grey 28×28",
    classes="10",
    masks=FOREGROUND,
)

Params = _idx.Params


def load(params: Params) -> Dataset:
    from torchvision.datasets import MNIST  # here, as it takes seconds that checking params.yaml must not pay

    return _idx.load("mnist", MNIST, [str(digit) for digit in range(10)], params.val, params.seed)


def where() -> Path | None:
    from torchvision.datasets import MNIST

    return locate(_idx.archives(MNIST))
