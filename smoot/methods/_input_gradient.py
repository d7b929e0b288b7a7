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


def squared_gradients(gradient: Tensor) -> Tensor:
    """(b,), the sums of squares over the pixels and channels of (b, C, H, W)."""
    return gradient.square().sum((1, 2, 3))


def penalised_step(
    model: nn.Module,
    batch: Batch,
    context: Context,
    weight: float,
    explained: Explained,
    penalty: Callable[[Tensor], Tensor] = squared_gradients,
) -> StepResult:
    """Minimises mean CE + weight · mean over the images of a penalty on ∂ explained / ∂x.

    The gradient is that of the training pass, dropout and all. penalty: (b,) of the gradient (b, C, H, W).
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel

    images = batch.images.detach().requires_grad_()
    # The fast kernels of attention cannot be differentiated twice.
    with sdpa_kernel(SDPBackend.MATH):
        logits = context.logits(model, images)
        loss, ce = context.objective(logits, batch.labels)
        (gradient,) = torch.autograd.grad(explained(logits, ce).sum(), images, create_graph=True)
        loss = loss + weight * penalty(gradient).mean()
        loss.backward()
    return context.result(batch, loss, logits, ce)
