"""integrated_gradients: gradients summed on the way from a baseline image (Sundararajan, Taly, Yan, ICML 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


COMPLETE = True


class Params(Block):
    steps: int = Field(50, ge=2)
    """Points on the way from the baseline, of a Gauss-Legendre rule. More are more exact, and cost as much more."""


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """Signed. The baseline is 0 in normalised pixels: the mean colour of the training images."""
    from captum.attr import IntegratedGradients

    return IntegratedGradients(model).attribute(
        images, target=labels, n_steps=params.steps, internal_batch_size=max(512, len(images))
    )
