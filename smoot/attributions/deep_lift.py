"""deep_lift: differences from a baseline, passed back by the rescale rule (Shrikumar, Greenside, Kundaje, ICML 2017).

Written out here: captum's fails where a module is called twice or algorithms have to be deterministic, and is wrong
where an activation follows pooling or another activation with no layer between, or where pooling windows overlap.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from smoot.attributions._modules import named, out_of_place, trace
from smoot.core.lazy import torch
from smoot.core.params_file import Block
from smoot.scoring.metric import NotApplicableError

if TYPE_CHECKING:
    from torch import Tensor, nn


ELEMENTWISE = (
    *("ReLU", "Hardtanh", "LeakyReLU", "PReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus"),
    *("Hardswish", "Hardsigmoid", "Sigmoid", "Tanh", "Softsign"),
)  # modules of torch.nn
TINY = 1e-6  # a difference, below which the slope between two points is the gradient
GAP = 1e-3  # of the attributions' absolute sum, which rounding does not explain


COMPLETE = True


class Params(Block):
    pass


def attribute(model: nn.Module, images: Tensor, labels: Tensor, params: Params) -> Tensor:
    """Signed. The baseline is 0 in normalised pixels: the mean colour of the training images.

    Raises NotApplicableError where the attributions do not add up to f_y(x) − f_y(0), as those of the rule do.
    """
    images = images.detach().requires_grad_()
    with out_of_place(model), ExitStack() as stack:
        for module in model.modules():
            if _has_rule(module):
                stack.enter_context(module.register_forward_hook(_rescaled))
        logits, baseline = (
            model(torch.cat([images, torch.zeros_like(images)])).gather(1, labels.repeat(2)[:, None]).chunk(2)
        )
    (multipliers,) = torch.autograd.grad(logits.sum(), images)
    attributions = multipliers * images.detach()
    gap = attributions.flatten(1).sum(1) - (logits - baseline).detach().squeeze(1)
    if (gap.abs() > GAP * attributions.flatten(1).abs().sum(1)).any():
        raise NotApplicableError(f"DeepLift has no rule for parts of the model, such as {_without_rule(model, images)}")
    return attributions


def _rescaled(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    """The same output, whose gradient by the input is the slope between the images and their baselines."""
    from torch.nn.functional import max_pool2d

    (x, base), (y, y_base) = inputs[0].chunk(2), output.chunk(2)
    if isinstance(module, torch.nn.MaxPool2d):
        # The one pixel of a window that decides: the image's highest, unless the baseline's is higher and elsewhere.
        window = (module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)
        own, others = (max_pool2d(part.detach(), *window, return_indices=True)[1] for part in (x, base))
        chosen = torch.where((y > y_base) | (y_base - _at(base, own) < TINY), own, others)
        x, base = _at(x, chosen), _at(base, chosen)
    across = (x - base).detach()
    tiny = across.abs() < TINY
    slope = (y - y_base).detach() / across.masked_fill(tiny, 1)
    return torch.cat([torch.where(tiny, y, y.detach() + slope * (x - x.detach())), y_base])


def _at(features: Tensor, places: Tensor) -> Tensor:
    """The features at `places`, as pooling gives them."""
    return features.flatten(2).gather(2, places.flatten(2)).view_as(places)


def _without_rule(model: nn.Module, images: Tensor) -> str:
    functions = trace(model, images).functions
    others = named((name, module) for name, module in functions if not _has_rule(module))
    return ", ".join(others) or "a product of features, or another function that is no module"


def _has_rule(module: nn.Module) -> bool:
    # Subclasses of pooling may pad in a way of their own.
    rules = tuple(getattr(torch.nn, name) for name in ELEMENTWISE)
    return isinstance(module, rules) or type(module) is torch.nn.MaxPool2d
