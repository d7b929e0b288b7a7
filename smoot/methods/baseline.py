"""baseline: plain training. Minimises CE(f(x), y)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult, plain_step

if TYPE_CHECKING:
    from torch import nn


class Params(MethodParams):
    pass


class Method(method.Method):
    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        return plain_step(model, batch, self.context)
