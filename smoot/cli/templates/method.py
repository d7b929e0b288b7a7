"""NAME: trains for small logits. Minimises CE(f(x), y) + weight · mean f(x)². 3 F a step.

`smoot new method` has written this file. Put your own loss, parameters and text in its place: `smoot.methods` says what
a method is, and `smoot.training.method` what it can use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    weight: float = Field(0.01, ge=0)
    """The weight of the mean squared logit. 0 is plain training."""


class Method(method.Method):
    params: Params

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        logits = self.context.logits(model, batch.images)
        loss, ce = self.context.objective(logits, batch.labels)
        loss = loss + self.params.weight * logits.square().mean()
        loss.backward()
        return self.context.result(batch, loss, logits, ce)
