"""What adversarial training is, whatever the network: the search for δ, and the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from smoot.core.lazy import torch
from smoot.perturbation import Ball, Norm, attacked, step_size
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult, undisturbed

if TYPE_CHECKING:
    from torch import Tensor, nn


class AdversarialParams(MethodParams):
    """What the entries of all methods that train on adversarial examples have."""

    epsilon: float = Field(0.05, ge=0)
    """How large δ may be, with pixels from 0 to 1: of any pixel for `linf`, of the whole image for `l2`."""
    norm: Norm = "linf"
    """How δ is measured: `linf` by its largest pixel, `l2` by its Euclidean length."""
    steps: int = Field(1, ge=1)
    """Steps of gradient ascent that look for δ. Each costs two forward passes."""
    step_size: float | None = Field(None, gt=0)
    """The length of a step, as `epsilon` is measured. null: 1.25 · epsilon for one step, else 2.5 · epsilon / steps."""


class Adversarial(method.Method):
    """Minimises CE(f(x + δ), y): (3 + 2 · steps) F a step."""

    params: AdversarialParams

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        logits = self.context.logits(model, self.disturbed(model, batch))
        loss, ce = self.context.objective(logits, batch.labels)
        loss.backward()
        return self.context.result(batch, loss, logits, ce)

    def disturbed(self, model: nn.Module, batch: Batch) -> Tensor:
        """(b, C, H, W): x + δ, detached."""
        params, context = self.params, self.context
        ball = Ball(params.norm, params.epsilon, *context.pixel_range)
        numbers = context.draw("start", batch, torch.rand if params.norm == "linf" else torch.randn)
        start = ball.random(batch.images, numbers, context.draw("radius", batch, _one_an_image))
        size = params.step_size or step_size(params.epsilon, params.steps)
        with undisturbed(model):

            def logits(images: Tensor) -> Tensor:
                return context.logits(model, images)

            return attacked(logits, batch.images, batch.labels, ball, start, params.steps, size).detach()


def _one_an_image(shape: tuple[int, ...], **options: Any) -> Tensor:
    return torch.rand(shape[0], **options)
