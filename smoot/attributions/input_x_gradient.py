"""input_x_gradient: x · ∂f_y / ∂x (Shrikumar, Greenside, Shcherbina, Kundaje, arXiv 1605.01713, 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """Signed. Images are normalised: the mean colour of the training images has no attribution."""
    from captum.attr import InputXGradient

    return InputXGradient(model).attribute(images.requires_grad_(), target=labels)
