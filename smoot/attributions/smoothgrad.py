"""smoothgrad: the mean of |∂f_y / ∂x| over noisy copies of the image (Smilkov et al., arXiv 1706.03825, 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.attributions._noise import gaussian
from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    samples: int = Field(25, ge=1)
    """Noisy copies of each image. A map costs one gradient for each."""
    noise: float = Field(0.15, gt=0)
    """The standard deviation of the noise, as a fraction of the image's own range of values."""
    seed: int = Field(0, ge=0)
    """The seed of the noise, which is the same for every image."""


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """At least 0. captum's NoiseTunnel draws a batch at once, so that a map would depend on the images beside it."""
    from captum.attr import Saliency

    saliency = Saliency(model)
    scale = params.noise * (images.amax((1, 2, 3), keepdim=True) - images.amin((1, 2, 3), keepdim=True))
    total = torch.zeros_like(images)
    for draw in gaussian(params.samples, images, params.seed):
        total += saliency.attribute((images + scale * draw).requires_grad_(), target=labels, abs=True)
    return total / params.samples
