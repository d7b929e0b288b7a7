"""What a model does in a forward pass, for attributions that work on its modules and not on its function alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smoot.core.lazy import torch
from smoot.scoring.metric import NotApplicableError

if TYPE_CHECKING:
    from torch import Tensor, nn


ACTIVATIONS = {
    *("celu", "elu", "gelu", "glu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "mish", "prelu", "relu"),
    *("relu6", "rrelu", "selu", "sigmoid", "silu", "softplus", "softsign", "tanh", "threshold", "clamp", "clamp_min"),
}
OTHERS = {"adaptive_max_pool2d", "group_norm", "layer_norm", "max_pool2d", "scaled_dot_product_attention", "softmax"}


@dataclass
class Trace:
    """What happened in a forward pass."""

    functions: list[tuple[str, nn.Module]] = field(default_factory=list)
    """Each nonlinear function by name, such as "relu", and the innermost module that calls it."""
    outputs: list[tuple[nn.Module, tuple[int, ...]]] = field(default_factory=list)
    """Every call of a module, in the order in which they end, and the shape of what it gives."""


def trace(model: nn.Module, images: Tensor) -> Trace:
    """A forward pass of the first image."""
    from torch.overrides import TorchFunctionMode

    seen, calling = Trace(), [model]

    class Functions(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(function, "__name__", "").rstrip("_")
            if name in ACTIVATIONS | OTHERS:
                seen.functions.append((name, calling[-1]))
            return function(*args, **(kwargs or {}))

    def begins(module: nn.Module, _: Any) -> None:
        calling.append(module)

    def ends(module: nn.Module, _: Any, output: Any) -> None:
        calling.pop()
        if torch.is_tensor(output):
            seen.outputs.append((module, tuple(output.shape)))

    with torch.no_grad(), ExitStack() as stack:
        for module in model.modules():
            stack.enter_context(module.register_forward_pre_hook(begins))
            stack.enter_context(module.register_forward_hook(ends))
        with Functions():
            model(images[:1].detach())
    return seen


@contextmanager
def out_of_place(model: nn.Module) -> Iterator[None]:
    """No module overwrites its input, which hooks on its neighbours still have to see."""
    changed: list[Any] = [module for module in model.modules() if getattr(module, "inplace", False) is True]
    for module in changed:
        module.inplace = False
    try:
        yield
    finally:
        for module in changed:
            module.inplace = True


def unguided(seen: Trace) -> list[str]:
    """The activations that are not nn.ReLU modules, named, each once."""
    return named(
        (name, module)
        for name, module in seen.functions
        if name in ACTIVATIONS and not isinstance(module, torch.nn.ReLU)
    )


def named(functions: Iterable[tuple[str, nn.Module]]) -> list[str]:
    """The names such as "relu in torch.nn.modules.activation.ReLU", each once, in alphabetical order."""
    return sorted({f"{name} in {torch.typename(module)}" for name, module in functions})


def last_stage(seen: Trace) -> nn.Module:
    """The module that gives the last feature maps: the last to end with the size of the last convolution's maps.

    Raises NotApplicableError where there is no convolution but such as cut the image into patches, or all maps have
    one pixel.
    """
    maps = [(module, shape) for module, shape in seen.outputs if len(shape) == 4 and max(shape[2:]) > 1]
    convolutions = [(module, shape) for module, shape in maps if isinstance(module, torch.nn.Conv2d)]
    if not convolutions:
        raise NotApplicableError("the model has no convolution whose maps are larger than one pixel")
    last, (_, _, *size) = convolutions[-1]
    if len(convolutions) == 1 and last.stride == last.kernel_size != (1, 1):
        raise NotApplicableError("the model's only convolution cuts the image into patches")
    return [module for module, shape in maps if list(shape[2:]) == size][-1]
