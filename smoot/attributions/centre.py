"""centre: a null control. A Gaussian at the middle of the image, whatever the image, the model and the class.

Photographers put the object there, so a map that only points to the middle finds it more often than chance does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


NULL = True


class Params(Block):
    sigma: float = Field(0.25, gt=0, le=1)
    """The standard deviation of the Gaussian, as a share of the image's height and of its width."""


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """(N, 1, H, W), in (0, 1]: exp(−½ (Δᵥ² + Δₕ²) / sigma²), Δ the distances from the middle as shares of the sides."""
    vertical, horizontal = (
        (-0.5 * (((torch.arange(side, dtype=torch.double) + 0.5) / side - 0.5) / params.sigma) ** 2).exp()
        for side in images.shape[2:]
    )
    gaussian = vertical[:, None] * horizontal
    return gaussian.expand(len(images), 1, -1, -1).to(images)
