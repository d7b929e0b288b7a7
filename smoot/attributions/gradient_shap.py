"""gradient_shap: expected gradients on the way from noisy baselines (Lundberg, Lee, NeurIPS 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.attributions._noise import gaussian
from smoot.core.lazy import torch
from smoot.core.params_file import Block
from smoot.core.seeding import derive

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    samples: int = Field(50, ge=1)
    """How many baselines are drawn. A map costs one gradient for each."""
    noise: float = Field(0.5, ge=0)
    """The standard deviation of the baselines around the mean colour, in normalised pixels."""
    seed: int = Field(0, ge=0)
    """The seed of the baselines and of the points on the way, which are the same for every image."""


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """Signed. captum's GradientShap draws a batch at once, so that a map would depend on the images beside it."""
    from captum.attr import Saliency

    saliency = Saliency(model)
    total = torch.zeros_like(images)
    baselines = params.noise * gaussian(params.samples, images, params.seed)
    for baseline, fraction in zip(baselines, _fractions(params), strict=True):
        way = images - baseline
        total += way * saliency.attribute((baseline + fraction * way).requires_grad_(), target=labels, abs=False)
    return total / params.samples


def _fractions(params: Params) -> list[float]:
    """Uniform between 0 and 1, one in each of as many equal parts: plain draws would need many more."""
    generator = torch.Generator().manual_seed(derive(params.seed, "places"))
    return ((torch.arange(params.samples) + torch.rand(params.samples, generator=generator)) / params.samples).tolist()
