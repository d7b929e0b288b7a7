"""The plain training step, and passes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from smoot.core.lazy import torch
from smoot.core.modes import evaluating
from smoot.training.batch import Batch, StepResult
from smoot.training.context import Context

if TYPE_CHECKING:
    from torch import nn


def plain_step(model: nn.Module, batch: Batch, context: Context) -> StepResult:
    """Minimises mean CE."""
    logits = context.logits(model, batch.images)
    loss, ce = context.objective(logits, batch.labels)
    loss.backward()
    return context.result(batch, loss, logits, ce)


@contextmanager
def undisturbed(model: nn.Module) -> Iterator[None]:
    """Passes within it leave the model as it was, and the random stream that dropout draws from.

    They are in eval mode: without dropout, by BatchNorm's running statistics. Gradients are to be taken by
    `torch.autograd.grad` there: `backward` would add to those of the training pass.
    """
    device = next(model.parameters()).device
    with torch.random.fork_rng([device] if device.type == "cuda" else []), evaluating(model):
        yield
