"""What penalties on the gradient by the image share: the step, by a backward pass through a backward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.training.method import Batch, Context, StepResult

if TYPE_CHECKING:
    from torch import Tensor, nn


Explained = Callable[["Tensor", "Tensor"], "Tensor"]
"""What is differentiated, (b,), from logits (b, classes) and CE without label smoothing (b,)."""


def penalised_step(
    model: nn.Module, batch: Batch, context: Context, weight: float, explained: Explained, where: Tensor | None = None
) -> StepResult:
    """Minimises mean CE + weight · mean over the images of Σ over pixels and channels of (∂ explained / ∂x)².

    The gradient is that of the training pass, dropout and all. where: (b, 1, H, W) bool, the pixels that count; all if
    it is not given.
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel

    images = batch.images.detach().requires_grad_()
    # The fast kernels of attention cannot be differentiated twice.
    with sdpa_kernel(SDPBackend.MATH):
        logits = context.logits(model, images)
        loss, ce = context.objective(logits, batch.labels)
        (gradient,) = torch.autograd.grad(explained(logits, ce).sum(), images, create_graph=True)
        counted = gradient if where is None else gradient * where
        loss = loss + weight * counted.square().sum((1, 2, 3)).mean()
        loss.backward()
    return context.result(batch, loss, logits, ce)
