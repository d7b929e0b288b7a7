"""smoothed_adversarial: adversarial training with smoothed features (Bhusal, Alam, Rastogi 2026, arXiv 2603.07302).

Minimises CE(g(x + δ), y), where g is the network f with a block h + conv1×1(blur3×3(h)) after an early stage h of it,
and δ is sought through g as `adversarial` seeks it. (3 + 2 · steps) F a step, where F is the price of g. The block
stays in the network: scores and maps are of g. All other first weights are those of f; the convolution's are uniform
within ±1/√C for its C channels, as PyTorch draws them, by a generator of their own.

The blur is the mean of 3×3 pixels; at the border, of those that there are. The paper's is a Gaussian, which its code
makes so wide, σ = .3 ((s − 1)/2 − 1) + .8 on maps of side s, that 3×3 pixels of it are nearly a mean: on 12×12 maps .13
at the centre and .10 in the corners. It mirrors the borders. It puts the block after the first pooling of LeNet and the
first group of a wide ResNet; here it is after timm's first features of half the image's side or less, unless `after`
names a module. Its δ is sought against the class that the model predicts, in training mode and without a valid range,
and its ε on CIFAR-10 is of normalised pixels, where ours is of pixels from 0 to 1. It compares models of different ε.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.core.seeding import derive
from smoot.methods._adversarial import Adversarial, AdversarialParams

if TYPE_CHECKING:
    from torch import nn


class Params(AdversarialParams):
    after: str | None = Field(None, min_length=1)
    """The module of the network after which the block stands, by its name in timm, such as `layer1`. null: where timm's
    first features of half the image's side or less come out."""


class Method(Adversarial):
    params: Params
    beside = ("adversarial",)
    note = (
        "Its network has a block more than the other methods', which smooths the features of an early stage: a "
        "difference to another method is of the block and of the training together, but to adversarial training of the "
        "same strength."
    )

    def network(self, network: nn.Module) -> nn.Module:
        from smoot.models.smoothed import smoothed

        seed = derive(self.context.seed, "weights", "smoothed")
        return smoothed(network, self.context.info.shape, self.params.after, seed)
