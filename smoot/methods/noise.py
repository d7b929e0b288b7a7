"""noise: trains on noisy images. Minimises CE(f(x + ε), y), ε Gaussian, drawn anew in every step. 3 F a step.

For small σ it is a penalty on the model's derivatives (Bishop, Neural Computation 1995). Noisy pixels may lie outside
the valid range. The history's train_ce and train_accuracy are of x + ε.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.core.lazy import torch
from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    sigma: float = Field(0.1, ge=0)
    """The standard deviation of ε, with pixels from 0 to 1. 0 is plain training."""


class Method(method.Method):
    params: Params

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        black, white = self.context.pixel_range
        noise = self.params.sigma * (white - black) * self.context.draw("noise", batch, torch.randn)
        logits = self.context.logits(model, batch.images + noise)
        loss, ce = self.context.objective(logits, batch.labels)
        loss.backward()
        return self.context.result(batch, loss, logits, ce)
