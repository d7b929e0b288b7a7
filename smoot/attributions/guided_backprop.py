"""guided_backprop: the gradient, of which every ReLU passes back the positive part alone (Springenberg et al. 2015)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from smoot.attributions._modules import trace, unguided
from smoot.core.lazy import torch
from smoot.core.params_file import Block
from smoot.scoring.metric import NotApplicableError

if TYPE_CHECKING:
    from torch import Tensor, nn


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """Signed. Raises NotApplicableError where the model has activations that are not nn.ReLU modules, or none."""
    seen = trace(model, images)
    if others := unguided(seen):
        raise NotApplicableError(f"guided backprop needs nn.ReLU modules alone; there is {', '.join(others)}")
    if not any(isinstance(module, torch.nn.ReLU) for _, module in seen.functions):
        raise NotApplicableError("guided backprop needs nn.ReLU modules; the model has none")
    images = images.detach().requires_grad_()
    with ExitStack() as stack:
        for module in model.modules():
            if isinstance(module, torch.nn.ReLU):
                stack.enter_context(module.register_forward_hook(_guide))
        logits = model(images).gather(1, labels[:, None])
    (guided,) = torch.autograd.grad(logits.sum(), images)
    return guided


def _guide(module: nn.Module, inputs: Any, output: Tensor) -> None:
    # On the output: captum's hook, on the input, also clips what reaches that by a way around the ReLU.
    if output.requires_grad:
        output.register_hook(lambda gradient: gradient.clamp(min=0))
