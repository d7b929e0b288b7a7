"""untrained: the model as it was drawn, a null control. What a metric says of it, it says without any training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoot.training import method
from smoot.training.method import Batch, DrawParams, StepResult

if TYPE_CHECKING:
    from torch import nn


class Params(DrawParams):
    pass


class Method(method.Method):
    trained = False

    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        raise AssertionError("an untrained model takes no step")
