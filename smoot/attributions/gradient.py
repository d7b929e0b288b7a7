"""gradient: |∂f_y / ∂x| (Simonyan, Vedaldi, Zisserman, ICLR workshop 2014)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    from captum.attr import Saliency

    return Saliency(model).attribute(images.requires_grad_(), target=labels, abs=True)
