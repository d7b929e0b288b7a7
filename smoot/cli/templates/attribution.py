"""NAME: |∂ log p_y / ∂x|: unlike the logit's gradient, it also tells what speaks against the other classes.

`smoot new attribution` has written this file. Put your own map, parameters and text in its place: `smoot.attributions`
says what an attribution is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.core.params_file import Block

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    images.requires_grad_()
    log_p = model(images).log_softmax(dim=1).gather(1, labels[:, None])
    (gradient,) = torch.autograd.grad(log_p.sum(), images)
    return gradient.abs()
