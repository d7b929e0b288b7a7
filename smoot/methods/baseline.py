"""baseline: plain training. Minimises CE(f(x), y)."""

from torch import nn

from smoot.training import method
from smoot.training.method import Batch, MethodParams, StepResult, plain_step


class Params(MethodParams):
    pass


class Method(method.Method):
    def step(self, model: nn.Module, batch: Batch) -> StepResult:
        return plain_step(model, batch, self.context)
